import Networks
import Randomness
import Tasks

/// What a linear model makes of a task from its bag of words: the figure that an encoder has to beat.
///
/// Softmax regression for classes, logistic regression for each label of sets, least squares for scores, and softmax over a query's candidates for ranking, fitted
/// one example (or query) at a time by AdaGrad (Duchi, Hazan & Singer 2011).
struct LinearBaseline {
  private let task: TaskDefinition
  private let bag: BagOfWords
  /// Classes, or 1.
  private let outputs: Int
  /// Shape `[features × outputs]`.
  private var weights: [Float]
  private var squares: [Float]
  /// Scores are learned as deviations from their mean.
  private var center: Float = 0

  private static let epochs = 30
  private static let rate: Float = 0.1
  /// Pull of a weight towards zero whenever it is used.
  private static let decay: Float = 1e-3

  /// Fits a task's training examples; the same examples give the same model.
  init(_ task: TaskDefinition, train: Examples, vocabularySize: Int) {
    self.task = task
    bag = BagOfWords(vocabularySize: vocabularySize)
    outputs = task.type.target.hasLabels ? task.labels.count : 1
    weights = [Float](repeating: 0, count: bag.count * outputs)
    squares = weights
    if case .scores(let scores) = train.targets, !scores.isEmpty {
      center = scores.reduce(0, +) / Float(scores.count)
    }
    let features = (0..<train.count).map { bag.features(of: $0, in: train) }
    var groups =
      train.isRanking ? train.trainableQueries.map(train.candidates) : (0..<train.count).map { $0..<$0 + 1 }
    var generator = SplitMix64(seed: 1)
    for _ in 0..<Self.epochs {
      generator.shuffle(&groups)
      for group in groups { step(group, features, train.targets) }
    }
  }

  /// For each example class probabilities or one score, as `TaskDefinition.evaluate` takes them.
  func predictions(for examples: Examples) -> [[Float]] {
    (0..<examples.count).map { example in
      let values = product(bag.features(of: example, in: examples))
      return switch task.type.target {
      case .label: probabilities(values)
      case .labelSet: values.map(probability)
      default: [values[0] + center]
      }
    }
  }

  /// One step down the loss of an example, or of a query's candidates.
  private mutating func step(
    _ group: Range<Int>, _ features: [[BagOfWords.Feature]], _ targets: Examples.Targets
  ) {
    var gradients = group.map { product(features[$0]) }
    switch targets {
    case .classes(let classes):
      gradients[0] = probabilities(gradients[0])
      gradients[0][Int(classes[group.lowerBound])] -= 1
    case .scores(let scores):
      gradients[0][0] -= scores[group.lowerBound] - center
    case .gains(let gains):
      let given = probabilities(gradients.map { $0[0] })
      let total = gains[group].reduce(0, +)
      gradients = zip(given, gains[group]).map { [$0 - $1 / total] }
    case .labelSets(let sets):
      gradients[0] = gradients[0].map(probability)
      for label in sets[group.lowerBound] { gradients[0][Int(label)] -= 1 }
    case .tags, .answers, .masked, .none: return
    }
    for (example, gradient) in zip(group, gradients) {
      for feature in features[example] {
        for output in 0..<outputs {
          let index = feature.index * outputs + output
          let slope = gradient[output] * feature.value + Self.decay * weights[index]
          squares[index] += slope * slope
          weights[index] -= Self.rate * slope / (squares[index] + 1e-8).squareRoot()
        }
      }
    }
  }

  private func product(_ features: [BagOfWords.Feature]) -> [Float] {
    var sums = [Float](repeating: 0, count: outputs)
    for feature in features {
      for output in 0..<outputs { sums[output] += feature.value * weights[feature.index * outputs + output] }
    }
    return sums
  }
}
