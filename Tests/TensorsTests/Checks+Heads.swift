import Tensors
import TestSupport

extension Check {
  /// Operations of heads, and losses.
  static var heads: [Check] {
    [
      gather, softmaxCrossEntropy, squaredError, listwiseCrossEntropy, raggedAttention, raggedSelfAttention,
      gatedRecurrentUnit, matchFeatures, meanProbability, negativeLogLikelihood, answerNetworkStep,
      binaryCrossEntropy, listwiseColumns, tableScores(readsToo: false), tableScores(readsToo: true),
    ]
  }

  /// - Parameter readsToo: whether the inputs are rows of the same table, as in a model that is tied to its embeddings.
  private static func tableScores(readsToo: Bool) -> Check {
    let scope = ParameterScope()
    let table = scope.table("table", rows: 37, columns: 6, initializer: .zeros)
    let bias = scope.vector("bias", count: 37, initializer: .zeros)
    let ids = [36, 0, 5, 5, 17]
    return Check(
      name: "scores of a table's rows\(readsToo ? ", of which some are the inputs" : "")",
      inputs: readsToo ? [] : [Shape(5, 6)], layout: scope.layout, rows: 5,
      forward: { tape, inputs, space in
        let input =
          inputs.first ?? tape.embedding([(table, tape.indices(ids.map(Int32.init)))], in: space)
        return tape.scores(input, ofRowsOf: table, bias: bias)
      },
      reference: { values in
        let input =
          readsToo ? OperationReference.gather(values["table"], rows: ids, columns: 6) : values[0]
        return Reference.linear(
          input, weight: values["table"], bias: values["bias"], activation: .none, inputs: 6, outputs: 37)
      })
  }

  private static var gather: Check {
    let picked = [2, 0, 2, 5, 2, 5]
    return Check(
      name: "gather", inputs: [Shape(6, 5)],
      forward: { tape, inputs, _ in
        let space = tape.rowSpace([RowRange(0..<picked.count, slot: 0)])
        return tape.gather(inputs[0], rows: tape.indices(picked.map(Int32.init)), in: space)
      },
      reference: { OperationReference.gather($0[0], rows: picked, columns: 5) })
  }

  private static var softmaxCrossEntropy: Check {
    let labels = [0, 4, 2, 2, 1, 3, 0]
    return Check(
      name: "softmax cross-entropy", inputs: [Shape(7, 5)], scale: 3,
      forward: { tape, inputs, _ in
        tape.softmaxCrossEntropy(inputs[0], labels: tape.indices(labels.map(Int32.init)))
      },
      reference: { [OperationReference.softmaxCrossEntropy($0[0], labels: labels, classes: 5)] })
  }

  private static var binaryCrossEntropy: Check {
    let targets: [Float] = [1, 0, 0, 1, 0.25, 1, 0, 0, 1, 1, 0, 0]
    return Check(
      name: "binary cross-entropy", inputs: [Shape(3, 4)], scale: 3,
      forward: { tape, inputs, _ in tape.binaryCrossEntropy(inputs[0], targets: tape.numbers(targets)) },
      reference: { [OperationReference.binaryCrossEntropy($0[0], targets: targets.doubles)] })
  }

  private static var squaredError: Check {
    let targets: [Float] = [0.5, -1, 2, 3.25, 0]
    return Check(
      name: "squared error", inputs: [Shape(5, 1)], scale: 2,
      forward: { tape, inputs, _ in tape.squaredError(inputs[0], targets: tape.numbers(targets)) },
      reference: { [OperationReference.squaredError($0[0], targets: targets.doubles)] })
  }

  private static var listwiseCrossEntropy: Check {
    let gains: [Float] = [0, 1, 0, 2, 1, 1, 3, 0, 0, 0]
    let starts = [0, 3, 5, 6, 10]
    return Check(
      name: "listwise cross-entropy", inputs: [Shape(10, 1)], scale: 2,
      forward: { tape, inputs, _ in
        tape.listwiseCrossEntropy(
          inputs[0], gains: tape.numbers(gains), starts: tape.indices(starts.map(Int32.init)))
      },
      reference: { [OperationReference.listwiseCrossEntropy($0[0], gains: gains.doubles, starts: starts)] })
  }

  private static var listwiseColumns: Check {
    let gains: [Float] = [0, 1, 0, 1, 0, 1, 0] + [0, 0, 1, 1, 0, 0, 2]
    let starts = [0, 3, 4, 7]
    return Check(
      name: "listwise cross-entropy of two columns", inputs: [Shape(7, 2)], scale: 2,
      forward: { tape, inputs, _ in
        tape.listwiseCrossEntropy(
          inputs[0], gains: tape.numbers(gains), starts: tape.indices(starts.map(Int32.init)))
      },
      reference: { values in
        let losses = (0..<2).map { column in
          OperationReference.listwiseCrossEntropy(
            (0..<7).map { values[0][2 * $0 + column] },
            gains: Array(gains.doubles[column * 7..<column * 7 + 7]),
            starts: starts)
        }
        return [(losses[0] + losses[1]) / 2]
      })
  }

  private static let stretches = [0..<3, 3..<4, 2..<9, 5..<5]

  private static func attend(_ tape: Tape, _ query: Matrix, _ memory: Matrix) -> Matrix {
    tape.raggedAttention(
      query: query, memory: memory, firsts: tape.indices(stretches.map { Int32($0.lowerBound) }),
      lasts: tape.indices(stretches.map { Int32($0.upperBound) }))
  }

