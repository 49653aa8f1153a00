import Kernels
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Places beyond 2³² floats: of memory that is only mapped, so that what is never touched is never there.
private final class Wide {
  let base: UnsafeMutablePointer<Float>
  private let bytes: Int

  init(_ floats: Int) throws {
    bytes = floats * 4
    let start = mmap(
      nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0)
    let memory = try #require(start == MAP_FAILED ? nil : start, "no addresses for \(bytes) bytes")
    base = memory.bindMemory(to: Float.self, capacity: floats)
  }

  deinit { munmap(base, bytes) }

  /// A matrix whose rows are so far apart.
  init(_ values: [Float], columns: Int, stride: Int) throws {
    let rows = values.count / columns
    bytes = ((rows - 1) * stride + columns + 4096) * 4
    let start = mmap(
      nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0)
    let memory = try #require(start == MAP_FAILED ? nil : start, "no addresses for \(bytes) bytes")
    base = memory.bindMemory(to: Float.self, capacity: bytes / 4)
    for row in 0..<rows { put(values[row * columns..<(row + 1) * columns], at: row * stride) }
  }

  func put(_ values: some Collection<Float>, at place: Int) {
    for (offset, value) in values.enumerated() { base[place + offset] = value }
  }

  func values(at place: Int, count: Int) -> [Float] { (place..<place + count).map { base[$0] } }

  func rows(_ count: Int, columns: Int, stride: Int) -> [Float] {
    (0..<count).flatMap { values(at: $0 * stride, count: columns) }
  }
}

extension KernelsTests {
  /// What kernels compute far from the start of a buffer has the bits of what they compute at its start. Strides and places
  /// are beyond 2³¹ and their multiples beyond 2³², so that a number of 32 bits anywhere, signed or not, gives another place.
  @Suite struct WideTests {
    private static let far = 1 << 31 + 64
    private static let farther = 1 << 32 + 1 << 31 + 4096

    @Test("products of matrices whose rows are gigabytes apart", arguments: InstructionSet.all)
    func products(set: InstructionSet) throws {
      let (rows, columns, depth) = (4, 37, 19)
      var draws = Draws(seed: 31)
      let left = draws.floats(rows * depth)
      let right = draws.floats(depth * columns)
      let old = draws.floats(rows * columns)
      let turned = Reference.transposed(right.doubles, rows: depth, columns: columns).map(Float.init)
      try set.device(threads: 2) { device in
        for (precision, kernel) in [
          (BRAID_FLOAT32, braid_product), (BRAID_BFLOAT16, braid_product_bfloat16),
          (BRAID_INT8, braid_product_int8),
        ] {
          let panels = packed(
            turned, depth: depth, columns: columns, transposed: true, precision: precision, on: device)
          func product(_ stride: (Int) -> Int, unpacked: Bool) throws -> [Float] {
            let input = try Wide(left, columns: depth, stride: stride(depth))
            let output = try Wide(old, columns: columns, stride: stride(columns))
            let weight = try Wide(right, columns: columns, stride: stride(columns))
            defer { withExtendedLifetime((input, output, weight)) {} }
            var arguments = braid_product_arguments(
              left: input.base, left_stride: Int64(stride(depth)),
              right: unpacked ? weight.base : panels.base,
              right_stride: unpacked ? Int64(stride(columns)) : 0,
              rows: Int64(rows), columns: Int64(columns), depth: Int64(depth), output: output.base,
              output_stride: Int64(stride(columns)), accumulate: true, bias: nil,
              activation: BRAID_ACTIVATION_NONE, before_activation: nil, slopes_at: nil)
            kernel(device, &arguments)
            return output.rows(rows, columns: columns, stride: stride(columns))
          }
          for unpacked in precision == BRAID_FLOAT32 ? [false, true] : [false] {
            let near = try product({ $0 }, unpacked: unpacked)
            #expect(near != old)
            #expect(try product({ $0 + Self.far }, unpacked: unpacked) == near)
          }
        }
      }
    }

