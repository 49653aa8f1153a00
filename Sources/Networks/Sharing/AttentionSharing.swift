import Foundation
import Tasks
import Tensors

/// A tower a task, mixed after each layer by attention of the tower's task over the states of all towers: tower t goes on
/// with Σⱼ αₜⱼ xⱼ, αₜ = softmax(Wₜ [x₁; …; x_T] + bₜ), row by row. Each task has its own query (Wₜ, bₜ); one for all would
/// give every task the same mixture. Textbook form without a paper of its own: cross-stitch units whose weights depend on
/// the states, as those of gated experts do (Ma et al. 2018).
///
/// Settings: `own`, the weight that each tower's own states start with, near enough (0.9); the others share the rest.
public struct AttentionSharing: Sharing {
  public static let name = "attention"

  private let towers: MixedTowers
  /// By layer and task.
  private let queries: [[AttentionQuery]]

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let own = Float(try settings.number("own", default: 0.9, in: 0.01...0.99))
    towers = MixedTowers(encoder, tasks: tasks.count, in: scopes)
    queries = (0..<encoder.layers).map { layer in
      tasks.indices.map { task in
        AttentionQuery(
          towers: tasks.count, own: task, weight: own, hidden: encoder.hiddenSize,
          deviation: encoder.initializerDeviation,
          in: scopes.mixture(layer, of: encoder, task: task).scope("query"))
      }
    }
  }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    towers.forward(input, on: tape) { layer, tower, states in
      queries[layer][tower].mix(states, on: tape)
    }
  }
}

/// One task's attention over the states of towers.
package struct AttentionQuery: Sendable {
  private let weight: LinearParameters
  /// Apart from the linear layer, so that it can start with a preference.
  private let bias: Parameter

  /// - Parameters:
  ///   - own: the tower that is preferred at the start, ...
  ///   - weight: ... and its weight then, were W zero.
  package init(
    towers: Int, own: Int, weight: Float, hidden: Int, deviation: Float, in scope: ParameterScope
  ) {
    self.weight = scope.linear(
      "states", inputs: towers * hidden, outputs: towers, deviation: deviation, bias: false)
    var start = [Float](repeating: 0, count: towers)
    if towers > 1 { start[own] = log(weight * Float(towers - 1) / (1 - weight)) }
    bias = scope.vector("bias", count: towers, initializer: .values(start))
  }

  package func mix(_ states: [Matrix], on tape: Tape) -> Matrix {
    let hidden = states[0].columns
    let space = states[0].rowSpace
    let joined = tape.assemble(
      rows: states[0].rows, columns: hidden * states.count, in: space,
      states.enumerated().map { MatrixBlock($1, column: $0 * hidden) })
    let biases = tape.repeated(bias, rows: joined.rows, in: space)
    return tape.mixture(states, weights: tape.softmax(tape.sum([tape.linear(joined, weight), biases])))
  }
}
