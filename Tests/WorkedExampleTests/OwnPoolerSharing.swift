import Networks
import Tasks
import Tensors

/// One encoder whose layers all tasks share, with a pooler for each task.
struct OwnPoolerSharing: Sharing {
  static let name = "own-pooler"

  private let layers: [EncoderLayer]
  private let poolers: [Pooler]

  init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    layers = (0..<encoder.layers).map { EncoderLayer(encoder, in: scopes.encoder.layer($0)) }
    poolers = tasks.indices.map { Pooler(encoder, in: scopes.own($0)) }
  }

  func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    let states = tape.forward(input.states, through: layers, input.rows)
    return input.parts(on: tape).map { part in
      poolers[part.task].part(input.rows.slice(states, part.rows, on: tape), part.rows, on: tape)
    }
  }
}
