import Tasks
import Tensors

/// A tower a task, whose states are mixed after each group of layers by a learned matrix (Misra et al. 2016, eq. 1):
/// tower t goes on with Σⱼ αₜⱼ xⱼ.
///
/// Settings: `group`, the layers between two mixtures (1), the last of which follows the last layer, and `own`, the weight
/// that each tower's own states start with (0.9); the others share the rest.
public struct CrossStitchSharing: Sharing {
  public static let name = "cross-stitch"

  private let towers: MixedTowers
  /// By layer, for those that a mixture follows: one vector [tasks] a tower.
  private let stitches: [[Parameter]?]

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let group = try settings.count("group", default: 1, in: 1...encoder.layers)
    let own = Float(try settings.number("own", default: 0.9, in: 0...1))
    towers = MixedTowers(encoder, tasks: tasks.count, in: scopes)
    stitches = (0..<encoder.layers).map { layer in
      guard (layer + 1) % group == 0 || layer == encoder.layers - 1 else { return nil }
      return tasks.indices.map { task in
        let scope = scopes.mixture(layer, of: encoder, task: task)
        var start = [Float](repeating: (1 - own) / Float(max(tasks.count - 1, 1)), count: tasks.count)
        start[task] = tasks.count > 1 ? own : 1
        return scope.vector("stitch", count: tasks.count, initializer: .values(start))
      }
    }
  }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    towers.forward(input, on: tape) { layer, tower, states in
      stitches[layer].map { tape.stitch(states, by: $0[tower]) }
    }
  }
}

extension Tape {
  /// Σⱼ αⱼ xⱼ with the same weights in every row.
  ///
  /// - Parameter weights: one row, as wide as there are matrices.
  package func stitch(_ matrices: [Matrix], by weights: Parameter) -> Matrix {
    mixture(matrices, weights: repeated(weights, rows: matrices[0].rows, in: matrices[0].rowSpace))
  }
}
