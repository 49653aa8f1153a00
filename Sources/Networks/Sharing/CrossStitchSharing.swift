import Tasks
import Tensors

/// A tower a task, whose states are mixed after each group of layers by a learned matrix (Misra et al. 2016, eq. 1): tower t goes
/// on with Σⱼ αₜⱼ xⱼ. Every row goes through all towers; a task's head reads its own.
///
/// Settings: `group`, the layers between two mixtures (1), the last of which follows the last layer, and `own`, the weight that each tower's own states start with
/// (0.9); the others share the rest.
public struct CrossStitchSharing: Sharing {
  public static let name = "cross-stitch"

  private let towers: [Tower]
  /// By layer, for those that a mixture follows: one vector [tasks] a tower.
  private let stitches: [[Parameter]?]

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let group = try settings.count("group", default: 1, in: 1...encoder.layers)
    let own = Float(try settings.number("own", default: 0.9, in: 0...1))
    towers = scopes.towers(encoder, tasks: tasks.count)
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
    tape.forwardMixed(input, through: towers) { layer, tower, states in
      stitches[layer].map { tape.stitch(states, by: $0[tower]) }
    }
  }
}

extension SharingScopes {
  /// A tower of all layers for each task. Rows of all tasks go through its layers, but only the task's own reach its pooler.
  func towers(_ encoder: EncoderConfiguration, tasks: Int) -> [Tower] {
    (0..<tasks).map {
      Tower(encoder, layers: 0..<encoder.layers, in: tower($0), pooler: own($0))
    }
  }

  /// Where the parameters are by which a task's tower is mixed after a layer: after the last only its own rows are.
  func mixture(_ layer: Int, of encoder: EncoderConfiguration, task: Int) -> ParameterScope {
    (layer == encoder.layers - 1 ? own(task) : tower(task)).layer(layer)
  }
}

extension Tape {
  /// Takes all rows through towers that are mixed after layers, and gives each part of the batch the states of its task's
  /// tower.
  ///
  /// - Parameter mix: what a tower goes on with, from the states of all; nil where it goes on with its own.
  func forwardMixed(
    _ input: EncoderInput, through towers: [Tower],
    mix: (_ layer: Int, _ tower: Int, _ states: [Matrix]) -> Matrix?
  ) -> [EncodedPart] {
    var states = towers.map { _ in input.states }
    let last = towers[0].layers.count - 1
    for layer in 0...last {
      states = states.indices.map { tower in
        recyclingMemory(like: states[tower]) {
          towers[tower].layers[layer].forward(states[tower], starts: input.rows.starts, on: self)
        }
      }
      guard layer < last else { break }
      states = states.indices.map { mix(layer, $0, states) ?? states[$0] }
    }
    // What a head does not read is not mixed.
    return input.parts(on: self).map { part in
      let slices = states.map { input.rows.slice($0, part.rows, on: self) }
      let mixed = mix(last, part.task, slices) ?? slices[part.task]
      let pooled = towers[part.task].pooler.forward(mixed, part.rows, on: self)
      return EncodedPart(states: mixed, pooled: pooled, rows: part.rows)
    }
  }

  /// Σⱼ αⱼ xⱼ with the same weights in every row.
  ///
  /// - Parameter weights: one row, as wide as there are matrices.
  public func stitch(_ matrices: [Matrix], by weights: Parameter) -> Matrix {
    let rows = repeatElement(Int32(0), count: matrices[0].rows)
    return mixture(
      matrices, weights: embedding([(weights, indices(rows))], in: matrices[0].rowSpace))
  }
}
