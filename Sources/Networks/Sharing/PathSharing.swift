import Foundation
import Tasks
import Tensors

/// Each layer has a feed-forward block that all tasks share and one of each task's own; each task chooses between them, layer
/// by layer (UFO, Xi et al. 2022). In training the choice is drawn by straight-through Gumbel-softmax, whose gradient compares
/// the outputs of both: both run forward, the chosen one backward. In prediction it is the likelier one, and the other is left
/// out.
///
/// Settings: `temperature` of the choice's gradient (5).
public struct PathSharing: Sharing {
  public static let name = "paths"

  private struct Layer: Sendable {
    let attention: AttentionBlock
    let shared: FeedForward
    let own: [FeedForward]
    /// A task's logits of the shared and its own block.
    let choices: [Parameter]
    let norm: BlockNorm

    func prefersOwn(_ task: Int, in parameters: ParameterStore) -> Bool {
      let logits = parameters.values(of: choices[task])
      return logits[1] > logits[0]
    }
  }

  private let layers: [Layer]
  private let pooler: Pooler
  private let temperature: Float
  /// A task's copy of an encoder: where the names of its parameters begin.
  private let ownPaths: [String]

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    temperature = Float(try settings.number("temperature", default: 5, in: 0.01...1000))
    layers = (0..<encoder.layers).map { layer in
      let scope = scopes.encoder.layer(layer)
      return Layer(
        attention: AttentionBlock(encoder, in: scope), shared: FeedForward(encoder, in: scope),
        own: tasks.indices.map { FeedForward(encoder, in: scopes.own($0).layer(layer)) },
        choices: tasks.indices.map {
          scopes.own($0).layer(layer).vector("path", count: 2, initializer: .zeros)
        },
        norm: BlockNorm(encoder, in: scope.scope("feedForward")))
    }
    pooler = Pooler(encoder, in: scopes.encoder)
    ownPaths = tasks.indices.map { scopes.own($0).path }
  }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    var states = input.states
    let parts = input.parts(on: tape)
    for layer in layers {
      states = tape.recyclingMemory(like: states) {
        let attended = layer.attention.forward(states, starts: input.rows.starts, on: tape)
        let outputs = parts.map { part in
          let rows = input.rows.slice(attended, part.rows, on: tape)
          return tape.isTraining
            ? trained(rows, layer, task: part.task, on: tape)
            : chosen(layer, task: part.task, on: tape).forward(rows, on: tape)
        }
        return layer.norm.forward(input.joined(outputs, on: tape), residual: attended, on: tape)
      }
    }
    return input.output(states, pooled: pooler.forward(states, input.rows, on: tape))
  }

  private func trained(_ rows: Matrix, _ layer: Layer, task: Int, on tape: Tape) -> Matrix {
    let logits = tape.repeated(layer.choices[task], rows: rows.rows, in: rows.rowSpace)
    var generator = tape.generator()
    let noise = (0..<2).map { _ in gumbel(generator.nextUniform()) }
    return tape.mixture(
      [layer.shared.forward(rows, on: tape), layer.own[task].forward(rows, on: tape)],
      weights: tape.straightThroughChoice(logits, noise: tape.numbers(noise), temperature: temperature))
  }

  private func chosen(_ layer: Layer, task: Int, on tape: Tape) -> FeedForward {
    layer.prefersOwn(task, in: tape.parameters) ? layer.own[task] : layer.shared
  }

  public func plainEncoder(
    ofTask task: Int, from parameters: ParameterStore
  ) throws(NoPlainEncoder) -> PlainEncoder {
    let own = layers.indices.filter { layers[$0].prefersOwn(task, in: parameters) }
    let path = ownPaths[task]
    return PlainEncoder(layers: layers.count) { name in
      let isOwn = own.contains { layer in
        let block = "encoder.layer.\(layer).feedForward."
        return name.hasPrefix(block) && !name.hasPrefix(block + "norm.")
      }
      return isOwn ? path + name.dropFirst("encoder.".count) : name
    }
  }
}

/// −ln(−ln u), of a u between 0 and 1.
package func gumbel(_ uniform: Double) -> Float { Float(-log(-log(max(uniform, 0x1p-60)))) }
