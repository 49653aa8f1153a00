import Kernels
import TestSupport
import Testing

/// A kind of bfloat16 arithmetic on an instruction set that has it.
private struct Arithmetic: CustomTestStringConvertible, Sendable {
  let set: InstructionSet
  let kind: braid_bfloat16

  var testDescription: String { "\(set), \(["emulated", "AVX-512", "AMX"][Int(kind.rawValue)])" }

  static let all = InstructionSet.all.flatMap { set in
    [BRAID_BFLOAT16_EMULATED, BRAID_BFLOAT16_AVX512, BRAID_BFLOAT16_AMX].filter { kind in
      (try? set.device { braid_device_choose_bfloat16($0, kind) }) == true
    }.map { Arithmetic(set: set, kind: $0) }
  }

  func sameForAnyThreads(_ what: String, _ body: (OpaquePointer) throws -> [[Float]]) throws -> [[Float]] {
    try set.sameForAnyThreads(what) { device in
      #expect(braid_device_choose_bfloat16(device, kind))
      return try body(device)
    }
  }
}

/// Rounded to the nearest bfloat16, to the even one of two that are as near.
private func rounded(_ value: Float) -> Double {
  let below = Float(bitPattern: value.bitPattern & 0xFFFF_0000)
  let above = Float(bitPattern: (value.bitPattern & 0xFFFF_0000) &+ 0x1_0000)
  let (down, up) = (abs(Double(value) - Double(below)), abs(Double(above) - Double(value)))
  if down == up { return Double(below.bitPattern >> 16 & 1 == 0 ? below : above) }
  return Double(down < up ? below : above)
}

extension KernelsTests {
  @Suite struct Bfloat16Tests {
    /// Around tiles of 16 rows, 32 steps and blocks of 32.
    private let shapes = [
      (1, 1, 1), (5, 33, 2), (16, 16, 32), (17, 40, 31), (31, 32, 33), (32, 31, 64), (33, 65, 97),
      (70, 100, 130),
      (257, 70, 391), (3, 300, 1000),
    ]

    @Test("left · right agrees with double precision on rounded numbers", arguments: Arithmetic.all)
    private func product(_ arithmetic: Arithmetic) throws {
      for (rows, columns, depth) in shapes {
        var draws = Draws(seed: UInt64(rows + depth))
        let left = draws.floats(rows * depth)
        let right = draws.floats(depth * columns, scale: 0.5)
        let bias = draws.floats(columns)
        let old = draws.floats(rows * columns)
        let sums = Reference.product(
          left.map(rounded), right.map(rounded), rows: rows, depth: depth, columns: columns)
        let turned = Reference.transposed(right.doubles, rows: depth, columns: columns).map(Float.init)
        for (isTurned, gap) in [(false, 0), (true, 5)] {
          for isPlain in [true, false] {
            let results = try arithmetic.sameForAnyThreads("\(rows) × \(columns), depth \(depth)") { device in
              let panels = packed(
                isTurned ? turned : right, depth: depth, columns: columns, transposed: isTurned,
                bfloat16: true,
                on: device)
              let input = Guarded(spaced(left, columns: depth, gap: gap))
              let output = Guarded(spaced(old, columns: columns, gap: gap))
              let before = Guarded(spaced(old, columns: columns, gap: gap))
              let biases = Guarded(bias)
              var arguments = braid_product_arguments(
                left: input.base, left_stride: Int64(depth + gap), right: panels.base, right_stride: 0,
                rows: Int64(rows), columns: Int64(columns), depth: Int64(depth), output: output.base,
                output_stride: Int64(columns + gap), accumulate: isPlain,
                bias: isPlain ? nil : UnsafePointer(biases.base),
                activation: isPlain ? BRAID_ACTIVATION_NONE : BRAID_ACTIVATION_TANH,
                before_activation: isPlain ? nil : before.base)
              braid_product_bfloat16(device, &arguments)
              let (values, gaps) = output.rows(rows, columns: columns, stride: columns + gap)
              #expect(gaps.allSatisfy { $0 == 1e20 }, "wrote between rows")
              return [values, before.rows(rows, columns: columns, stride: columns + gap).0]
            }
            let before = sums.indices.map { index in
              sums[index] + Double(isPlain ? old[index] : bias[index % columns])
            }
            let floor = 2e-6 * Double(depth).squareRoot() + 2e-6
            expectAgreement(
              results[0], before.map { isPlain ? $0 : Reference.activate(.tanh, $0) }, relative: 2e-6,
              floor: floor, "\(rows) × \(columns), depth \(depth), plain \(isPlain)")
            if !isPlain { expectAgreement(results[1], before, relative: 2e-6, floor: floor, "before") }
          }
        }
      }
    }

