import Foundation
import Tensors
import TestSupport

extension Check {
  /// Operations that take matrices apart, put them together and weigh them.
  static var mixing: [Check] {
    [
      rowSlices, assembly, assemblyWithHoles, mixture, mixtureOfOne, softmax, stitch, distillation,
      distillationOfLists, symmetricDivergence, symmetricDivergenceOfLists,
      squaredDifference, gatedExperts,
    ]
  }

  private static func space(_ tape: Tape, _ rows: Int) -> RowSpace {
    tape.rowSpace([RowRange(0..<rows, slot: 0)])
  }

  /// Overlapping slices, one of a slice, and the whole beside them: gradients add up.
  private static var rowSlices: Check {
    Check(
      name: "slices of rows", inputs: [Shape(9, 5)],
      forward: { tape, inputs, _ in
        let first = tape.rows(0..<4, of: inputs[0], in: space(tape, 4))
        let second = tape.rows(2..<6, of: inputs[0], in: space(tape, 4))
        let third = tape.rows(1..<3, of: second, in: space(tape, 2))
        return tape.assemble(
          rows: 10, columns: 20, in: space(tape, 10),
          [
            MatrixBlock(tape.matchFeatures(first, second)), MatrixBlock(third, row: 4, column: 3, factor: 2),
            MatrixBlock(inputs[0], row: 1, column: 7),
          ])
      },
      reference: { values in
        let x = values[0]
        var output = OperationReference.matchFeatures(Array(x[..<20]), Array(x[10..<30]), columns: 5)
        output += [Double](repeating: 0, count: 120)
        for index in 0..<10 { output[(4 + index / 5) * 20 + 3 + index % 5] += 2 * x[15 + index] }
        for index in 0..<45 { output[(1 + index / 5) * 20 + 7 + index % 5] += x[index] }
        return output
      })
  }

  private static var assembly: Check {
    Check(
      name: "a sum of blocks", inputs: [Shape(6, 7), Shape(2, 7), Shape(3, 2)],
      forward: { tape, inputs, space in
        tape.assemble(
          rows: 6, columns: 7, in: space,
          [
            MatrixBlock(inputs[0]), MatrixBlock(inputs[1], row: 3, factor: -0.5),
            MatrixBlock(inputs[2], row: 1, column: 4, factor: 3), MatrixBlock(inputs[0], factor: 0.25),
          ])
      },
      reference: { values in
        var output = values[0].map { 1.25 * $0 }
        for index in 0..<14 { output[21 + index] -= 0.5 * values[1][index] }
        for row in 0..<3 {
          for column in 0..<2 { output[(row + 1) * 7 + column + 4] += 3 * values[2][row * 2 + column] }
        }
        return output
      })
  }

  private static var assemblyWithHoles: Check {
    Check(
      name: "blocks side by side", inputs: [Shape(3, 4), Shape(3, 2)],
      forward: { tape, inputs, _ in
        tape.assemble(
          rows: 5, columns: 8, in: space(tape, 5),
          [MatrixBlock(inputs[0], row: 1), MatrixBlock(inputs[1], row: 1, column: 5)])
      },
      reference: { values in
        var output = [Double](repeating: 0, count: 40)
        for row in 0..<3 {
          for column in 0..<4 { output[(row + 1) * 8 + column] = values[0][row * 4 + column] }
          for column in 0..<2 { output[(row + 1) * 8 + column + 5] = values[1][row * 2 + column] }
        }
        return output
      })
  }

  private static func mixed(_ inputs: [[Double]], _ weights: [Double], columns: Int) -> [Double] {
    inputs[0].indices.map { index in
      inputs.indices.reduce(0) { $0 + weights[index / columns * inputs.count + $1] * inputs[$1][index] }
    }
  }

  private static var mixture: Check {
    Check(
      name: "mixture", inputs: [Shape(8, 19), Shape(8, 19), Shape(8, 19), Shape(8, 3)],
      forward: { tape, inputs, _ in tape.mixture(Array(inputs[..<3]), weights: inputs[3]) },
      reference: { values in mixed([values[0], values[1], values[2]], values[3], columns: 19) })
  }

  /// One matrix in two places.
  private static var mixtureOfOne: Check {
    Check(
      name: "mixture of a matrix with itself", inputs: [Shape(4, 6), Shape(4, 2)],
      forward: { tape, inputs, _ in tape.mixture([inputs[0], inputs[0]], weights: inputs[1]) },
      reference: { values in mixed([values[0], values[0]], values[1], columns: 6) })
  }

  private static var softmax: Check {
    Check(
      name: "softmax", inputs: [Shape(7, 5)], scale: 2,
      forward: { tape, inputs, _ in tape.softmax(inputs[0]) },
      reference: { values in
        OperationReference.rows(values[0], columns: 5).flatMap { Reference.softmax($0) }
      })
  }

  /// The same weights for all rows, from a parameter.
  private static var stitch: Check {
    let scope = ParameterScope()
    let weights = scope.vector("weights", count: 2, initializer: .zeros)
    return Check(
      name: "mixture by a parameter", inputs: [Shape(5, 4), Shape(5, 4)], layout: scope.layout,
      forward: { tape, inputs, space in
        let rows = tape.indices([Int32](repeating: 0, count: 5))
        return tape.mixture(inputs, weights: tape.embedding([(weights, rows)], in: space))
      },
      reference: { values in
        values[0].indices.map {
          values["weights"][0] * values[0][$0] + values["weights"][1] * values[1][$0]
        }
      })
  }