    @Test("gradients of weights, packing and sums of columns, likewise", arguments: InstructionSet.all)
    func rows(set: InstructionSet) throws {
      let (rows, inputs, outputs) = (5, 21, 18)
      var draws = Draws(seed: 32)
      let gradient = draws.floats(rows * outputs)
      let input = draws.floats(rows * inputs)
      try set.device(threads: 2) { device in
        func results(_ stride: (Int) -> Int, isBfloat16: Bool) throws -> [[Float]] {
          let left = try Wide(gradient, columns: outputs, stride: stride(outputs))
          let right = try Wide(input, columns: inputs, stride: stride(inputs))
          defer { withExtendedLifetime((left, right)) {} }
          let product = Guarded(zeros: outputs * inputs)
          var arguments = braid_transposed_product_arguments(
            left: left.base, left_stride: Int64(stride(outputs)), right: right.base,
            right_stride: Int64(stride(inputs)), first_row: 1, last_row: Int64(rows),
            output_rows: Int64(outputs), output_columns: Int64(inputs), output: product.base)
          if isBfloat16 {
            braid_transposed_product_bfloat16(device, &arguments)
          } else {
            braid_transposed_product(device, &arguments)
          }
          let sums = Guarded(zeros: outputs)
          var columnSums = braid_column_sums_arguments(
            matrix: left.base, stride: Int64(stride(outputs)), columns: Int64(outputs), first_row: 1,
            last_row: Int64(rows), sums: sums.base)
          braid_column_sums(device, &columnSums)
          let precision = isBfloat16 ? BRAID_BFLOAT16 : BRAID_FLOAT32
          let panels = Guarded(zeros: Int(braid_packed_count(device, precision, Int64(rows), Int64(inputs))))
          var packing = braid_pack_arguments(
            source: right.base, rows: Int64(rows), columns: Int64(inputs), stride: Int64(stride(inputs)),
            transposed: false, first_row: 0, last_row: Int64(rows), packed: panels.base)
          if isBfloat16 { braid_pack_bfloat16(device, &packing) } else { braid_pack(device, &packing) }
          return [product.values(), sums.values(), panels.values()]
        }
        for isBfloat16 in [false, true] {
          let near = try results({ $0 }, isBfloat16: isBfloat16)
          let far = try results({ $0 + Self.far }, isBfloat16: isBfloat16)
          #expect(far.map(\.bits) == near.map(\.bits))
          #expect(near.allSatisfy { $0.contains { $0 != 0 } })
        }
      }
    }

