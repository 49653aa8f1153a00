import Kernels
import TestSupport
import Testing

/// Sizes of a product, chosen around tiles of 6 and 14 rows, panels of 8 to 48 columns, the blocks they form, and rows longer than
/// a page.
private struct Shape: CustomStringConvertible {
  let rows: Int
  let columns: Int
  let depth: Int

  var description: String { "\(rows) × \(columns), depth \(depth)" }

  static let all: [Shape] = [
    (1, 1, 1), (1, 7, 3), (2, 48, 5), (5, 1, 9), (6, 16, 2), (7, 9, 31), (13, 33, 17), (14, 32, 16),
    (15, 31, 1),
    (28, 64, 64), (29, 65, 40), (43, 95, 8), (100, 97, 130), (257, 70, 391), (7, 300, 5), (700, 250, 70),
    (16, 24, 2500), (1, 1000, 3), (900, 1, 3), (30, 1100, 40),
  ].map { Shape(rows: $0.0, columns: $0.1, depth: $0.2) }
}

private let activations: [(Reference.Activation, braid_activation)] = [
  (.none, BRAID_ACTIVATION_NONE), (.gelu, BRAID_ACTIVATION_GELU), (.geluTanh, BRAID_ACTIVATION_GELU_TANH),
  (.relu, BRAID_ACTIVATION_RELU), (.tanh, BRAID_ACTIVATION_TANH),
]

extension KernelsTests {
  @Suite struct ProductTests {
    @Test("packing lays a matrix out in panels padded with zeros", arguments: InstructionSet.all)
    func packing(set: InstructionSet) throws {
      for (depth, columns) in [(1, 1), (3, 7), (17, 33), (256, 32), (300, 8), (513, 50), (40, 96)] {
        var draws = Draws(seed: 1)
        let matrix = draws.floats(depth * columns)
        for transposed in [false, true] {
          let panels = try set.sameForAnyThreads("packing \(depth) × \(columns)") { device in
            [packed(matrix, depth: depth, columns: columns, transposed: transposed, on: device).values()]
          }
          let panel = try set.device { Int(braid_device_panel($0)) }
          var expected: [Float] = []
          for first in stride(from: 0, to: columns, by: panel) {
            for step in 0..<depth {
              for column in first..<first + panel {
                let index = transposed ? column * depth + step : step * columns + column
                expected.append(column < columns ? matrix[index] : 0)
              }
            }
          }
          #expect(panels[0] == expected, "\(depth) × \(columns), transposed: \(transposed)")
        }
      }
    }

    @Test(
      "rows that are packed in parts have the bits of rows packed together", arguments: InstructionSet.all)
    func packingInParts(set: InstructionSet) throws {
      for (rows, columns) in [(5, 40), (64, 1), (100, 300), (97, 33)] {
        var draws = Draws(seed: 7)
        let matrix = draws.floats(rows * columns)
        let parts = stride(from: 0, to: rows, by: 32).map { $0..<min($0 + 32, rows) }
        for (precision, transposed) in [
          (BRAID_FLOAT32, true), (BRAID_FLOAT32, false), (BRAID_BFLOAT16, true), (BRAID_BFLOAT16, false),
          (BRAID_INT8, true),
        ] {
          let (depth, width) = transposed ? (columns, rows) : (rows, columns)
          let (together, apart) = try set.device(threads: 2) { device in
            func panels(_ parts: [Range<Int>]) -> [Float] {
              packed(
                matrix, depth: depth, columns: width, transposed: transposed, precision: precision,
                parts: parts, on: device
              ).values()
            }
            return (panels([]), panels(parts.reversed()))
          }
          #expect(together.bits == apart.bits, "\(rows) × \(columns), transposed: \(transposed)")
        }
      }
    }

