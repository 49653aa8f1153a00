import Kernels
import TestSupport
import Testing

extension KernelsTests {
  @Suite struct RowTests {
    private static let sizes = [(1, 1), (3, 5), (32, 16), (33, 17), (70, 384), (200, 100), (5, 1000)]

    @Test("column sums add the rows of a range", arguments: InstructionSet.all)
    func columnSums(set: InstructionSet) throws {
      for (rows, columns) in Self.sizes {
        var draws = Draws(seed: 2)
        let gap = rows % 4
        let matrix = draws.floats(rows * columns)
        let old = draws.floats(columns)
        for range in [0..<rows, rows / 3..<rows / 2, rows / 2..<rows] {
          let results = try set.sameForAnyThreads("column sums") { device in
            let source = Guarded(spaced(matrix, columns: columns, gap: gap))
            let sums = Guarded(old)
            var arguments = braid_column_sums_arguments(
              matrix: source.base, stride: Int64(columns + gap), columns: Int64(columns),
              first_row: Int64(range.lowerBound), last_row: Int64(range.upperBound), sums: sums.base)
            braid_column_sums(device, &arguments)
            return [sums.values()]
          }
          let expected = (0..<columns).map { column in
            range.reduce(Double(old[column])) { $0 + Double(matrix[$1 * columns + column]) }
          }
          expectAgreement(results[0], expected, relative: 1e-6, floor: 2e-5, "\(rows) × \(columns), \(range)")
        }
      }
    }

    @Test(
      "LayerNorm of residual + dropout(input), its statistics and its gradients agree with double precision",
      arguments: InstructionSet.all)
    func layerNorm(set: InstructionSet) throws {
      for (rows, columns) in Self.sizes where columns > 1 {
        for (rate, hasResidual, accumulates) in [
          (Float(0), false, false), (0, true, true), (0.25, true, false), (0.1, false, true),
        ] {
          var draws = Draws(seed: UInt64(rows))
          let input = draws.floats(rows * columns, scale: 2, mean: 1)
          let residual = draws.floats(rows * columns)
          let weight = draws.floats(columns, mean: 1)
          let bias = draws.floats(columns)
          let gradient = draws.floats(rows * columns)
          let old = draws.floats(rows * columns)
          let epsilon: Float = 1e-5
          let dropout = braid_dropout(key: 0x5555_1234_9999, rate: rate)
          let range = rows / 4..<rows

          let results = try set.sameForAnyThreads("LayerNorm \(rows) × \(columns)") { device in
            let (x, r, w, b) = (Guarded(input), Guarded(residual), Guarded(weight), Guarded(bias))
            let (sum, statistics) = (Guarded(count: rows * columns), Guarded(count: rows * 2))
            let (output, plain) = (Guarded(count: rows * columns), Guarded(count: rows * columns))
            var arguments = braid_layer_norm_arguments(
              input: x.base, residual: hasResidual ? UnsafePointer(r.base) : nil, weight: w.base,
              bias: b.base,
              sum: sum.base, statistics: statistics.base, output: output.base, rows: Int64(rows),
              columns: Int64(columns), epsilon: epsilon, dropout: dropout)
            braid_layer_norm(device, &arguments)
            arguments.sum = nil
            arguments.statistics = nil
            arguments.output = plain.base
            braid_layer_norm(device, &arguments)
            #expect(plain.values().bits == output.values().bits, "keeping nothing changes the result")

            let d = Guarded(gradient)
            let dx = accumulates ? Guarded(old) : Guarded(count: rows * columns)
            let dr = accumulates ? Guarded(old) : Guarded(count: rows * columns)
            var backward = braid_layer_norm_backward_arguments(
              gradient: d.base, sum: sum.base, statistics: statistics.base, weight: w.base,
              input_gradient: dx.base, input_accumulate: accumulates,
              residual_gradient: hasResidual ? dr.base : nil, residual_accumulate: accumulates,
              rows: Int64(rows), columns: Int64(columns), dropout: dropout)
            braid_layer_norm_backward(device, &backward)
            let (dw, db) = (Guarded(weight), Guarded(bias))
            var parameters = braid_layer_norm_parameters_arguments(
              gradient: d.base, sum: sum.base, statistics: statistics.base, columns: Int64(columns),
              first_row: Int64(range.lowerBound), last_row: Int64(range.upperBound), weight_gradient: dw.base,
              bias_gradient: db.base)
            braid_layer_norm_parameters(device, &parameters)
            return [
              output.values(), sum.values(), statistics.values(), dx.values(), hasResidual ? dr.values() : [],
              dw.values(), db.values(),
            ]
          }

          let what = "\(rows) × \(columns), rate \(rate)"
          let factor = try set.device { dropout.factors(count: rows * columns, on: $0).doubles }
          let sum = input.indices.map {
            Double(input[$0]) * factor[$0] + (hasResidual ? Double(residual[$0]) : 0)
          }
          let expected = Reference.layerNorm(
            sum, weight: weight.doubles, bias: bias.doubles, epsilon: Double(epsilon))
          expectAgreement(results[0], expected, relative: 2e-5, floor: 2e-5, "output of " + what)
          expectAgreement(results[1], sum, relative: 1e-6, floor: 1e-6, "sum of " + what)
          let normalised = Reference.layerNorm(
            sum, weight: Array(repeating: 1, count: columns), bias: Array(repeating: 0, count: columns),
            epsilon: Double(epsilon))

          var slopes = sum
          var weightGradient = weight.doubles
          var biasGradient = bias.doubles
          var statistics: [Double] = []
          for row in 0..<rows {
            let place = row * columns..<(row + 1) * columns
            let mean = sum[place].reduce(0, +) / Double(columns)
            let variance = sum[place].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
            let scale = 1 / (variance + Double(epsilon)).squareRoot()
            statistics += [mean, scale]
            let g = place.map { Double(gradient[$0]) * Double(weight[$0 % columns]) }
            let meanG = g.reduce(0, +) / Double(columns)
            let meanProjected = zip(g, normalised[place]).reduce(0) { $0 + $1.0 * $1.1 } / Double(columns)
            for (index, g) in zip(place, g) {
              slopes[index] = (g - meanG - normalised[index] * meanProjected) * scale
              guard range.contains(row) else { continue }
              weightGradient[index % columns] += Double(gradient[index]) * normalised[index]
              biasGradient[index % columns] += Double(gradient[index])
            }
          }
          expectAgreement(results[2], statistics, relative: 1e-5, floor: 1e-6, "statistics of " + what)
          let before = old.map { accumulates ? Double($0) : 0 }
          expectAgreement(
            results[3], slopes.indices.map { before[$0] + slopes[$0] * factor[$0] }, relative: 5e-5,
            floor: 5e-5, "input's gradient of " + what)
          if hasResidual {
            expectAgreement(
              results[4], slopes.indices.map { before[$0] + slopes[$0] }, relative: 5e-5, floor: 5e-5,
              "residual's gradient of " + what)
          }
          expectAgreement(
            results[5], weightGradient, relative: 2e-5, floor: 1e-4, "weight's gradient of " + what)
          expectAgreement(results[6], biasGradient, relative: 1e-5, floor: 1e-4, "bias's gradient of " + what)
        }
      }
    }

