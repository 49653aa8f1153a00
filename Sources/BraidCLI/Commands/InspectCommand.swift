import CommandLineOptions
import Foundation
import Networks
import Tasks
import Tensors
import Training
import Wording

/// `braid inspect`
enum InspectCommand {
  static let folder = CommandArgument<String>.required(
    "CHECKPOINT", help: "A checkpoint, or a Hugging Face folder.")

  static let command = Command(
    "inspect",
    summary: "Show what a checkpoint holds",
    discussion: [
      "Prints the encoder's shape, the tasks with their labels, metrics and heads, and for the folder of a run its options "
        + "and the figures of the checkpoint that was kept."
    ],
    arguments: [folder],
    examples: [.init("braid inspect checkpoints/restaurant", "What a run has made.")],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let url = URL(fileURLWithPath: invocation[folder])
    let folder = try ModelFolder(url)
    let model = model(in: folder)
    var text = shape(of: folder, model)
    let figures = model?.taskFigures() ?? []
    for (index, task) in folder.tasks.enumerated() {
      text += "\n" + describe(task, folder.calibration[task.name], figures.dropFirst(index).first)
    }
    let options = try RunRecord.read(url)
    if !options.isEmpty { text += "\n" + describe(options) }
    let queries = options.first { $0.name == TrainOptions.queries.declaration.name }
      .flatMap { EvaluatedQueries(rawValue: $0.value) }
    let table = MetricTable(tasks: folder.tasks, queries: queries ?? .answerable, split: .dev)
    text += dev(of: RunFolder.evaluations(in: url), table: table)
    if RunFolder.isUnfinished(url) {
      text +=
        "\nThis run has not come to its end. If it was stopped, it goes on with\n"
        + "  \(RunText.ownName()) train --resume \(shellWord(shownPath(url)))\n"
    }
    invocation.output.write(text)
  }

  private static func shape(of folder: ModelFolder, _ model: Model?) -> String {
    let shape = folder.encoder
    var parameters = [
      ("parameters", model.map { grouped($0.parameters.layout.parameterCount) } ?? "unknown")
    ]
    if let model, !folder.tasks.isEmpty {
      parameters += [
        ("sharing", folder.sharing.spelling), ("shared parameters", grouped(model.sharedParameterCount)),
      ]
    }
    return rows(
      "Encoder",
      [
        (
          "vocabulary",
          "\(counted(folder.tokenizer.vocabulary.count, "token")), \(folder.tokenizer.lowercases ? "uncased" : "cased")"
        ),
        ("hidden size", "\(shape.hiddenSize)"), ("layers", "\(shape.layers)"),
        ("attention heads", "\(shape.attentionHeads)"), ("feed-forward size", "\(shape.feedForwardSize)"),
        ("activation", "\(shape.activation)"), ("longest input", "\(shape.maximumLength) tokens"),
        (
          "dropout",
          shape.dropout == shape.attentionDropout
            ? "\(shape.dropout)" : "\(shape.dropout), \(shape.attentionDropout) in attention"
        ),
      ] + parameters)
  }

  /// With zero parameters where the folder has none yet.
  private static func model(in folder: ModelFolder) -> Model? {
    guard let device = try? Device(threads: 1) else { return nil }
    return (try? folder.model(on: device))
      ?? (try? Model(
        configuration: folder.encoder, tokenizer: folder.tokenizer, tasks: folder.tasks,
        sharing: folder.sharing, device: device))
  }

  private static func describe(
    _ task: TaskDefinition, _ calibration: Calibration.Entry?, _ figures: TaskFigures?
  ) -> String {
    var entries = [("type", task.type.name)]
    if !task.labels.isEmpty { entries.append(("labels", task.labels.joined(separator: ", "))) }
    if let range = task.range { entries.append(("range", "\(range.lowerBound) to \(range.upperBound)")) }
    entries.append(("metrics", task.metrics.joined(separator: ", ")))
    var head = HeadKind.name(for: task)
    if let name = task.head.name { head += ", shared as '\(name)'" }
    for setting in task.head.settings { head += ", \(setting.name) \(setting.spelling)" }
    entries.append(("head", head))
    if let figures {
      entries.append(("own parameters", grouped(figures.ownParameters)))
      entries.append(
        (
          "operations",
          "\(grouped(Int(figures.operationsAToken.rounded()))) a token, in a text of \(TaskFigures.textLength)"
        ))
    }
    if let calibration {
      entries.append(
        (
          "temperature",
          "\(shownFigure(calibration.temperature)), fitted to \(counted(calibration.examples, "row"))"
        ))
    }
    return rows("Task \(task.name)", entries)
  }

  private static func describe(_ options: [(name: String, value: String)]) -> String {
    rows("Run", options.map { ($0.name, $0.value.split(separator: "\n").joined(separator: ", ")) })
  }

  private static func dev(of evaluations: [EvaluationReport], table: MetricTable) -> String {
    guard let best = evaluations.last(where: \.isBest) else { return "" }
    var text = "\nBest checkpoint: step \(grouped(best.step))"
    text += best.score.map { ", score \(shownFigure($0)) on the dev data\n" } ?? "\n"
    if !best.tasks.isEmpty { text += "\n" + table.render(best.tasks) }
    return text
  }

  /// A title, and below it names and values in two columns, long values wrapped.
  private static func rows(_ title: String, _ entries: [(String, String)]) -> String {
    let column = (entries.map(\.0.count).max() ?? 0) + 4
    var text = title + "\n"
    for (name, value) in entries {
      let term = "  " + name
      text += term + String(repeating: " ", count: column - term.count) + value + "\n"
    }
    return text
  }
}
