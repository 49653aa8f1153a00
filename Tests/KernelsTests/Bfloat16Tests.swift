import Kernels
import TestSupport
import Testing

/// Rounded to the nearest bfloat16, to the even one of two that are as near.
func roundedToBfloat16(_ value: Float) -> Double {
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

    @Test(
      "leftᵀ · right over a range of rows is added to what is there",
      arguments: ProductMultiplier.all(of: BRAID_BFLOAT16))
    func transposedProduct(multiplier: ProductMultiplier) throws {
      for (rows, columns, depth) in shapes {
        var draws = Draws(seed: UInt64(rows * 3 + columns))
        let left = draws.floats(rows * columns)
        let right = draws.floats(rows * depth)
        let old = draws.floats(columns * depth)
        for range in [0..<rows, rows / 3..<rows - rows / 4] where !range.isEmpty {
          let results = try multiplier.sameForAnyThreads("\(rows) × \(columns) × \(depth)") { device in
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
            Array(left.map(roundedToBfloat16)[range.lowerBound * columns..<range.upperBound * columns]),
            rows: range.count, columns: columns)
          let expected = Reference.product(
            part, Array(right.map(roundedToBfloat16)[range.lowerBound * depth..<range.upperBound * depth]),
            rows: columns, depth: range.count, columns: depth)
          expectAgreement(
            results[0], zip(expected, old).map { $0 + Double($1) }, relative: 2e-6,
            floor: 2e-6 * Double(range.count).squareRoot() + 2e-6, "\(rows) × \(columns) × \(depth), \(range)"
          )
        }
      }
    }

    @Test(
      "halves round to even, and what is not a number stays none",
      arguments: ProductMultiplier.all(of: BRAID_BFLOAT16))
    func rounding(multiplier: ProductMultiplier) throws {
      // 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷; 1 + 3 · 2⁻⁸ between that and 1 + 2⁻⁶.
      let values: [Float] = [1.003_906_25, 1.011_718_75, -1.003_906_25, 1, 3.0e38, .infinity, .nan, 0]
      let expected: [Float] = [1, 1.015_625, -1, 1, Float(roundedToBfloat16(3.0e38)), .infinity, .nan, 0]
      let count = values.count
      /// Of the values as rows of the left side, or as columns of the right one, which is packed along them or across.
      func products(_ device: OpaquePointer, areColumns: Bool, transposed: Bool) -> [Float] {
        let panels = packed(
          areColumns ? values : [1], depth: 1, columns: areColumns ? count : 1, transposed: transposed,
          precision: BRAID_BFLOAT16, on: device)
        let input = Guarded(areColumns ? [1] : values)
        let output = Guarded(count: count)
        multiplier.product(
          braid_product_arguments(
            left: input.base, left_stride: 1, right: panels.base, right_stride: 0,
            rows: Int64(areColumns ? 1 : count), columns: Int64(areColumns ? count : 1), depth: 1,
            output: output.base, output_stride: Int64(areColumns ? count : 1), accumulate: false, bias: nil,
            activation: BRAID_ACTIVATION_NONE, before_activation: nil, slopes_at: nil), on: device)
        return output.values()
      }
      let results = try multiplier.sameForAnyThreads("rounding") { device in
        [(false, false), (true, false), (true, true)].map { areColumns, transposed in
          products(device, areColumns: areColumns, transposed: transposed)
        }
      }
      for (found, wanted) in results.flatMap({ zip($0, expected) }) {
        #expect(found == wanted || found.isNaN && wanted.isNaN)
      }
    }
  }
}