    @Test("leftᵀ · right over a range of rows is added to what is there", arguments: Arithmetic.all)
    private func transposedProduct(_ arithmetic: Arithmetic) throws {
      for (rows, columns, depth) in shapes {
        var draws = Draws(seed: UInt64(rows * 3 + columns))
        let left = draws.floats(rows * columns)
        let right = draws.floats(rows * depth)
        let old = draws.floats(columns * depth)
        for range in [0..<rows, rows / 3..<rows - rows / 4] where !range.isEmpty {
          let results = try arithmetic.sameForAnyThreads("\(rows) × \(columns) × \(depth)") { device in
            let input = Guarded(spaced(right, columns: depth, gap: 3))
            let gradient = Guarded(spaced(left, columns: columns, gap: 1))
            let output = Guarded(old)
            var arguments = braid_transposed_product_arguments(
              left: gradient.base, left_stride: Int64(columns + 1), right: input.base,
              right_stride: Int64(depth + 3), first_row: Int64(range.lowerBound),
              last_row: Int64(range.upperBound), output_rows: Int64(columns), output_columns: Int64(depth),
              output: output.base)
            braid_transposed_product_bfloat16(device, &arguments)
            return [output.values()]
          }
          let part = Reference.transposed(
            Array(left.map(rounded)[range.lowerBound * columns..<range.upperBound * columns]),
            rows: range.count, columns: columns)
          let expected = Reference.product(
            part, Array(right.map(rounded)[range.lowerBound * depth..<range.upperBound * depth]),
            rows: columns, depth: range.count, columns: depth)
          expectAgreement(
            results[0], zip(expected, old).map { $0 + Double($1) }, relative: 2e-6,
            floor: 2e-6 * Double(range.count).squareRoot() + 2e-6, "\(rows) × \(columns) × \(depth), \(range)"
          )
        }
      }
    }

    @Test("a row has the same bits whatever rows are packed around it", arguments: Arithmetic.all)
    private func rowsStandAlone(_ arithmetic: Arithmetic) throws {
      let (rows, depth, columns) = (75, 100, 50)
      var draws = Draws(seed: 5)
      let left = draws.floats(rows * depth)
      let right = draws.floats(depth * columns)
      try arithmetic.set.device(threads: 2) { device in
        #expect(braid_device_choose_bfloat16(device, arithmetic.kind))
        let panels = packed(
          right, depth: depth, columns: columns, transposed: true, bfloat16: true, on: device)
        func product(_ range: Range<Int>) -> [Float] {
          let input = Guarded(Array(left[range.lowerBound * depth..<range.upperBound * depth]))
          let output = Guarded(count: range.count * columns)
          var arguments = braid_product_arguments(
            left: input.base, left_stride: Int64(depth), right: panels.base, right_stride: 0,
            rows: Int64(range.count), columns: Int64(columns), depth: Int64(depth), output: output.base,
            output_stride: Int64(columns), accumulate: false, bias: nil, activation: BRAID_ACTIVATION_NONE,
            before_activation: nil)
          braid_product_bfloat16(device, &arguments)
          return output.values()
        }
        let together = product(0..<rows)
        for range in [0..<1, 74..<75, 3..<36, 20..<35, 1..<75] {
          #expect(
            product(range).bits == together[range.lowerBound * columns..<range.upperBound * columns].bits)
        }
      }
    }

    @Test("halves round to even, and what is not a number stays none", arguments: Arithmetic.all)
    private func rounding(_ arithmetic: Arithmetic) throws {
      // 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷; 1 + 3 · 2⁻⁸ between that and 1 + 2⁻⁶.
      let values: [Float] = [1.003_906_25, 1.011_718_75, -1.003_906_25, 1, 3.0e38, .infinity, .nan, 0]
      let expected: [Float] = [1, 1.015_625, -1, 1, Float(rounded(3.0e38)), .infinity, .nan, 0]
      let results = try arithmetic.sameForAnyThreads("rounding") { device in
        let panels = packed([1], depth: 1, columns: 1, transposed: false, bfloat16: true, on: device)
        let input = Guarded(values)
        let output = Guarded(count: values.count)
        var arguments = braid_product_arguments(
          left: input.base, left_stride: 1, right: panels.base, right_stride: 0, rows: Int64(values.count),
          columns: 1, depth: 1, output: output.base, output_stride: 1, accumulate: false, bias: nil,
          activation: BRAID_ACTIVATION_NONE, before_activation: nil)
        braid_product_bfloat16(device, &arguments)
        return [output.values()]
      }
      for (found, wanted) in zip(results[0], expected) {
        #expect(found == wanted || found.isNaN && wanted.isNaN)
      }
    }
  }
}