    @Test(
      "left · right agrees with double precision in every shape, packing, stride and epilogue",
      arguments: InstructionSet.all)
    func product(set: InstructionSet) throws {
      for shape in Shape.all {
        var draws = Draws(seed: UInt64(shape.rows * 7 + shape.depth))
        let left = draws.floats(shape.rows * shape.depth)
        let right = draws.floats(shape.depth * shape.columns, scale: 0.5)
        let bias = draws.floats(shape.columns)
        let old = draws.floats(shape.rows * shape.columns)
        let sums = Reference.product(
          left.doubles, right.doubles, rows: shape.rows, depth: shape.depth, columns: shape.columns)
        // Σ |a b| bounds what rounding each step of a sum can do.
        let sizes = Reference.product(
          left.doubles.map(abs), right.doubles.map(abs), rows: shape.rows, depth: shape.depth,
          columns: shape.columns)
        let floor = 2e-6 + (sizes.max() ?? 0) * 2e-7 * Double(shape.depth).squareRoot()
        let rightTransposed = Reference.transposed(
          right.doubles, rows: shape.depth, columns: shape.columns
        ).map(Float.init)

        // Every activation takes the same way through large shapes: one of them is enough there.
        let isLarge = shape.rows * shape.columns > 30_000
        for (variant, (activation, code)) in activations.enumerated().prefix(isLarge ? 2 : 5) {
          for hasBias in [false, true] {
            for accumulates in hasBias || activation != .none ? [false] : [false, true] {
              let gap = (variant + (hasBias ? 1 : 0)) % 3 * 5
              let keeps = activation != .none || hasBias
              let results = try set.sameForAnyThreads("\(shape)") { device in
                let panels = packed(
                  gap == 5 ? right : rightTransposed, depth: shape.depth, columns: shape.columns,
                  transposed: gap != 5, on: device)
                let input = Guarded(spaced(left, columns: shape.depth, gap: gap))
                let output = Guarded(spaced(old, columns: shape.columns, gap: gap))
                let before = Guarded(spaced(old, columns: shape.columns, gap: gap))
                let biases = Guarded(bias)
                var arguments = braid_product_arguments(
                  left: input.base, left_stride: Int64(shape.depth + gap), right: panels.base,
                  right_stride: 0,
                  rows: Int64(shape.rows), columns: Int64(shape.columns), depth: Int64(shape.depth),
                  output: output.base, output_stride: Int64(shape.columns + gap), accumulate: accumulates,
                  bias: hasBias ? UnsafePointer(biases.base) : nil, activation: code,
                  before_activation: keeps ? before.base : nil, slopes_at: nil)
                braid_product(device, &arguments)
                let (values, gaps) = output.rows(
                  shape.rows, columns: shape.columns, stride: shape.columns + gap)
                let (kept, keptGaps) = before.rows(
                  shape.rows, columns: shape.columns, stride: shape.columns + gap)
                #expect((gaps + keptGaps).allSatisfy { $0 == 1e20 }, "\(shape): wrote between rows")
                return [values, kept]
              }
              let before = sums.indices.map { index in
                sums[index] + (hasBias ? Double(bias[index % shape.columns]) : 0)
                  + (accumulates ? Double(old[index]) : 0)
              }
              let what = "\(shape), \(activation), bias \(hasBias), accumulate \(accumulates)"
              expectAgreement(
                results[0], before.map { Reference.activate(activation, $0) }, relative: 1e-6,
                floor: 1.2 * floor, what)
              if keeps {
                expectAgreement(results[1], before, relative: 1e-6, floor: floor, "before: " + what)
              }
            }
          }
        }
      }
    }

    @Test(
      "a product that meets an activation's slopes has the bits of one that meets them afterwards",
      arguments: InstructionSet.all)
    func slopes(set: InstructionSet) throws {
      for (rows, columns, depth) in [(1, 1, 1), (33, 70, 40), (61, 100, 1000), (150, 96, 384)] {
        var draws = Draws(seed: UInt64(rows))
        let left = draws.floats(rows * depth)
        let right = draws.floats(depth * columns, scale: 0.5)
        let before = draws.floats(rows * columns, scale: 3)
        for precision in [BRAID_FLOAT32, BRAID_BFLOAT16] {
          for (activation, code) in activations {
            let found = try set.sameForAnyThreads("\(rows) × \(columns), depth \(depth)") { device in
              let panels = packed(
                right, depth: depth, columns: columns, transposed: true, precision: precision, on: device)
              let input = Guarded(left)
              let slopesAt = Guarded(before)
              let (fused, apart) = (Guarded(count: rows * columns), Guarded(count: rows * columns))
              var arguments = braid_product_arguments(
                left: input.base, left_stride: Int64(depth), right: panels.base, right_stride: 0,
                rows: Int64(rows), columns: Int64(columns), depth: Int64(depth), output: fused.base,
                output_stride: Int64(columns), accumulate: false, bias: nil, activation: code,
                before_activation: nil, slopes_at: slopesAt.base)
              let product = precision == BRAID_BFLOAT16 ? braid_product_bfloat16 : braid_product
              product(device, &arguments)
              arguments.output = apart.base
              arguments.activation = BRAID_ACTIVATION_NONE
              arguments.slopes_at = nil
              product(device, &arguments)
              var afterwards = braid_activation_backward_arguments(
                activation: code, count: Int64(rows * columns), before: slopesAt.base, gradient: apart.base)
              braid_activation_backward(device, &afterwards)
              #expect(slopesAt.values() == before)
              return [fused.values(), apart.values()]
            }
            #expect(found[0].bits == found[1].bits, "\(rows) × \(columns), depth \(depth), \(activation)")
          }
        }
      }
    }