    @Test(
      "embeddings sum rows of tables, and add gradients in the order of rows", arguments: InstructionSet.all)
    func embeddings(set: InstructionSet) throws {
      for (rows, columns) in Self.sizes {
        var draws = Draws(seed: 9)
        let heights = [11, 4, 2]
        let tables = heights.map { draws.floats($0 * columns) }
        let ids = heights.map { height in (0..<rows).map { _ in Int32(draws.integer(below: height)) } }
        let gradient = draws.floats(rows * columns)
        for count in 1...3 {
          let results = try set.sameForAnyThreads("embedding") { device in
            let memory = tables.map(Guarded.init)
            let output = Guarded(count: rows * columns)
            return ids[0].withUnsafeBufferPointer { first in
              ids[1].withUnsafeBufferPointer { second in
                ids[2].withUnsafeBufferPointer { third in
                  var arguments = braid_embedding_arguments(
                    tables: (
                      UnsafePointer(memory[0].base), count > 1 ? UnsafePointer(memory[1].base) : nil,
                      count > 2 ? UnsafePointer(memory[2].base) : nil
                    ),
                    ids: (
                      first.baseAddress, count > 1 ? second.baseAddress : nil,
                      count > 2 ? third.baseAddress : nil
                    ),
                    output: output.base, rows: Int64(rows), columns: Int64(columns))
                  braid_embedding(device, &arguments)
                  return [output.values()]
                }
              }
            }
          }
          let expected = (0..<rows * columns).map { index in
            (0..<count).reduce(0.0) { sum, table in
              sum + Double(tables[table][Int(ids[table][index / columns]) * columns + index % columns])
            }
          }
          expectAgreement(results[0], expected, relative: 1e-6, floor: 1e-6, "\(count) tables of \(columns)")
        }
        let range = rows / 3..<rows
        let results = try set.sameForAnyThreads("embedding backward") { device in
          let d = Guarded(gradient)
          let table = Guarded(tables[0])
          ids[0].withUnsafeBufferPointer { ids in
            var arguments = braid_embedding_backward_arguments(
              gradient: d.base, ids: ids.baseAddress, table_gradient: table.base,
              first_row: Int64(range.lowerBound), last_row: Int64(range.upperBound), columns: Int64(columns))
            braid_embedding_backward(device, &arguments)
          }
          return [table.values()]
        }
        var expected = tables[0].doubles
        for row in range {
          for column in 0..<columns {
            expected[Int(ids[0][row]) * columns + column] += Double(gradient[row * columns + column])
          }
        }
        expectAgreement(results[0], expected, relative: 1e-6, floor: 2e-5, "gradient of \(columns) columns")
      }
    }
  }
}
