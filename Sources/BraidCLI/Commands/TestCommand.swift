import CommandLineOptions
import Evaluation
import Foundation
import Reporting
import Tasks
import Training
import Wording

/// `braid test`
enum TestCommand {
  static let top = CommandOption<Int>.integer(
    "top", letter: "k", "K", in: .between(1, 1_000_000), default: 1,
    help: "How many labels each row is given.")
  static let threshold = CommandOption<Double>.number(
    "threshold", "P", in: .between(0, 1), default: 0, help: "Labels less probable than this are not given.")
  static let abstain = CommandOption<Double?>.number(
    "abstain", "P", in: .between(0, 1),
    help: "Say how many rows are answered, and how many of these right, when "
      + "'braid classify --abstain P' answers them.")
  static let perLabel = CommandOption<Bool>.flag(
    "per-label", help: "Show precision, recall and F1 of each label.")
  static let confusion = CommandOption<Bool>.flag(
    "confusion", help: "Show how often each label was taken for each other, of at most 1,000 labels.")
  static let bins = CommandOption<Int>.integer(
    "bins", in: .between(1, 1000), default: 15, help: "Bins of the reliability table.")
  static let json = CommandOption<Bool>.flag("json", help: "Print one JSON object instead of text.")
  static let report = CommandOption<String?>.path(
    "report", "FILE", help: "Write a page too: confusion matrix, calibration, most confident mistakes.")

  static let command = Command(
    "test",
    summary: "Test a classification task on a file",
    discussion: [
      "Prints the number of rows N, precision P@K and recall R@K of the K most probable labels; how far confidence and "
        + "accuracy agree (the expected calibration error and a reliability table, also without the temperature if 'braid "
        + "calibrate' has fitted one); and the accuracy that is left when only the most confident answers are given."
    ] + LabelledInput.discussion,
    arguments: [checkpoint, LabelledInput.file],
    options: [
      OptionGroup(
        "Options", TaskChoice.classes.option, top, threshold, abstain, perLabel, confusion, bins, json,
        report,
        threads, precision),
      LabelledInput.group,
    ],
    examples: [
      .init(
        "braid test checkpoints/sst reviews.txt --per-label", "A file as fastText reads it."
      ),
      .init(
        "braid test checkpoints/sst dev.csv --columns text=review,label=stars",
        "A table with names of its own."),
      .init(
        "braid test checkpoints/sst dev.tsv --report dev.html", "A page with pictures and the worst mistakes."
      ),
    ],
    run: run)

  /// The most labels of a table that is printed whole.
  private static let mostConfused = 1000

  private static func run(_ invocation: Invocation) throws {
    let (folder, task) = try TaskChoice.classes.open(invocation)
    if invocation[confusion], task.labels.count > mostConfused {
      throw CommandError(
        "task '\(task.name)' has \(counted(task.labels.count, "label")), and --confusion prints a row and a column for each "
          + "of at most \(grouped(mostConfused)): --per-label has the figures of each, --report FILE the labels that most "
          + "mistakes are about")
    }
    let input = try LabelledInput(invocation, task: task)
    let (examples, uncalibrated) = try input.uncalibrated(folder, on: device(for: invocation))
    let temperature = folder.calibration[task.name]?.temperature
    let report = TestReport(
      task: task, file: input.name, uncalibrated: uncalibrated, temperature: temperature,
      limit: invocation[top], threshold: invocation[threshold], abstention: invocation[abstain],
      binCount: invocation[bins],
      showsLabels: invocation[perLabel], showsConfusion: invocation[confusion])
    invocation.output.write(
      invocation[json] ? try report.json().encodedLine() + "\n" : try report.text())
    if let file = invocation[Self.report] {
      let page = try ClassificationReport(
        task: task.name, file: input.name, checkpoint: invocation[checkpoint], labels: task.labels,
        uncalibrated: uncalibrated, temperature: temperature, binCount: invocation[bins],
        mistakes: mistakes(
          temperature.map { uncalibrated.scaled(by: $0) } ?? uncalibrated, of: examples, in: input)
      ).page()
      let url = URL(fileURLWithPath: file)
      try AtomicFile.write(page.render(), to: url)
      invocation.say("Report written to \(shownPath(url))")
    }
    if examples.truncatedCount > 0 {
      invocation.say("\(counted(examples.truncatedCount, "row")) cut to the maximum length")
    }
  }

  /// The most mistakes that a page shows.
  private static let mostMistakes = 50

  /// The mistakes with the most probable labels, each with what the file has in its row.
  private static func mistakes(
    _ probabilities: LabelledProbabilities, of examples: Examples, in input: LabelledInput
  ) throws -> [ClassificationReport.Mistake] {
    let confidences = probabilities.confidences
    let wrong = probabilities.isRight.enumerated().filter { !$0.element }.map(\.offset)
      .sorted { (confidences[$1], $0) < (confidences[$0], $1) }
      .prefix(mostMistakes)
    let rows = try input.rows(Set(wrong.map { Int(examples.rows[$0]) }))
    return wrong.map { example in
      let row = rows[Int(examples.rows[example])]
      let expected = probabilities.expected[example]
      let own = probabilities[example]
      return ClassificationReport.Mistake(
        line: row?.line ?? 0, texts: row?.texts ?? [], expected: expected,
        predicted: probabilities.predicted[example], probability: confidences[example],
        probabilityOfExpected: Double(own[own.startIndex + expected]))
    }
  }
}
