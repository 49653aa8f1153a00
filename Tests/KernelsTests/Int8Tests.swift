import Kernels
import TestSupport
import Testing

extension KernelsTests {
  @Suite struct Int8Tests {
    private static let multipliers = ProductMultiplier.all(of: BRAID_INT8)

    /// left [rows, depth] · weightᵀ, the weight's rows being the columns.
    private func product(
      _ left: [Float], _ weight: [Float], rows: Int, columns: Int, depth: Int,
      activation: braid_activation = BRAID_ACTIVATION_NONE, multiplier: ProductMultiplier
    ) throws -> [Float] {
      try multiplier.sameForAnyThreads("\(rows) × \(columns), depth \(depth)") { device in
        let panels = packed(
          weight, depth: depth, columns: columns, transposed: true, precision: BRAID_INT8, on: device)
        let input = Guarded(left)
        let output = Guarded(count: rows * columns)
        multiplier.product(
          braid_product_arguments(
            left: input.base, left_stride: Int64(depth), right: panels.base, right_stride: 0,
            rows: Int64(rows), columns: Int64(columns), depth: Int64(depth), output: output.base,
            output_stride: Int64(columns), accumulate: false, bias: nil, activation: activation,
            before_activation: nil, slopes_at: nil), on: device)
        return [output.values()]
      }[0]
    }

    @Test("every instruction set and multiplier gives the same bits")
    func sameBits() throws {
      var draws = Draws(seed: 3)
      let (rows, columns, depth) = (50, 70, 200)
      let (left, weight) = (draws.floats(rows * depth), draws.floats(columns * depth))
      let results = try Self.multipliers.map {
        try product(left, weight, rows: rows, columns: columns, depth: depth, multiplier: $0).bits
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }

    @Test("an output is off by no more than half a step of each factor", arguments: multipliers)
    func error(multiplier: ProductMultiplier) throws {
      var draws = Draws(seed: 4)
      let (rows, columns, depth) = (20, 40, 300)
      let (left, weight) = (draws.floats(rows * depth), draws.floats(columns * depth))
      let found = try product(
        left, weight, rows: rows, columns: columns, depth: depth, multiplier: multiplier)
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

    @Test("sums of the greatest depth fit", arguments: multipliers)
    func greatestDepth(multiplier: ProductMultiplier) throws {
      let depth = Int(BRAID_INT8_GREATEST_DEPTH)
      // The greatest integers, but for the first.
      let left = [0] + [Float](repeating: 2, count: depth - 1)
      let weight = [Float](repeating: 0.5, count: depth) + [Float](repeating: -0.5, count: depth)
      let found = try product(left, weight, rows: 1, columns: 2, depth: depth, multiplier: multiplier)
      expectAgreement(found, [Double(depth - 1), -Double(depth - 1)], relative: 1e-6, floor: 0, "sums")
    }

    @Test("a row of zeros, or of numbers next to none, gives nothing else", arguments: multipliers)
    func zeros(multiplier: ProductMultiplier) throws {
      let depth = 40
      let small = (0..<depth).map { $0 % 2 == 0 ? Float(2e-38) : -2e-38 }
      let left = [Float](repeating: 0, count: depth) + small + [Float](repeating: 1, count: depth)
      let weight = [Float](repeating: 1, count: depth) + [Float](repeating: 0, count: depth)
      let found = try product(left, weight, rows: 3, columns: 2, depth: depth, multiplier: multiplier)
      #expect(found[0..<4].allSatisfy { abs($0) < 1e-36 } && found[5] == 0)
      #expect(abs(found[4] - 40) < 1e-3)
    }

    @Test("what is not finite stays so, in its row and column alone", arguments: multipliers)
    func notFinite(multiplier: ProductMultiplier) throws {
      let depth = 40
      let ones = [Float](repeating: 1, count: depth)
      // In a whole vector, and behind the last one.
      for place in [5, 39] {
        for value in [Float.nan, .infinity, -.infinity] {
          var bad = ones
          bad[place] = value
          let rows = try product(bad + ones, ones, rows: 2, columns: 1, depth: depth, multiplier: multiplier)
          #expect(!rows[0].isFinite)
          let columns = try product(
            ones, bad + ones, rows: 1, columns: 2, depth: depth, multiplier: multiplier)
          #expect(!columns[0].isFinite)
          expectAgreement([rows[1], columns[1]], [40, 40], relative: 1e-6, floor: 0, "beside it")
        }
      }
    }

    @Test("GELU is right to three decimals, and of great numbers to six digits", arguments: multipliers)
    func gelu(multiplier: ProductMultiplier) throws {
      // Rows of one number lose nothing as integers.
      let left = (-2000...2000).map { Float($0) / 200 } + [-1000, 1000]
      // Past the last whole vector too.
      let columns = 33
      let found = try product(
        left, [Float](repeating: 1, count: columns), rows: left.count, columns: columns, depth: 1,
        activation: BRAID_ACTIVATION_GELU, multiplier: multiplier)
      for (row, x) in left.enumerated() {
        let exact = Reference.activate(.gelu, Double(x))
        for value in found[row * columns..<(row + 1) * columns] {
          #expect(abs(Double(value) - exact) <= 2e-4 + 1e-6 * abs(Double(x)), "of \(x)")
        }
      }
    }

    @Test("a product of no depth is zero", arguments: multipliers)
    func noDepth(multiplier: ProductMultiplier) throws {
      #expect(
        try product([], [], rows: 2, columns: 3, depth: 0, multiplier: multiplier).allSatisfy { $0 == 0 })
    }
  }
}
