import Kernels
import TestSupport
import Testing

extension KernelsTests {
  @Suite struct Int8Tests {
    private static let units = ProductUnit.all(of: BRAID_INT8)

    /// left [rows, depth] · weightᵀ, the weight's rows being the columns.
    private func product(
      _ left: [Float], _ weight: [Float], rows: Int, columns: Int, depth: Int, unit: ProductUnit
    ) throws -> [Float] {
      try unit.sameForAnyThreads("\(rows) × \(columns), depth \(depth)") { device in
        let panels = packed(
          weight, depth: depth, columns: columns, transposed: true, precision: BRAID_INT8, on: device)
        let input = Guarded(left)
        let output = Guarded(count: rows * columns)
        unit.product(
          braid_product_arguments(
            left: input.base, left_stride: Int64(depth), right: panels.base, right_stride: 0,
            rows: Int64(rows), columns: Int64(columns), depth: Int64(depth), output: output.base,
            output_stride: Int64(columns), accumulate: false, bias: nil, activation: BRAID_ACTIVATION_NONE,
            before_activation: nil), on: device)
        return [output.values()]
      }[0]
    }

    @Test("every instruction set and unit gives the same bits")
    func sameBits() throws {
      var draws = Draws(seed: 3)
      let (rows, columns, depth) = (50, 70, 200)
      let (left, weight) = (draws.floats(rows * depth), draws.floats(columns * depth))
      let results = try Self.units.map {
        try product(left, weight, rows: rows, columns: columns, depth: depth, unit: $0).bits
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }

    @Test("an output is off by no more than half a step of each factor", arguments: units)
    func error(unit: ProductUnit) throws {
      var draws = Draws(seed: 4)
      let (rows, columns, depth) = (20, 40, 300)
      let (left, weight) = (draws.floats(rows * depth), draws.floats(columns * depth))
      let found = try product(left, weight, rows: rows, columns: columns, depth: depth, unit: unit)
      for row in 0..<rows {
        for column in 0..<columns {
          let a = left[row * depth..<(row + 1) * depth].map(Double.init)
          let b = weight[column * depth..<(column + 1) * depth].map(Double.init)
          let stepA = ((a.max() ?? 0) - (a.min() ?? 0)) / 255
          let stepB = (b.map(abs).max() ?? 0) / 127
          let exact = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
          let most = zip(a, b).reduce(0) {
            $0 + abs($1.0) * stepB / 2 + abs($1.1) * stepA / 2 + stepA * stepB / 4
          }
          #expect(abs(Double(found[row * columns + column]) - exact) <= most * (1 + 1e-6))
        }
      }
    }

    @Test("sums of the greatest depth fit", arguments: units)
    func greatestDepth(unit: ProductUnit) throws {
      let depth = Int(BRAID_INT8_DEPTH)
      // The greatest integers, but for one of the first row.
      let left = [0] + [Float](repeating: 2, count: depth - 1) + [Float](repeating: -2, count: depth)
      let weight = [Float](repeating: 0.5, count: depth)
      let found = try product(left, weight, rows: 2, columns: 1, depth: depth, unit: unit)
      expectAgreement(found, [Double(depth - 1), -Double(depth)], relative: 1e-6, floor: 0, "sums")
    }

    @Test("a row of zeros, or of numbers next to none, gives nothing else", arguments: units)
    func zeros(unit: ProductUnit) throws {
      let left: [Float] = [0, 0, 0] + [1e-38, -2e-38, 0] + [1, 2, 3]
      let found = try product(left, [1, 1, 1, 0, 0, 0], rows: 3, columns: 2, depth: 3, unit: unit)
      #expect(found[0..<4].allSatisfy { abs($0) < 1e-37 } && found[5] == 0)
      #expect(abs(found[4] - 6) < 0.03)
    }

    @Test("what is not finite stays so, in its row alone", arguments: units)
    func notFinite(unit: ProductUnit) throws {
      let left: [Float] = [1, .nan, 1] + [1, .infinity, 1] + [1, 1, 1]
      let found = try product(left, [1, 1, 1], rows: 3, columns: 1, depth: 3, unit: unit)
      #expect(!found[0].isFinite && !found[1].isFinite)
      expectAgreement([found[2]], [3], relative: 1e-6, floor: 0, "beside it")
      let column = try product(
        [1, 1, 1], [1, .nan, 1] + [1, 1, 1], rows: 1, columns: 2, depth: 3, unit: unit)
      #expect(!column[0].isFinite)
      expectAgreement([column[1]], [3], relative: 1e-6, floor: 0, "beside it")
    }
  }
}
