import Balancing
import Foundation
import Tasks

/// The tokenised examples of every task, and what weightings know of them.
struct TrainingData {
  let train: [Examples]
  /// Nil for a task without a dev split.
  let dev: [Examples?]
  /// What teachers say of the training examples; nil for a task without any.
  var teachers: [SoftTargets?]

  init(train: [Examples], dev: [Examples?], teachers: [SoftTargets?]? = nil) {
    self.train = train
    self.dev = dev
    self.teachers = teachers ?? train.map { _ in nil }
  }
}

extension TrainingData {
  init(_ model: Model, teachers sources: [TeacherSource] = []) throws {
    let encoder = TokenizerEncoder(tokenizer: model.tokenizer)
    let length = model.configuration.maximumLength
    let train = try model.tasks.map { task in
      guard let examples = try task.examples(of: .train, encoder: encoder, maximumLength: length) else {
        throw TrainingError.noTrainingData(task: task.name)
      }
      return examples
    }
    let dev = try model.tasks.map { try $0.examples(of: .dev, encoder: encoder, maximumLength: length) }
    self.init(train: train, dev: dev, teachers: try SoftTargets.ask(sources, about: model, train: train))
  }

  func weightedTasks(_ tasks: [TaskDefinition]) -> [WeightedTask] {
    zip(tasks, train).map { task, examples in
      WeightedTask(
        name: task.name, loss: task.type.target.loss, factor: task.weight,
        priorLoss: examples.priorLoss(classes: task.labels.count))
    }
  }
}

extension TargetKind {
  var loss: WeightedTask.Loss {
    switch self {
    case .label, .tags, .labelSet, .answer, .maskedTokens: .crossEntropy
    case .score: .squaredError
    case .relevance: .listwise
    }
  }
}

extension Examples {
  /// The loss of the best prediction that does not look at the text: ln C for classes, the entropy of the tokens for hidden ones, the
  /// mean entropy of the labels for sets of them, the mean of ln tokens for answers, the variance of scores, the mean of ln candidates over queries that
  /// train.
  func priorLoss(classes: Int) -> Double {
    switch targets {
    case .classes, .tags: return log(Double(max(classes, 2)))
    case .answers:
      let lengths = (0..<count).map { log(Double(max(marks(of: $0).count, 2))) }
      return lengths.reduce(0, +) / Double(max(count, 1))
    case .labelSets(let sets):
      var counts = [Double](repeating: 0, count: max(classes, 1))
      for label in sets.values { counts[Int(label)] += 1 }
      let entropies = counts.map { count in
        let share = count / Double(max(sets.count, 1))
        return share > 0 && share < 1 ? -share * log(share) - (1 - share) * log(1 - share) : 0
      }
      // Where hardly any example has a label, or hardly any lacks one, the weight must stay within bounds.
      return max(entropies.reduce(0, +) / Double(entropies.count), 0.01)
    case .masked(let masking):
      return max(tokenEntropy(without: masking.specialIDs), 0.01)
    case .scores(let scores):
      let mean = scores.reduce(0.0) { $0 + Double($1) } / Double(max(scores.count, 1))
      return scores.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        / Double(max(scores.count, 1))
    case .gains:
      let queries = trainableQueries
      return queries.reduce(0.0) { $0 + log(Double(candidates(of: $1).count)) }
        / Double(max(queries.count, 1))
    case .none: return 1
    }
  }

  /// Of how often each token occurs, in nats.
  private func tokenEntropy(without special: Set<Int32>) -> Double {
    var counts = [Double](repeating: 0, count: Int(ids.max() ?? 0) + 1)
    var total = 0.0
    for id in ids where !special.contains(id) {
      counts[Int(id)] += 1
      total += 1
    }
    return counts.reduce(0) { $1 > 0 ? $0 - $1 / total * log($1 / total) : $0 }
  }
}
