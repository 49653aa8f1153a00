import Kernels
import TestSupport
import Testing

/// The numbers that a product rounds the rows of its left side to, or those of a weight.
private func rounded(_ matrix: [Float], columns: Int, to precision: braid_precision, isWeight: Bool)
  -> [Double]
{
  if precision == BRAID_BFLOAT16 { return matrix.map(roundedToBfloat16) }
  return stride(from: 0, to: matrix.count, by: columns).flatMap { first in
    let row = matrix[first..<first + columns]
    let (least, greatest) = (row.min() ?? 0, row.max() ?? 0)
    let origin = isWeight ? 0 : least
    let (range, count) = isWeight ? (max(greatest, -least), Float(127)) : (greatest - least, 255)
    guard range > 0 else { return row.map(Double.init) }
    // In single precision, as what is half of a step away from two integers may go to either.
    return row.map { number in
      let integer = ((number - origin) * (count / range)).rounded(.toNearestOrEven)
      return Double(origin) + Double(integer) * Double(range) / Double(count)
    }
  }
}

extension KernelsTests {
  /// Products of numbers narrower than a float.
  @Suite struct BlockProductTests {
    private static let multipliers =
      ProductMultiplier.all(of: BRAID_BFLOAT16) + ProductMultiplier.all(of: BRAID_INT8)

    /// Around tiles of 16 rows, 32 and 64 steps, and blocks of 32.
    private let shapes = [
      (1, 1, 1), (5, 33, 2), (16, 16, 32), (17, 40, 31), (31, 32, 33), (32, 31, 64), (33, 65, 97),
      (70, 100, 130), (257, 70, 391), (3, 300, 1000),
    ]

    @Test("left · right agrees with double precision on rounded numbers", arguments: multipliers)
    func product(multiplier: ProductMultiplier) throws {
      for (rows, columns, depth) in shapes {
        var draws = Draws(seed: UInt64(rows + depth))
        let left = draws.floats(rows * depth)
        let weight = draws.floats(columns * depth, scale: 0.5)
        let bias = draws.floats(columns)
        let old = draws.floats(rows * columns)
        let right = Reference.transposed(
          rounded(weight, columns: depth, to: multiplier.precision, isWeight: true), rows: columns,
          columns: depth)
        let sums = Reference.product(
          rounded(left, columns: depth, to: multiplier.precision, isWeight: false), right, rows: rows,
          depth: depth, columns: columns)
        let turned = Reference.transposed(weight.doubles, rows: columns, columns: depth).map(Float.init)
        let isInteger = multiplier.precision == BRAID_INT8
        // Integers are packed of a transpose alone.
        for (isTransposed, gap) in [(true, 0), (isInteger, 5)] {
          for isPlain in [true, false] {
            let results = try multiplier.sameForAnyThreads("\(rows) × \(columns), depth \(depth)") { device in
              let panels = packed(
                isTransposed ? weight : turned, depth: depth, columns: columns, transposed: isTransposed,
                precision: multiplier.precision, on: device)
              let input = Guarded(spaced(left, columns: depth, gap: gap))
              let output = Guarded(spaced(old, columns: columns, gap: gap))
              let before = Guarded(spaced(old, columns: columns, gap: gap))
              let biases = Guarded(bias)
              multiplier.product(
                braid_product_arguments(
                  left: input.base, left_stride: Int64(depth + gap), right: panels.base, right_stride: 0,
                  rows: Int64(rows), columns: Int64(columns), depth: Int64(depth), output: output.base,
                  output_stride: Int64(columns + gap), accumulate: isPlain,
                  bias: isPlain ? nil : UnsafePointer(biases.base),
                  activation: isPlain ? BRAID_ACTIVATION_NONE : BRAID_ACTIVATION_TANH,
                  before_activation: isPlain ? nil : before.base, slopes_at: nil), on: device)
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

    @Test("a row has the same bits whatever rows are packed around it", arguments: multipliers)
    func rowsStandAlone(multiplier: ProductMultiplier) throws {
      let (rows, depth, columns) = (75, 100, 50)
      var draws = Draws(seed: 5)
      let left = draws.floats(rows * depth)
      let right = draws.floats(depth * columns)
      try multiplier.device(threads: 2) { device in
        let panels = packed(
          right, depth: depth, columns: columns, transposed: true, precision: multiplier.precision, on: device
        )
        func product(_ range: Range<Int>) -> [Float] {
          let input = Guarded(Array(left[range.lowerBound * depth..<range.upperBound * depth]))
          let output = Guarded(count: range.count * columns)
          multiplier.product(
            braid_product_arguments(
              left: input.base, left_stride: Int64(depth), right: panels.base, right_stride: 0,
              rows: Int64(range.count), columns: Int64(columns), depth: Int64(depth), output: output.base,
              output_stride: Int64(columns), accumulate: false, bias: nil, activation: BRAID_ACTIVATION_NONE,
              before_activation: nil, slopes_at: nil), on: device)
          return output.values()
        }
        let together = product(0..<rows)
        for range in [0..<1, 74..<75, 3..<36, 20..<35, 1..<75] {
          #expect(
            product(range).bits == together[range.lowerBound * columns..<range.upperBound * columns].bits)
        }
      }
    }
  }
}
