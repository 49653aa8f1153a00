import Tasks
import Tensors

/// One encoder for all tasks (Caruana 1993; MT-DNN, Liu et al. 2019). With `trunk: k` each task has its own copy of the layers
/// above the k-th, and of the pooler.
public struct HardSharing: Sharing {
  public static let name = "hard"

  private enum Top {
    case shared(Pooler)
    /// One a task.
    case own([Tower])
  }

  private let trunk: [EncoderLayer]
  private let top: Top

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let depth = try settings.count("trunk", in: 0...encoder.layers)
    trunk = (0..<(depth ?? encoder.layers)).map { EncoderLayer(encoder, in: scopes.encoder.layer($0)) }
    top =
      if let depth {
        .own(tasks.indices.map { Tower(encoder, layers: depth..<encoder.layers, in: scopes.own($0)) })
      } else {
        .shared(Pooler(encoder, in: scopes.encoder))
      }
  }

  public var isOneForAllTasks: Bool { if case .shared = top { true } else { false } }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    let states = tape.forward(input.states, through: trunk, input.rows)
    switch top {
    case .shared(let pooler):
      return input.output(states, pooled: pooler.forward(states, input.rows, on: tape))
    case .own(let towers):
      return input.parts(on: tape).map { part in
        towers[part.task].forward(
          input.rows.slice(states, part.rows, on: tape), part.rows, on: tape)
      }
    }
  }

  public func plainEncoder(
    ofTask task: Int, from parameters: ParameterStore
  ) throws(NoPlainEncoder) -> PlainEncoder {
    guard case .own(let towers) = top else { return PlainEncoder(layers: trunk.count) }
    return PlainEncoder(layers: trunk.count + towers[task].layers.count, place: towers[task].place)
  }
}
