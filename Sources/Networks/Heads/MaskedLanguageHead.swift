import Tasks
import Tensors

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Tells hidden tokens from the others of the vocabulary: a dense layer with the encoder's activation, LayerNorm, and a score for
/// each token by its own word embedding and a bias (Devlin et al. 2019, section 3.1; `cls.predictions` of Hugging Face's
/// `BertForMaskedLM`). It is computed at the hidden tokens alone.
public struct MaskedLanguageHead: Head {
  public static let taskType = TaskType.maskedLanguageModelling
  public static let name = "tied"

  /// What a published encoder has its own parameters of these under, which a new head starts from.
  public static let origin = "predictions"

  private let dense: LinearParameters
  private let norm: LayerNormParameters
  private let bias: Parameter
  private let activation: Activation
  private let vocabularySize: Int

  public init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    let scope = scope.scope("predictions", copying: Self.origin)
    dense = scope.linear(
      "dense", inputs: encoder.hiddenSize, outputs: encoder.hiddenSize,
      deviation: encoder.initializerDeviation)
    norm = scope.layerNorm("norm", columns: encoder.hiddenSize, epsilon: encoder.layerNormEpsilon)
    bias = scope.vector("bias", count: encoder.vocabularySize, initializer: .zeros)
    activation = encoder.activation
    vocabularySize = encoder.vocabularySize
  }

  /// [hidden tokens, vocabulary]
  public func forward(_ input: HeadInput, on tape: Tape) -> Matrix {
    let transformed = tape.linear(input.markedStates(on: tape), dense, activation: activation)
    return tape.scores(tape.layerNorm(transformed, norm), ofRowsOf: input.words, bias: bias)
  }

  public func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    guard case .classes(let tokens) = targets else { preconditionFailure("hidden tokens need to be known") }
    return tape.softmaxCrossEntropy(outputs, labels: tape.indices(tokens))
  }

  /// The probability of every token of the vocabulary, hidden token by hidden token.
  public func prediction(_ outputs: Numbers) -> [Float] {
    stride(from: 0, to: outputs.count, by: vocabularySize).flatMap { first in
      probabilities(outputs.part(first..<first + vocabularySize))
    }
  }

  /// For each hidden token: the most probable one, the logarithm of its probability, the expected one and the logarithm of its.
  public func prediction(_ outputs: Numbers, expected: ArraySlice<Int32>) -> [Float] {
    var result: [Float] = []
    for (place, token) in expected.enumerated() {
      let scores = outputs.part(place * vocabularySize..<(place + 1) * vocabularySize)
      guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { continue }
      var sum = 0.0
      for score in scores { sum += exp(Double(score - scores[best])) }
      let logSum = Float(log(sum))
      let own = scores[Int(token)]
      result += [Float(best), -logSum, Float(token), own - scores[best] - logSum]
    }
    return result
  }
}
