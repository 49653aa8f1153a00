import Tensors

/// A tower a task, whose states are mixed after layers. Every row of a batch goes through all towers; a task's head reads
/// its own.
struct MixedTowers: Sendable {
  private let towers: [Tower]

  /// Only a task's own rows reach the pooler of its tower.
  init(_ encoder: EncoderConfiguration, tasks: Int, in scopes: SharingScopes) {
    towers = (0..<tasks).map {
      Tower(encoder, layers: 0..<encoder.layers, in: scopes.tower($0), pooler: scopes.own($0))
    }
  }

  /// Gives each part of the batch the states of its task's tower.
  ///
  /// - Parameter mix: what a tower goes on with, from the states of all; nil where it goes on with its own.
  func forward(
    _ input: EncoderInput, on tape: Tape,
    mix: (_ layer: Int, _ tower: Int, _ states: [Matrix]) -> Matrix?
  ) -> [EncodedPart] {
    var states = towers.map { _ in input.states }
    let last = towers[0].layers.count - 1
    for layer in 0...last {
      states = zip(towers, states).map { tower, states in
        tape.forward(states, through: [tower.layers[layer]], input.rows)
      }
      guard layer < last else { break }
      states = states.indices.map { mix(layer, $0, states) ?? states[$0] }
    }
    // What a head does not read is not mixed.
    return input.parts(on: tape).map { part in
      let slices = states.map { input.rows.slice($0, part.rows, on: tape) }
      let mixed = mix(last, part.task, slices) ?? slices[part.task]
      return towers[part.task].pooler.part(mixed, part.rows, on: tape)
    }
  }
}

extension SharingScopes {
  /// Where the parameters are by which a task's tower is mixed after a layer: after the last only its own rows are.
  func mixture(_ layer: Int, of encoder: EncoderConfiguration, task: Int) -> ParameterScope {
    (layer == encoder.layers - 1 ? own(task) : tower(task)).layer(layer)
  }
}