  private static var raggedAttention: Check {
    Check(
      name: "ragged attention", inputs: [Shape(4, 18), Shape(9, 18)], scale: 0.5,
      forward: { tape, inputs, _ in attend(tape, inputs[0], inputs[1]) },
      reference: {
        OperationReference.raggedAttention(query: $0[0], memory: $0[1], stretches: stretches, columns: 18)
      })
  }

  private static var raggedSelfAttention: Check {
    let own = [0..<2, 0..<4, 1..<3, 3..<4]
    return Check(
      name: "ragged attention to its own queries", inputs: [Shape(4, 6)],
      forward: { tape, inputs, _ in
        tape.raggedAttention(
          query: inputs[0], memory: inputs[0], firsts: tape.indices(own.map { Int32($0.lowerBound) }),
          lasts: tape.indices(own.map { Int32($0.upperBound) }))
      },
      reference: {
        OperationReference.raggedAttention(query: $0[0], memory: $0[0], stretches: own, columns: 6)
      })
  }

  private static var gatedRecurrentUnit: Check {
    Check(
      name: "gated recurrent unit", inputs: [Shape(5, 12), Shape(5, 12), Shape(5, 4)],
      forward: { tape, inputs, _ in
        tape.gatedRecurrentUnit(fromInput: inputs[0], fromState: inputs[1], state: inputs[2])
      },
      reference: {
        OperationReference.gatedRecurrentUnit(fromInput: $0[0], fromState: $0[1], state: $0[2], columns: 4)
      })
  }

  private static var matchFeatures: Check {
    Check(
      name: "match features", inputs: [Shape(6, 7), Shape(6, 7)],
      forward: { tape, inputs, _ in tape.matchFeatures(inputs[0], inputs[1]) },
      reference: { OperationReference.matchFeatures($0[0], $0[1], columns: 7) })
  }

  private static let kept = [
    [true, true, true], [false, true, false], [true, false, true], [true, false, false],
  ]

  private static var meanProbability: Check {
    Check(
      name: "mean probability", inputs: Array(repeating: Shape(4, 3), count: 3), scale: 2,
      forward: { tape, inputs, _ in
        tape.meanProbability(inputs, kept: tape.numbers(kept.flatMap { $0.map { $0 ? 1 : 0 } }))
      },
      reference: { OperationReference.meanProbability($0.inputs, kept: kept, classes: 3) })
  }

  private static var negativeLogLikelihood: Check {
    let labels = [2, 0, 1, 1]
    return Check(
      name: "negative log-likelihood", inputs: [Shape(4, 3)],
      forward: { tape, inputs, _ in
        tape.negativeLogLikelihood(inputs[0], labels: tape.indices(labels.map(Int32.init)))
      },
      reference: { [OperationReference.negativeLogLikelihood($0[0], labels: labels, classes: 3)] })
  }

  /// Two steps of a stochastic answer network over one state: the same layers and the same memory, read twice.
  private static var answerNetworkStep: Check {
    let scope = ParameterScope()
    let size = 6
    let input = scope.linear("input", inputs: size, outputs: 3 * size, deviation: 1)
    let state = scope.linear("state", inputs: size, outputs: 3 * size, deviation: 1)
    let classifier = scope.linear("classifier", inputs: 4 * size, outputs: 3, deviation: 1)
    let labels = [2, 0, 1, 1]
    return Check(
      name: "two steps of an answer network", inputs: [Shape(4, size), Shape(9, size)], layout: scope.layout,
      scale: 0.5,
      forward: { tape, inputs, _ in
        var current = inputs[0]
        var steps: [Matrix] = []
        for _ in 0..<2 {
          let summary = attend(tape, current, inputs[1])
          steps.append(tape.linear(tape.matchFeatures(current, summary), classifier))
          current = tape.gatedRecurrentUnit(
            fromInput: tape.linear(summary, input), fromState: tape.linear(current, state), state: current)
        }
        steps.append(tape.linear(tape.matchFeatures(current, current), classifier))
        let mean = tape.meanProbability(
          steps, kept: tape.numbers(kept.flatMap { $0.map { $0 ? 1 : 0 } }))
        return tape.negativeLogLikelihood(mean, labels: tape.indices(labels.map(Int32.init)))
      },
      reference: { values in
        func layer(_ name: String, _ input: [Double], inputs: Int, outputs: Int) -> [Double] {
          Reference.linear(
            input, weight: values[name + ".weight"], bias: values[name + ".bias"], activation: .none,
            inputs: inputs, outputs: outputs)
        }
        var current = values[0]
        var steps: [[Double]] = []
        for _ in 0..<2 {
          let summary = OperationReference.raggedAttention(
            query: current, memory: values[1], stretches: stretches, columns: size)
          let features = OperationReference.matchFeatures(current, summary, columns: size)
          steps.append(layer("classifier", features, inputs: 4 * size, outputs: 3))
          current = OperationReference.gatedRecurrentUnit(
            fromInput: layer("input", summary, inputs: size, outputs: 3 * size),
            fromState: layer("state", current, inputs: size, outputs: 3 * size), state: current, columns: size
          )
        }
        let features = OperationReference.matchFeatures(current, current, columns: size)
        steps.append(layer("classifier", features, inputs: 4 * size, outputs: 3))
        let mean = OperationReference.meanProbability(steps, kept: kept, classes: 3)
        return [OperationReference.negativeLogLikelihood(mean, labels: labels, classes: 3)]
      })
  }
}
