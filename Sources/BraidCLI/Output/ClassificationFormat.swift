import Tasks
import Training

/// How the answers of classification tasks are written, a line a text.
struct ClassificationFormat: Sendable {
  /// The most labels that are shown; nil for the best and the probability of each.
  var limit: Int?
  /// Labels less probable than this are not shown.
  var threshold: Double?
  /// An answer that is less probable than this is `?`.
  var abstention: Double?
  /// Whether each task has one column, or one member by its name; else the one task has the whole line.
  var hasColumns = false
  var isJSON = false

  private var isRanked: Bool { limit != nil || threshold != nil }

  /// The line of one text, without its end.
  ///
  /// - Parameter answers: the probabilities that each task gives its labels.
  func line(_ answers: [(task: TaskDefinition, probabilities: [Float])]) -> String {
    if isJSON {
      let objects = answers.map { JSONValue.Member($0.task.name, json($0.task, $0.probabilities)) }
      return (hasColumns ? .object(objects) : objects.first?.value)?.encodedLine() ?? ""
    }
    return answers.map { task, probabilities in
      guard hasColumns else { return fields(task, probabilities).joined(separator: "\t") }
      return isRanked
        ? fields(task, probabilities).joined(separator: " ") : label(task, probabilities)
    }.joined(separator: "\t")
  }

  /// Whether there is to be no answer.
  func abstains(_ probabilities: [Float]) -> Bool {
    abstention.map { Double(probabilities[mostProbable(probabilities)]) < $0 } ?? false
  }

  /// The labels to show, the most probable first; of equal ones in their order.
  func ranked(_ probabilities: [Float]) -> [Int] {
    let order = probabilities.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
    return Array(
      order.filter { Double(probabilities[$0]) >= threshold ?? 0 }.prefix(limit ?? .max))
  }

  /// Of a multi-label task all labels that are at least as probable as not, with commas between them, or `-`.
  private func label(_ task: TaskDefinition, _ probabilities: [Float]) -> String {
    guard !abstains(probabilities) else { return "?" }
    guard task.type.target == .labelSet else { return task.labels[mostProbable(probabilities)] }
    let labels = probableLabels(probabilities).map { task.labels[$0] }
    return labels.isEmpty ? "-" : labels.joined(separator: ",")
  }

  /// As they are printed, by label.
  static func decimals(_ probabilities: [Float], of task: TaskDefinition) -> [String] {
    task.type.target == .labelSet
      ? PrintedProbabilities.separate(probabilities) : PrintedProbabilities.decimals(probabilities)
  }

  private func fields(_ task: TaskDefinition, _ probabilities: [Float]) -> [String] {
    let decimals = Self.decimals(probabilities, of: task)
    guard isRanked else { return [label(task, probabilities)] + decimals }
    guard !abstains(probabilities) else { return ["?"] }
    return ranked(probabilities).flatMap { [task.labels[$0], decimals[$0]] }
  }

  private func json(_ task: TaskDefinition, _ probabilities: [Float]) -> JSONValue {
    let shown = isRanked ? ranked(probabilities) : Array(probabilities.indices)
    let prediction: JSONValue =
      abstains(probabilities)
      ? JSONValue(.null)
      : task.type.target == .labelSet
        ? .list(probableLabels(probabilities).map { .text(task.labels[$0]) })
        : .text(task.labels[mostProbable(probabilities)])
    return .object([
      .init("prediction", prediction),
      .init(
        "probabilities",
        .object(shown.map { .init(task.labels[$0], .number(single: probabilities[$0])) })),
    ])
  }
}