  private static var distillation: Check {
    let teacher: [Float] = [2, 0, -1, 0.5, 0.5, 1.5, -3, 2, 0.25]
    return Check(
      name: "distillation", inputs: [Shape(3, 3)],
      forward: { tape, inputs, _ in
        tape.distillation(inputs[0], teacher: tape.numbers(teacher), temperature: 2.5)
      },
      reference: { values in
        let rows = zip(
          OperationReference.rows(values[0], columns: 3),
          OperationReference.rows(teacher.doubles, columns: 3))
        let sum = rows.reduce(0.0) { sum, row in
          let found = Reference.softmax(row.0.map { $0 / 2.5 })
          let expected = Reference.softmax(row.1.map { $0 / 2.5 })
          return sum + zip(found, expected).reduce(0) { $0 + $1.1 * log($1.1 / $1.0) }
        }
        return [2.5 * 2.5 * sum / 3]
      })
  }

  /// The softmax over the candidates of each of two queries.
  private static var distillationOfLists: Check {
    let teacher: [Float] = [2, 0, -1, 0.5, 0.5, 1.5, -3]
    let lists = [0..<3, 3..<7]
    return Check(
      name: "distillation of lists", inputs: [Shape(7, 1)],
      forward: { tape, inputs, _ in
        tape.distillation(
          inputs[0], teacher: tape.numbers(teacher), starts: tape.indices([0, 3, 7]), temperature: 0.7)
      },
      reference: { values in
        let sum = lists.reduce(0.0) { sum, list in
          let found = Reference.softmax(values[0][list].map { $0 / 0.7 })
          let expected = Reference.softmax(teacher.doubles[list].map { $0 / 0.7 })
          return sum + zip(found, expected).reduce(0) { $0 + $1.1 * log($1.1 / $1.0) }
        }
        return [0.7 * 0.7 * sum / 2]
      })
  }

  private static func divergence(_ first: [Double], _ second: [Double]) -> Double {
    let (p, q) = (Reference.softmax(first), Reference.softmax(second))
    var sum = 0.0
    for index in p.indices { sum += (p[index] - q[index]) * log(p[index] / q[index]) }
    return sum
  }

  private static var symmetricDivergence: Check {
    Check(
      name: "symmetric divergence", inputs: [Shape(4, 3), Shape(4, 3)], scale: 2,
      forward: { tape, inputs, _ in tape.symmetricDivergence(inputs[0], inputs[1]) },
      reference: { values in
        let (first, second) = (
          OperationReference.rows(values[0], columns: 3), OperationReference.rows(values[1], columns: 3)
        )
        let distances = first.indices.map { divergence(first[$0], second[$0]) }
        return [distances.reduce(0, +) / 4]
      })
  }

  private static var symmetricDivergenceOfLists: Check {
    let lists = [0..<2, 2..<3, 3..<8]
    return Check(
      name: "symmetric divergence of lists", inputs: [Shape(8, 1), Shape(8, 1)],
      forward: { tape, inputs, _ in
        tape.symmetricDivergence(inputs[0], inputs[1], starts: tape.indices([0, 2, 3, 8]))
      },
      reference: { values in
        let distances = lists.map { (list: Range<Int>) -> Double in
          divergence(Array(values[0][list]), Array(values[1][list]))
        }
        return [distances.reduce(0, +) / 3]
      })
  }

  private static var squaredDifference: Check {
    Check(
      name: "squared difference", inputs: [Shape(6, 1), Shape(6, 1)],
      forward: { tape, inputs, _ in tape.squaredDifference(inputs[0], inputs[1]) },
      reference: { values in
        let squares = zip(values[0], values[1]).map { (first: Double, second: Double) -> Double in
          (first - second) * (first - second)
        }
        return [squares.reduce(0, +) / 6]
      })
  }

  /// Two experts and a gate over slices, as a mixture of experts has them.
  private static var gatedExperts: Check {
    let scope = ParameterScope()
    let experts = (0..<2).map { scope.linear("expert\($0)", inputs: 6, outputs: 6, deviation: 1) }
    let gates = (0..<2).map { scope.linear("gate\($0)", inputs: 6, outputs: 2, deviation: 1, bias: false) }
    return Check(
      name: "experts with a gate for each range of rows", inputs: [Shape(7, 6)], layout: scope.layout,
      forward: { tape, inputs, space in
        let everywhere = experts.map { tape.linear(inputs[0], $0, activation: .tanh) }
        let parts = [0..<3, 3..<7].enumerated().map { task, range in
          func slice(_ matrix: Matrix) -> Matrix {
            tape.rows(range, of: matrix, in: Check.space(tape, range.count))
          }
          let weights = tape.softmax(tape.linear(slice(inputs[0]), gates[task]))
          return MatrixBlock(
            tape.mixture(everywhere.map(slice), weights: weights), row: range.lowerBound)
        }
        return tape.assemble(rows: 7, columns: 6, in: space, parts)
      },
      reference: { values in
        let outputs = (0..<2).map {
          Reference.linear(
            values[0], weight: values["expert\($0).weight"], bias: values["expert\($0).bias"],
            activation: .tanh, inputs: 6, outputs: 6)
        }
        let logits = (0..<2).map {
          Reference.linear(
            values[0], weight: values["gate\($0).weight"], bias: nil, activation: .none, inputs: 6, outputs: 2
          )
        }
        var weights: [Double] = []
        for row in 0..<7 {
          let gate = logits[row < 3 ? 0 : 1]
          weights += Reference.softmax([gate[row * 2], gate[row * 2 + 1]])
        }
        return mixed(outputs, weights, columns: 6)
      })
  }
}