    @Test("a row has the same bits whatever rows are packed around it", arguments: InstructionSet.all)
    func rowsStandAlone(set: InstructionSet) throws {
      for (depth, columns) in [(26, 40), (384, 100), (1000, 33)] {
        var draws = Draws(seed: 5)
        let rows = 61
        let left = draws.floats(rows * depth)
        let right = draws.floats(depth * columns)
        let bias = draws.floats(columns)
        try set.device(threads: 2) { device in
          let panels = packed(right, depth: depth, columns: columns, transposed: true, on: device)
          let biases = Guarded(bias)
          func product(_ range: Range<Int>) -> [Float] {
            let input = Guarded(Array(left[range.lowerBound * depth..<range.upperBound * depth]))
            let output = Guarded(count: range.count * columns)
            var arguments = braid_product_arguments(
              left: input.base, left_stride: Int64(depth), right: panels.base, right_stride: 0,
              rows: Int64(range.count), columns: Int64(columns), depth: Int64(depth), output: output.base,
              output_stride: Int64(columns), accumulate: false, bias: biases.base,
              activation: BRAID_ACTIVATION_GELU, before_activation: nil, slopes_at: nil)
            braid_product(device, &arguments)
            return output.values()
          }
          let together = product(0..<rows)
          for range in [0..<1, 60..<61, 3..<17, 20..<35, 1..<61, 0..<43, 59..<61, 30..<46] {
            let part = together[range.lowerBound * columns..<range.upperBound * columns]
            #expect(product(range).bits == part.bits, "depth \(depth), rows \(range)")
          }
        }
      }
    }

    @Test("leftᵀ · right over ranges of rows adds the gradient of a weight", arguments: InstructionSet.all)
    func transposedProduct(set: InstructionSet) throws {
      for shape in Shape.all {
        // As a layer sees it: `rows` examples, `columns` outputs, `depth` inputs.
        var draws = Draws(seed: UInt64(shape.rows * 3 + shape.columns))
        let gap = shape.rows % 3
        let left = draws.floats(shape.rows * shape.columns)
        let right = draws.floats(shape.rows * shape.depth)
        let old = draws.floats(shape.columns * shape.depth)
        let cuts = [0, shape.rows / 3, shape.rows / 2, shape.rows]
        for ranges in [[0..<shape.rows], zip(cuts, cuts.dropFirst()).map { $0..<$1 }, [cuts[1]..<cuts[2]]] {
          let results = try set.sameForAnyThreads("\(shape)") { device in
            let input = Guarded(spaced(right, columns: shape.depth, gap: gap))
            let gradient = Guarded(spaced(left, columns: shape.columns, gap: gap))
            let output = Guarded(old)
            for range in ranges {
              var arguments = braid_transposed_product_arguments(
                left: gradient.base, left_stride: Int64(shape.columns + gap), right: input.base,
                right_stride: Int64(shape.depth + gap), first_row: Int64(range.lowerBound),
                last_row: Int64(range.upperBound), output_rows: Int64(shape.columns),
                output_columns: Int64(shape.depth), output: output.base)
              braid_transposed_product(device, &arguments)
            }
            return [output.values()]
          }
          let first = ranges[0].lowerBound
          let last = ranges[ranges.count - 1].upperBound
          let part = Reference.transposed(
            Array(left.doubles[first * shape.columns..<last * shape.columns]), rows: last - first,
            columns: shape.columns)
          let expected = Reference.product(
            part, Array(right.doubles[first * shape.depth..<last * shape.depth]), rows: shape.columns,
            depth: last - first, columns: shape.depth)
          expectAgreement(
            results[0], zip(expected, old).map { $0 + Double($1) }, relative: 1e-6,
            floor: 2e-6 + 5e-7 * Double(last - first), "\(shape), \(ranges)")
        }
      }
    }

    @Test("the derivative of each activation agrees with double precision", arguments: InstructionSet.all)
    func activationBackward(set: InstructionSet) throws {
      let count = 100_003
      let extremes: [Float] = [0, 1e-30, -1e-30, 20, -20, 100, -100, 1000, -1000, 1e4, -1e4, 1e5]
      let line: [Float] = (0..<count - extremes.count).map { index in
        Float(-12 + 24 * (Double(index) + 0.5) / Double(count))
      }
      let before = line + extremes
      for (activation, code) in activations {
        let results = try set.sameForAnyThreads("\(activation)") { device in
          let values = Guarded(before)
          let gradient = Guarded(Array(repeating: 3, count: count))
          var arguments = braid_activation_backward_arguments(
            activation: code, count: Int64(count), before: values.base, gradient: gradient.base)
          braid_activation_backward(device, &arguments)
          return [gradient.values()]
        }
        // Where tanh is within rounding of -1, what 1 - tanh² has left meets the cube of x.
        expectAgreement(
          results[0], before.map { 3 * Reference.derivative(activation, Double($0)) }, relative: 1e-6,
          floor: activation == .geluTanh ? 3e-5 : 3e-6, "\(activation)")
      }
    }
  }
}
