import CommandLineOptions
import Foundation
import Tasks
import Training
import Wording

/// What `braid train` says before and after a run.
enum RunText {
  static func beginning(_ summary: RunSummary, fingerprint: String?, folder: URL) -> String {
    var table = TextTable(
      ["Task", "Type", "Train", "Dev", "Metrics"], alignments: [.left, .left, .right, .right, .left])
    for task in summary.tasks {
      table.add([
        task.name, task.type, grouped(task.examples),
        task.devExamples > 0 ? grouped(task.devExamples) : "-", task.metrics.joined(separator: ", "),
      ])
    }
    var lines = ["", table.render()]
    for task in summary.tasks { lines += notes(on: task) }
    lines.append(
      "\(grouped(summary.parameters)) parameters, \(counted(summary.threads, "thread")), \(summary.instructions)"
    )
    lines.append(
      "\(counted(summary.steps, "step")) in \(counted(summary.epochs, "epoch")), kept in \(shownPath(folder))"
    )
    if let fingerprint { lines.append("Fingerprint \(fingerprint), braid \(Braid.version)") }
    if summary.firstStep > 0 { lines.append("Going on after step \(grouped(summary.firstStep)).") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What of a task's data is not used as it stands, and what else it learns from.
  private static func notes(on task: RunSummary.Task) -> [String] {
    var notes: [String] = []
    if task.unanswerableQueries > 0 {
      notes.append(
        "\(counted(task.unanswerableQueries, "training query")) without a relevant candidate left out")
    }
    if task.singleCandidateQueries > 0 {
      notes.append("\(counted(task.singleCandidateQueries, "training query")) with one candidate left out")
    }
    if task.cutAnswers > 0 {
      notes.append("\(counted(task.cutAnswers, "training example")) whose answer is cut off left out")
    }
    if !task.teachers.isEmpty { notes.append("taught by \(task.teachers.joined(separator: ", "))") }
    if task.truncated > 0 { notes.append("\(counted(task.truncated, "example")) cut to the maximum length") }
    return notes.map { "\(task.name): \($0)" }
  }

  static func interruption(_ result: RunResult, folder: URL) -> String {
    "Stopped after step \(grouped(result.steps)) and saved. To go on:\n\n"
      + "  \(ownName()) train --resume \(shellWord(shownPath(folder)))"
  }

  static func results(
    _ result: RunResult, tasks: [TaskDefinition], queries: EvaluatedQueries, folder: URL, seconds: Double
  ) -> String {
    var text = ""
    if let best = result.best, !best.tasks.isEmpty {
      text += MetricTable(tasks: tasks, queries: queries, split: .dev).render(best.tasks)
      text += "\nBest checkpoint: step \(grouped(best.step)) of \(grouped(result.steps))"
      text += result.ending == .stoppedEarly ? ", stopped early" : ""
      text += best.score.map { ", score \(shownFigure($0))" } ?? ""
      text += "\n"
    } else {
      text += "No task has dev data: the checkpoint is that of the last evaluation.\n"
    }
    if result.skippedSteps > 0 {
      text += "\(counted(result.skippedSteps, "step")) left out, as a loss or the gradient was not finite\n"
    }
    let rate = result.trainingSeconds > 0 ? Double(result.tokens) / result.trainingSeconds : 0
    text += "\(shownTime(seconds)) in all, \(grouped(Int(rate.rounded()))) tokens a second in training\n"
    text += "Kept in \(shownPath(folder))\n\nNext:\n  \(next(tasks, folder: folder))\n"
    return text
  }

  /// The line to type next: something that shows the model at work.
  private static func next(_ tasks: [TaskDefinition], folder: URL) -> String {
    func line(_ command: String, _ task: TaskDefinition) -> String {
      "\(ownName()) \(command) \(shellWord(shownPath(folder))) --task \(shellWord(task.name))"
    }
    if let task = tasks.first(where: { [.label, .labelSet].contains($0.type.target) }) {
      return line("classify", task)
    }
    if let task = tasks.first(where: { $0.type.target == .score }) { return line("score", task) }
    if let task = tasks.first(where: { $0.type.target == .tags }) { return line("tag", task) }
    if let task = tasks.first(where: { $0.type.target == .answer }) { return line("answer", task) }
    if let task = tasks.first(where: { $0.type.target == .maskedTokens }) { return line("fill", task) }
    return "\(ownName()) inspect \(shellWord(shownPath(folder)))"
  }

  /// How the person who reads this calls braid.
  static func ownName() -> String {
    let path = CommandLine.arguments.first ?? "braid"
    guard path.contains("/") else { return shellWord(path) }
    let manager = FileManager.default
    if path.split(separator: "/").contains(".build"), path.contains("/release/"),
      manager.fileExists(atPath: "Package.swift")
    {
      return "swift run -c release braid"
    }
    let shown = shownPath(URL(fileURLWithPath: path))
    return shellWord(shown.contains("/") ? shown : "./" + shown)
  }
}
