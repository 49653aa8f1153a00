import Tasks
import Tensors

/// An encoder a task above the lexicon, held together by a penalty on how far their parameters are from each other (Duong
/// et al. 2015, section 3, there for two tasks), or on the ranks that their weights have together (Yang & Hospedales 2017,
/// section 2, last axis flattened). Each task's loss is raised by its share of the penalties.
///
/// Settings: `weight`, α (0.0001), and `distance`: `pairs`, α Σᵢ≠ⱼ ‖θᵢ − θⱼ‖² over ordered pairs, or `mean`,
/// α Σᵢ ‖θᵢ − θ̄‖². The first is 2T times the second, of T tasks. `trace`, β (0): β Σ ‖[w₁; …; w_T]‖∗ over weights, the sum
/// of the singular values of a weight's T copies laid out as T rows.
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
  /// Of the trace norms.
  private let trace: Float

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let weight = Float(try settings.number("weight", default: 1e-4, in: 0...1000))
    let distance = try settings.choice("distance", default: Distance.pairs)
    factor = distance == .pairs ? weight * 2 * Float(tasks.count) : weight
    trace = Float(try settings.number("trace", default: 0, in: 0...1000))
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
    guard stretches.count > 1 else { return nil }
    var penalties: [Matrix] = []
    if factor > 0 {
      penalties.append(tape.distanceToMean(stretches, copy: task, factor: factor, slot: slot))
    }
    if trace > 0 { penalties.append(tape.traceNorm(stretches, copy: task, factor: trace, slot: slot)) }
    return penalties.isEmpty ? nil : tape.sum(penalties)
  }

  public func plainEncoder(
    ofTask task: Int, from parameters: ParameterStore
  ) throws(NoPlainEncoder) -> PlainEncoder {
    PlainEncoder(layers: towers[task].layers.count, place: towers[task].place)
  }
}
