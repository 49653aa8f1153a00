import Randomness
import Tasks
import Tensors

/// The stochastic answer network (MT-DNN, Liu et al. 2019, section 3, eq. 3 and 4; after Liu, Duh & Gao 2018): several
/// steps of reasoning over a pair, their probabilities averaged. As in the authors' code a step classifies before it
/// updates the state; the paper's eq. 3 does after.
///
/// The state starts as an attention summary of the second text. Each step reads the first text with attention from
/// the state, classifies [s; x; |s − x|; s ∘ x], and updates the state by a gated recurrent unit. In training, steps
/// are dropped from the average at random, one always staying; in prediction all count alike.
public struct StochasticAnswerHead: Head {
  public static let taskType = TaskType.pairClassification
  public static let name = "san"
  public static let reads = HeadReading.tokenStates

  private let summary: Parameter
  private let attention: LinearParameters
  private let gateInput: LinearParameters
  private let gateState: LinearParameters
  private let classifier: LinearParameters
  private let steps: Int
  private let dropout: Float
  private let predictionDropout: Float

  public init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    let hidden = encoder.hiddenSize
    let deviation = encoder.initializerDeviation
    let initializer = Initializer.truncatedNormal(deviation: deviation)
    steps = try settings.count("steps", default: 5, in: 1...32)
    dropout = try settings.dropout(default: encoder.dropout)
    predictionDropout = try settings.dropout("predictionDropout", default: 0.1)
    summary = scope.scope("summary").matrix("weight", rows: 1, columns: hidden, initializer: initializer)
    attention = scope.linear("attention", inputs: hidden, outputs: hidden, deviation: deviation, bias: false)
    let gates = scope.scope("gru")
    gateInput = gates.linear("input", inputs: hidden, outputs: 3 * hidden, deviation: deviation)
    gateState = gates.linear("state", inputs: hidden, outputs: 3 * hidden, deviation: deviation)
    classifier = scope.linear(
      "classifier", inputs: 4 * hidden, outputs: task.labels.count, deviation: deviation)
  }

  public func forward(_ input: HeadInput, on tape: Tape) -> Matrix {
    let space = input.pooled.rowSpace
    let sequences = input.pooled.rows
    let states = tape.dropout(input.states, rate: dropout)
    let question = tape.repeated(summary, rows: sequences, in: space)
    var state = tape.raggedAttention(query: question, memory: states, firsts: input.pairs, lasts: input.lasts)
    var outputs: [Matrix] = []
    for step in 0..<steps {
      let reading = tape.raggedAttention(
        query: tape.linear(state, attention), memory: states, firsts: input.firsts, lasts: input.pairs)
      let features = tape.dropout(tape.matchFeatures(state, reading), rate: dropout)
      outputs.append(tape.linear(features, classifier))
      guard step + 1 < steps else { break }
      state = tape.gatedRecurrentUnit(
        fromInput: tape.linear(reading, gateInput), fromState: tape.linear(state, gateState), state: state)
    }
    return tape.meanProbability(outputs, kept: keptSteps(sequences: sequences, on: tape))
  }

  /// Which steps count for each sequence.
  private func keptSteps(sequences: Int, on tape: Tape) -> Numbers {
    var kept = [Float](repeating: 1, count: sequences * steps)
    if tape.isTraining && predictionDropout > 0 {
      var generator = tape.generator()
      for sequence in 0..<sequences {
        let always = Int(generator.next() % UInt64(steps))
        for step in 0..<steps where step != always && generator.nextUniform() < Double(predictionDropout) {
          kept[sequence * steps + step] = 0
        }
      }
    }
    return tape.numbers(kept)
  }

  public func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    guard case .classes(let classes) = targets else { preconditionFailure("classification needs classes") }
    return tape.negativeLogLikelihood(outputs, labels: tape.indices(classes))
  }

  public func prediction(_ outputs: Numbers) -> [Float] { probabilities(outputs) }
}
