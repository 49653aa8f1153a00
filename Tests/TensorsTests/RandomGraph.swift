import Tensors
import TestSupport

/// A random computation of linear layers, norms and gathers, each reading any matrix before it: the same program runs on
/// a tape and in double precision.
struct RandomGraph {
  enum Step {
    case linear(Int, layer: Int, activation: Reference.Activation)
    case norm(Int, residual: Int?)
    case gather(Int, rows: [Int])
  }

  static let width = 16
  static let layers = 3
  let inputRows: Int
  var steps: [Step] = []
  let layout: ParameterLayout
  private let linears: [LinearParameters]
  private let layerNorm: LayerNormParameters

  init(steps count: Int, seed: UInt64) {
    var draws = Draws(seed: seed)
    let scope = ParameterScope()
    linears = (0..<Self.layers).map {
      scope.linear("layer\($0)", inputs: Self.width, outputs: Self.width, deviation: 1)
    }
    layerNorm = scope.layerNorm("norm", columns: Self.width, epsilon: 1e-3)
    layout = scope.layout
    let sizes = [3, 40, 300, 900]
    inputRows = 300
    var rows = [300]
    for step in 0..<count {
      // Mostly what came lately, so that the graph is deep; sometimes anything.
      let source =
        draws.uniform() < 0.7
        ? rows.count - 1 - draws.integer(below: min(3, rows.count)) : draws.integer(below: rows.count)
      let kind = draws.uniform()
      if kind < 0.4 {
        let activation = Reference.Activation.allCases[[0, 1, 2, 4][draws.integer(below: 4)]]
        steps.append(.linear(source, layer: draws.integer(below: Self.layers), activation: activation))
        rows.append(rows[source])
      } else if kind < 0.75 || step == count - 1 {
        let mates = rows.indices.filter { rows[$0] == rows[source] }
        let residual = draws.uniform() < 0.7 ? mates[draws.integer(below: mates.count)] : nil
        steps.append(.norm(source, residual: residual))
        rows.append(rows[source])
      } else {
        let size = sizes[draws.integer(below: sizes.count)]
        let picked = (0..<size).map { _ in draws.integer(below: rows[source]) }
        steps.append(.gather(source, rows: picked))
        rows.append(size)
      }
    }
  }

  func run(on tape: Tape, input: [Float]) -> [Matrix] {
    func space(_ rows: Int) -> RowSpace { tape.rowSpace([RowRange(0..<rows, slot: 0)]) }
    var matrices = [tape.leaf(input, rows: inputRows, columns: Self.width, in: space(inputRows))]
    for step in steps {
      switch step {
      case .linear(let source, let layer, let activation):
        matrices.append(tape.linear(matrices[source], linears[layer], activation: activation.operation))
      case .norm(let source, let residual):
        matrices.append(tape.layerNorm(matrices[source], residual: residual.map { matrices[$0] }, layerNorm))
      case .gather(let source, let rows):
        matrices.append(
          tape.gather(matrices[source], rows: tape.indices(rows.map(Int32.init)), in: space(rows.count)))
      }
    }
    return matrices
  }

  func reference(input: [Double], parameters: [String: [Double]]) -> [[Double]] {
    var matrices = [input]
    for step in steps {
      switch step {
      case .linear(let source, let layer, let activation):
        matrices.append(
          Reference.linear(
            matrices[source], weight: parameters["layer\(layer).weight"] ?? [],
            bias: parameters["layer\(layer).bias"], activation: activation, inputs: Self.width,
            outputs: Self.width))
      case .norm(let source, let residual):
        let sum = residual.map { zip(matrices[source], matrices[$0]).map { $0 + $1 } } ?? matrices[source]
        matrices.append(
          Reference.layerNorm(
            sum, weight: parameters["norm.weight"] ?? [], bias: parameters["norm.bias"] ?? [], epsilon: 1e-3))
      case .gather(let source, let rows):
        matrices.append(OperationReference.gather(matrices[source], rows: rows, columns: Self.width))
      }
    }
    return matrices
  }
}
