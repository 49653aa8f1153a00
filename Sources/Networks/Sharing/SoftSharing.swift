import Tasks
import Tensors

/// An encoder a task above the lexicon, held together by a penalty on how far their parameters are from each other (Duong
/// et al. 2015, section 3, there for two tasks). Each task's loss is raised by its share of α times the penalty.
///
/// Settings: `weight`, α (0.0001); `distance`: `pairs`, Σᵢ≠ⱼ ‖θᵢ − θⱼ‖² over ordered pairs, or `mean`, Σᵢ ‖θᵢ − θ̄‖². The
/// first is 2T times the second, of T tasks.
public struct SoftSharing: Sharing {
  public static let name = "soft"

  private enum Distance: String, CaseIterable {
    case pairs
    case mean
  }

  private let towers: [Tower]
  private let stretches: [ParameterStretch]
  /// Of ‖θᵢ − θ̄‖².
  private let factor: Float

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let weight = Float(try settings.number("weight", default: 1e-4, in: 0...1000))
    let distance = try settings.choice("distance", default: Distance.pairs)
    factor = distance == .pairs ? weight * 2 * Float(tasks.count) : weight
    let copies = tasks.indices.map { task in
      let scope = scopes.own(task)
      return scope.stretch { Tower(encoder, layers: 0..<encoder.layers, in: scope) }
    }
    towers = copies.map(\.result)
    stretches = copies.map(\.stretch)
  }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    input.parts(on: tape).map { part in
      towers[part.task].forward(
        input.rows.slice(input.states, part.rows, on: tape), part.rows, on: tape)
    }
  }

  public func penalty(ofTask task: Int, slot: Int, on tape: Tape) -> Matrix? {
    guard factor > 0, stretches.count > 1 else { return nil }
    return tape.distanceToMean(stretches, copy: task, factor: factor, slot: slot)
  }

  public func extraction(
    ofTask task: Int, from parameters: ParameterStore
  ) -> (@Sendable (String) -> String)? { towers[task].place }
}
