import Tasks
import Tensors

/// Experts of each task's own beside those that all share, mixed by a gate of the task's own over both (CGC, Tang et al. 2020,
/// section 4.1).
///
/// Settings: `experts` of each task's own (1), `shared` (2), and `place` and `from` as `mmoe` has them.
public struct CustomizedGateSharing: Sharing {
  public static let name = "cgc"

  private let body: ExpertBody

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let own = try settings.count("experts", default: 1, in: 1...64)
    let shared = try settings.count("shared", default: 2, in: 1...64)
    body = try ExpertBody(
      settings: &settings, encoder: encoder, tasks: tasks, shared: shared, own: own, in: scopes)
  }

  public var addsToPooledStatesAlone: Bool { body.addsToPooledStatesAlone }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] { body.forward(input, on: tape) }
}
