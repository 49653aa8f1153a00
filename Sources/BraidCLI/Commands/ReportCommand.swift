import Bytes
import CommandLineOptions
import Evaluation
import Foundation
import Networks
import Reporting
import Tasks
import Training

/// `braid report`
enum ReportCommand {
  static let run = CommandArgument<String>.required("RUN", help: "The folder of a run.")
  static let output = CommandOption<String?>.path(
    "output", letter: "o", "FILE", defaultShown: "RUN/report.html", help: "The page to write.")
  static let text = CommandOption<Bool>.flag(
    "text", help: "Draw the curves in the terminal, as wide as it or COLUMNS, and write no page.")

  static let command = Command(
    "report",
    summary: "Show what happened in a run as curves",
    discussion: [
      "Writes one HTML page that needs nothing else: losses, weights, gradient norms and dev metrics over the steps, the "
        + "cosines between the tasks' gradients where the run logged them, and how each task's weight and dev metric went "
        + "together.",
      "It reads metrics.jsonl in the run's folder, and run.json and tasks.json where they are there. A run that is still "
        + "going on can be reported too.",
    ],
    arguments: [run], options: [OptionGroup("Options", output, text)],
    examples: [
      .init("braid report checkpoints/restaurant", "Write checkpoints/restaurant/report.html."),
      .init("braid report checkpoints/restaurant --text", "The same curves in the terminal."),
    ],
    run: report)

  private static func report(_ invocation: Invocation) throws {
    if invocation[text], invocation[output] != nil {
      throw UsageError.other("--text writes no page: give --text or --output, not both")
    }
    let folder = URL(fileURLWithPath: invocation[run])
    guard FileStatus(folder.path)?.isFolder == true else {
      throw CommandError("\(invocation[run]): there is no such folder")
    }
    let report = try read(folder)
    if invocation[text] {
      let columns = Terminal.columns()
      invocation.output.write(report.text(columns: min(columns, 200)))
      return
    }
    let file =
      invocation[output].map { URL(fileURLWithPath: $0) } ?? folder.appendingPathComponent("report.html")
    try AtomicFile.write(report.page().render(), to: file)
    invocation.say("Report written to \(shownPath(file))")
  }

  private static func read(_ folder: URL) throws -> RunReport {
    let taskFile = folder.appendingPathComponent("tasks.json")
    let tasks =
      FileManager.default.fileExists(atPath: taskFile.path)
      ? try TaskFile.load([taskFile.path], types: HeadKind.taskTypes).tasks : []
    let history = try RunHistory(folder: folder)
    let logged = history.evaluations.flatMap { $0.tasks.flatMap { $0.metrics.map(\.name) } }
    return RunReport(
      name: folder.standardizedFileURL.lastPathComponent, history: history,
      tasks: tasks.map { task in
        // The log has metrics under their first names.
        let main = (try? Metric.named(task.mainMetric))?.name ?? task.mainMetric
        return RunReport.Task(name: task.name, type: task.type.name, mainMetric: main)
      },
      options: RunRecord.unusual(try RunRecord.read(folder)),
      errorMetrics: Set(logged.filter { (try? Metric.named($0))?.higherIsBetter == false }))
  }
}
