import Networks
import Tasks
import Tensors
import Tokenization

/// A text with what may stand in place of each [MASK] in it.
public struct FilledText: Sendable {
  public struct Candidate: Sendable, Equatable {
    /// As the vocabulary writes it: `##` begins one that goes on with a word.
    public let piece: String
    public let probability: Float
  }

  /// One [MASK].
  public struct Mask: Sendable {
    /// Where in the text it is, in bytes of UTF-8.
    public let source: Range<Int>
    /// The most probable first; of equal ones that of the smaller id.
    public let candidates: [Candidate]
  }

  public let text: String
  /// Those that are not beyond the longest text that the model takes.
  public let masks: [Mask]
}

/// Fills in what is masked in texts, by a task of masked-language modelling.
public final class MaskFiller {
  /// The length, in tokens, at which texts are cut.
  public let maximumLength: Int
  /// How many texts were cut so far.
  public private(set) var truncatedCount = 0
  private let model: Model
  private let task: Int
  private let runner: BatchRunner

  /// - Throws: `ModelError` when the model has no such task, or its vocabulary no [MASK].
  public init(_ model: Model, task name: String) throws(ModelError) {
    task = try model.task(named: name)
    guard model.tasks[task].type.target == .maskedTokens else {
      throw ModelError("the task '\(name)' is of type \(model.tasks[task].type.name): it fills in nothing")
    }
    guard model.tokenizer.vocabulary.maskID != nil else {
      throw ModelError("the model's vocabulary has no [MASK]")
    }
    maximumLength = min(model.configuration.maximumLength, model.tasks[task].maximumLength ?? .max)
    self.model = model
    runner = BatchRunner(model.parameters)
  }

  /// - Parameter top: candidates of each [MASK]. They do not depend on which texts are given together.
  /// - Throws: `DataError` for a text of 2³¹ bytes or more.
  public func fill(_ texts: [String], top: Int) throws(DataError) -> [FilledText] {
    let examples = try model.examples(of: texts.map { InputText($0) }, for: model.tasks[task])
    truncatedCount += examples.truncatedCount
    let plan = BatchPlan.evaluation(
      of: examples, task: task, tokens: BatchRunner.tokensPerBatch, order: .length)
    var data = [Examples](repeating: Examples(), count: model.tasks.count)
    data[task] = examples
    var masks = [[FilledText.Mask]](repeating: [], count: texts.count)
    let (network, vocabulary) = (model.network, model.tokenizer.vocabulary)
    let batches = runner.results(of: plan, from: data) { batch, tape -> [(Int32, [FilledText.Mask])] in
      guard batch.parts.contains(where: { !$0.marks.isEmpty }) else { return [] }
      return network.forward(batch, on: tape).flatMap { outputs in
        zip(outputs.part.examples, network.predictions(of: outputs)).map { example, values in
          (example, Self.masks(values, marks: examples.marks(of: Int(example)), top: top, of: vocabulary))
        }
      }
    }
    for (example, found) in batches.joined() { masks[Int(example)] = found }
    return zip(texts, masks).map { FilledText(text: $0, masks: $1) }
  }

  /// - Parameter probabilities: of all tokens, [MASK] by [MASK].
  private static func masks(
    _ probabilities: [Float], marks: ArraySlice<Mark>, top: Int, of vocabulary: Vocabulary
  ) -> [FilledText.Mask] {
    guard !marks.isEmpty else { return [] }
    let size = probabilities.count / marks.count
    return marks.enumerated().map { place, mark in
      // Embeddings may have rows beyond the vocabulary.
      let own = Array(probabilities[place * size..<(place + 1) * size].prefix(vocabulary.count))
      let best = own.indices.sorted { (own[$1], $0) < (own[$0], $1) }.prefix(top)
      return FilledText.Mask(
        source: Int(mark.source.lowerBound)..<Int(mark.source.upperBound),
        candidates: best.map { .init(piece: vocabulary.token(of: Int32($0)), probability: own[$0]) })
    }
  }
}

extension ModelFolder {
  /// The name of the task that `maskedLanguageModel` has.
  public static let maskedTaskName = "masked"

  /// The model of a published encoder without tasks and its head for hidden tokens.
  ///
  /// - Throws: `ModelError` for a folder that has no such head; what `modelForTraining` throws.
  public func maskedLanguageModel(on device: Device) throws -> Model {
    let task = TaskDefinition(
      name: Self.maskedTaskName, type: .maskedLanguageModelling, columns: [.text: .name("text")])
    let (model, report) = try modelForTraining([task], seed: 0, device: device)
    guard report.heads.allSatisfy({ $0.kind == .pretrained }) else {
      throw ModelError(
        "\(url.path): an encoder without tasks and without a head for hidden tokens (cls.predictions)")
    }
    return model
  }
}
