import Tasks
import Tensors

/// One encoder for all tasks (Caruana 1993; MT-DNN, Liu et al. 2019). With `trunk: k` each task has its own copy of the layers
/// above the k-th, and of the pooler.
public struct HardSharing: Sharing {
  public static let name = "hard"

  private let trunk: [EncoderLayer]
  /// Nil where the trunk is all.
  private let towers: [Tower]?
  private let pooler: Pooler?

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let depth = try settings.count("trunk", in: 0...encoder.layers)
    trunk = (0..<(depth ?? encoder.layers)).map { EncoderLayer(encoder, in: scopes.encoder.layer($0)) }
    towers = depth.map { depth in
      tasks.indices.map { Tower(encoder, layers: depth..<encoder.layers, in: scopes.own($0)) }
    }
    pooler = depth == nil ? Pooler(encoder, in: scopes.encoder) : nil
  }

  public var isOneForAllTasks: Bool { towers == nil }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    let states = tape.forward(input.states, through: trunk, input.rows)
    if let pooler { return input.output(states, pooled: pooler.forward(states, input.rows, on: tape)) }
    return input.parts(on: tape).map { part in
      let slice = input.rows.slice(states, part.rows, on: tape)
      return (towers ?? [])[part.task].forward(slice, part.rows, on: tape)
    }
  }

  public func extraction(
    ofTask task: Int, from parameters: ParameterStore
  ) -> (@Sendable (String) -> String)? {
    if let towers { towers[task].extraction } else { { $0 } }
  }
}