    @Test("rows of tables of billions of numbers, read and learned", arguments: InstructionSet.all)
    func tables(set: InstructionSet) throws {
      let columns = 40
      // Row 161,061,376 begins behind 6.4 billion floats.
      let ids: [Int32] = [3, Int32(Self.farther / columns), 3, Int32(Self.farther / columns) + 1]
      let places = [3, Self.farther / columns, Self.farther / columns + 1].map { $0 * columns }
      var draws = Draws(seed: 33)
      let rows = places.map { _ in draws.floats(columns) }
      let gradient = draws.floats(ids.count * columns)
      try set.device(threads: 2) { device in
        let table = try Wide(Self.farther + 4 * columns)
        for (place, row) in zip(places, rows) { table.put(row, at: place) }
        let output = Guarded(count: ids.count * columns)
        let incoming = Guarded(gradient)
        let target = try Wide(Self.farther + 4 * columns)
        defer { withExtendedLifetime((table, target)) {} }
        ids.withUnsafeBufferPointer { ids in
          var arguments = braid_embedding_arguments(
            tables: (UnsafePointer(table.base), nil, nil), ids: (ids.baseAddress, nil, nil),
            output: output.base, rows: Int64(ids.count), columns: Int64(columns))
          braid_embedding(device, &arguments)
          var backward = braid_embedding_backward_arguments(
            gradient: incoming.base, ids: ids.baseAddress, table_gradient: target.base, first_row: 0,
            last_row: Int64(ids.count), columns: Int64(columns))
          braid_embedding_backward(device, &backward)
        }
        #expect(output.values() == rows[0] + rows[1] + rows[0] + rows[2])
        let parts = (0..<4).map { Array(gradient[$0 * columns..<($0 + 1) * columns]) }
        let sums = [zip(parts[0], parts[2]).map { $0 + $1 }, parts[1], parts[3]]
        for (place, sum) in zip(places, sums) { #expect(target.values(at: place, count: columns) == sum) }

        // A step of the optimizer on the same rows, and on rows at the start.
        func step(_ numbers: [Int32], _ places: [Int]) throws -> [Float] {
          let size = (places.max() ?? 0) + 2 * columns
          let (values, first, second, slopes) = try (Wide(size), Wide(size), Wide(size), Wide(size))
          defer { withExtendedLifetime((values, first, second, slopes)) {} }
          for (place, (row, slope)) in zip(places, zip(rows, sums)) {
            values.put(row, at: place)
            slopes.put(slope, at: place)
          }
          let steps = [
            braid_adam_step(
              gradient_scale: 1, learning_rate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-6,
              weight_decay: 0.01, correction1: 0.1, correction2: 0.01)
          ]
          var taken = [Int32](repeating: 0, count: Int(numbers.max() ?? 0) + 1)
          steps.withUnsafeBufferPointer { steps in
            numbers.withUnsafeBufferPointer { numbers in
              taken.withUnsafeMutableBufferPointer { taken in
                var arguments = braid_adam_rows_arguments(
                  method: BRAID_ADAMW, parameters: values.base, first_moment: first.base,
                  second_moment: second.base, gradient: slopes.base, columns: Int64(columns),
                  rows: numbers.baseAddress, row_count: Int64(numbers.count), steps: steps.baseAddress,
                  step_count: 1, taken: taken.baseAddress)
                braid_adam_rows(device, &arguments)
              }
            }
          }
          #expect(numbers.allSatisfy { taken[Int($0)] == 1 })
          return places.flatMap { place in
            [values, first, second, slopes].flatMap { $0.values(at: place, count: columns) }
          }
        }
        let near = try step([0, 1, 2], [0, columns, 2 * columns])
        #expect(try step([ids[0], ids[1], ids[3]], places) == near)
      }
    }

    @Test("attention of sequences that stand behind billions of numbers", arguments: InstructionSet.all)
    func attention(set: InstructionSet) throws {
      let (heads, size) = (2, 12)
      let hidden = heads * size
      let lengths = [3, 17]
      let rows = lengths.reduce(0, +)
      var draws = Draws(seed: 34)
      let projections = draws.floats(rows * 3 * hidden)
      let gradient = draws.floats(rows * hidden)
      try set.device(threads: 2) { device in
        func results(first: Int) throws -> [[Float]] {
          let starts = lengths.reduce(into: [Int32(first)]) { $0.append($0[$0.count - 1] + Int32($1)) }
          func wide(_ values: [Float], columns: Int) throws -> Wide {
            let wide = try Wide((first + rows) * columns + 4096)
            wide.put(values, at: first * columns)
            return wide
          }
          let p = try wide(projections, columns: 3 * hidden)
          let output = try wide([], columns: hidden)
          let sums = try wide([], columns: heads)
          let incoming = try wide(gradient, columns: hidden)
          let result = try wide([], columns: 3 * hidden)
          defer { withExtendedLifetime((p, output, sums, incoming, result)) {} }
          let none = braid_dropout(key: 1, rate: 0)
          starts.withUnsafeBufferPointer { starts in
            var forward = braid_attention_arguments(
              projections: p.base, sequence_starts: starts.baseAddress, sequences: Int64(lengths.count),
              heads: Int64(heads), head_size: Int64(size), output: output.base, log_sums: sums.base,
              dropout: none)
            braid_attention(device, &forward)
            var backward = braid_attention_backward_arguments(
              projections: p.base, output: output.base, log_sums: sums.base, gradient: incoming.base,
              sequence_starts: starts.baseAddress, sequences: Int64(lengths.count), heads: Int64(heads),
              head_size: Int64(size), projections_gradient: result.base, dropout: none)
            braid_attention_backward(device, &backward)
          }
          return [
            output.values(at: first * hidden, count: rows * hidden),
            sums.values(at: first * heads, count: rows * heads),
            result.values(at: first * 3 * hidden, count: rows * 3 * hidden),
          ]
        }
        let near = try results(first: 0)
        #expect(near.allSatisfy { $0.allSatisfy { $0 != 0 } })
        // The last row of projections begins behind 6.4 billion floats.
        #expect(try results(first: Self.farther / (3 * hidden)) == near)
      }
    }

    @Test("sums of several gradients, at places far apart", arguments: InstructionSet.all)
    func combinations(set: InstructionSet) throws {
      let columns = 24
      let numbers = [Int32(2), Int32(Self.farther / columns)]
      var draws = Draws(seed: 35)
      let values = (0..<2).map { _ in numbers.map { _ in draws.floats(columns) } }
      try set.device(threads: 2) { device in
        func results(_ numbers: [Int32], isRows: Bool) throws -> ([[Float]], [Double]) {
          let places = numbers.map { Int($0) * columns }
          let sources = try (0..<2).map { _ in try Wide((places.max() ?? 0) + 2 * columns) }
          let target = try Wide((places.max() ?? 0) + 2 * columns)
          defer { withExtendedLifetime((sources, target)) {} }
          for (source, rows) in zip(sources, values) {
            for (place, row) in zip(places, rows) { source.put(row, at: place) }
          }
          let factors: [Float] = [0.5, -2]
          var products = [Double](repeating: 0, count: 4)
          let bases = sources.map { $0.base as UnsafeMutablePointer<Float>? }
          let readable = sources.map { UnsafePointer($0.base) as UnsafePointer<Float>? }
          numbers.withUnsafeBufferPointer { numbers in
            for (index, place) in places.enumerated() where !isRows || index == 0 {
              let span = braid_span(
                first: isRows ? 0 : Int64(place), count: Int64(isRows ? numbers.count : columns),
                rows: isRows ? numbers.baseAddress : nil, columns: Int64(columns))
              braid_add_inner_products(device, readable, 2, span, &products)
              bases.withUnsafeBufferPointer { bases in
                factors.withUnsafeBufferPointer { factors in
                  var arguments = braid_combine_arguments(
                    sources: bases.baseAddress, factors: factors.baseAddress, source_count: 2,
                    target: target.base, clears_sources: false, sign_key: 0, span: span)
                  braid_combine(device, &arguments)
                }
              }
            }
          }
          return (places.map { target.values(at: $0, count: columns) }, products)
        }
        for isRows in [true, false] {
          let near = try results([0, 1], isRows: isRows)
          let far = try results(numbers, isRows: isRows)
          #expect(far.0 == near.0 && far.1 == near.1)
          #expect(near.0.allSatisfy { $0.allSatisfy { $0 != 0 } })
        }
      }
    }

    @Test(
      "numbers drawn around place 2³² are the same wherever a vector begins", arguments: InstructionSet.all)
    func draws(set: InstructionSet) throws {
      let first = 1 << 32 - 37
      let count = 64
      try set.device { device in
        let sources = try (0..<2).map { _ in try Wide(1 << 32 + 4096) }
        sources[0].put([Float](repeating: 1, count: count), at: first)
        sources[1].put([Float](repeating: -1, count: count), at: first)
        let target = try Wide(1 << 32 + 4096)
        defer { withExtendedLifetime((sources, target)) {} }
        func combine(_ place: Int, _ count: Int) {
          let bases = sources.map { $0.base as UnsafeMutablePointer<Float>? }
          let factors: [Float] = [1, 1]
          bases.withUnsafeBufferPointer { bases in
            factors.withUnsafeBufferPointer { factors in
              var arguments = braid_combine_arguments(
                sources: bases.baseAddress, factors: factors.baseAddress, source_count: 2,
                target: target.base, clears_sources: false, sign_key: 7,
                span: braid_span(first: Int64(place), count: Int64(count), rows: nil, columns: 0))
              braid_combine(device, &arguments)
            }
          }
        }
        combine(first, count)
        let together = target.values(at: first, count: count)
        #expect(Set(together) == [1, -1])
        for place in first..<first + count { combine(place, 1) }
        #expect(target.values(at: first, count: count) == together)
      }
    }
  }
}
