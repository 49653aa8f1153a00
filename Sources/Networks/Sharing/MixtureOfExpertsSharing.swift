import Tasks
import Tensors

/// Experts that all tasks share, mixed for each task by a softmax gate of its own (MMoE, Ma et al. 2018, eq. 6 and 7):
/// yₜ = Σₑ softmax(Wₜ x)ₑ Eₑ(x). A gate has neither hidden layer nor bias.
///
/// Settings: `experts`, their number (4), and `place`: `feed-forward`, where experts take the place of the feed-forward blocks
/// from layer `from` on (the upper half), and start as these; or `pooled`, where they read the pooled state.
public struct MixtureOfExpertsSharing: Sharing {
  public static let name = "mmoe"

  private let body: ExpertBody

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let experts = try settings.count("experts", default: 4, in: 1...64)
    body = try ExpertBody(
      settings: &settings, encoder: encoder, tasks: tasks, shared: experts, own: 0, in: scopes)
  }

  public var addsToPooledStatesAlone: Bool { body.addsToPooledStatesAlone }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] { body.forward(input, on: tape) }
}
