import CommandLineOptions
import Tasks
import Training

/// Classification as a conversation on a terminal: a prompt, a line, a bar for each class, the time it took.
struct InteractiveClassifier {
  let predictor: TextPredictor
  let format: ClassificationFormat
  /// Columns of the terminal.
  let width: Int
  /// The most classes that are shown of a task when nothing says how many.
  private static let shownClasses = 10

  /// Answers lines until the input ends.
  func run(_ reader: LineReader, output: OutputWriter) throws {
    let isPaired = predictor.tasks.contains { $0.type.isPaired }
    output.write(
      isPaired ? "Two texts, one after the other; Ctrl-D ends.\n" : "A text a line; Ctrl-D ends.\n")
    while let text = try nextText(reader, output, isPaired: isPaired) {
      let begin = ContinuousClock.now
      let answers = try predictor.allPredictions(for: [text])
      let time = ContinuousClock.now - begin
      output.write(
        answer(zip(predictor.tasks, answers).map { (task: $0, probabilities: $1.first ?? []) }, time: time))
    }
    output.write("\n")
    try output.flush()
  }

  private func nextText(_ reader: LineReader, _ output: OutputWriter, isPaired: Bool) throws -> InputText? {
    guard let line = try ask(isPaired ? "first> " : "> ", reader, output) else { return nil }
    guard isPaired else { return InputText(line) }
    // A pair may also be pasted as it stands in a file.
    if let tab = line.firstIndex(of: "\t") {
      return InputText(String(line[..<tab]), pair: String(line[line.index(after: tab)...]))
    }
    guard let second = try ask("second> ", reader, output) else { return nil }
    return InputText(line, pair: second)
  }

  private func ask(_ prompt: String, _ reader: LineReader, _ output: OutputWriter) throws -> String? {
    output.write(prompt)
    try output.flush()
    return try reader.nextLines(limit: 1).first
  }

  /// What is shown below a line.
  func answer(_ answers: [(task: TaskDefinition, probabilities: [Float])], time: Duration) -> String {
    var text = ""
    for (task, probabilities) in answers {
      if answers.count > 1 { text += "  \(task.name)\n" }
      if format.abstains(probabilities) { text += "  ?\n" }
      text += bars(of: task, probabilities)
    }
    return text + "  \(shownFigure(time.seconds * 1000, decimals: 1)) ms\n"
  }

  private func bars(of task: TaskDefinition, _ probabilities: [Float]) -> String {
    var format = format
    format.limit = format.limit ?? Self.shownClasses
    let shown = format.ranked(probabilities)
    let decimals = ClassificationFormat.decimals(probabilities, of: task)
    let labels = shown.map { truncated(task.labels[$0], to: 30) }
    let column = labels.map { displayWidth($0) }.max() ?? 0
    let longest = max(min(width - column - 16, 40), 5)
    var text = ""
    for (label, index) in zip(labels, shown) {
      let gap = String(repeating: " ", count: column - displayWidth(label))
      text += "  \(label)\(gap)  \(decimals[index])  \(Self.bar(probabilities[index], longest))\n"
    }
    let hidden = probabilities.count - shown.count
    if hidden > 0, self.format.limit == nil, self.format.threshold == nil {
      text += "  and \(hidden) less probable\n"
    }
    return text
  }

  /// A bar that is `longest` columns for a probability of 1, to an eighth of a column.
  static func bar(_ probability: Float, _ longest: Int) -> String {
    let eighths = Int((Double(min(max(probability, 0), 1)) * Double(8 * longest)).rounded())
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + rest
  }
}
