import CommandLineOptions
import Foundation
import Tasks
import Training

/// `braid classify`
enum ClassifyCommand {
  static let tasks = CommandOption<[String]?>.form(
    "tasks", "NAME,…", expectation: "names of tasks with commas between them",
    help: "Several tasks at once: the encoder runs once a text, and a line has a column for each."
  ) { text in
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return names.contains("") || Set(names).count < names.count ? nil : names
  }
  static let top = CommandOption<Int?>.integer(
    "top", letter: "k", "K", in: .between(1, 1_000_000),
    help: "Print the K most probable labels, each with its probability.")
  static let threshold = CommandOption<Double?>.number(
    "threshold", "P", in: .between(0, 1), help: "Print only labels at least this probable.")
  static let abstain = CommandOption<Double?>.number(
    "abstain", "P", in: .between(0, 1),
    help: "Print ? for a text whose most probable label is less probable than this.")
  static let json = CommandOption<Bool>.flag(
    "json", help: "Print {\"prediction\": LABEL, \"probabilities\": {LABEL: P, …}} a line.")

  static let command = Command(
    "classify",
    summary: "Give texts the labels of a classification task",
    discussion: [
      "Reads a text a line, or for a task of pairs two texts with a TAB between them. Prints a line for each, in the same "
        + "order: the most probable label, then the probability of each label in the order in which 'braid inspect' lists "
        + "them, with TABs between them. Answers come as soon as there is input, so it works at the end of a pipe.",
      "With --top or --threshold a line holds labels, the most probable first, each with its probability. With --tasks a "
        + "line has one column a task: the label, or with --top labels and probabilities with blanks between them; in JSON "
        + "a member a task. Where --abstain has no answer JSON has null.",
      "Of a multi-label task the first column has all labels that are at least as probable as not, with commas between them, or "
        + "- for none; JSON has a list.",
      "On a terminal, without a file, it prompts for texts and draws a bar for each label.",
    ],
    arguments: [checkpoint, TextStream.file],
    options: [
      OptionGroup(
        "Options", TaskChoice.labels.option, tasks, top, threshold, abstain, json, threads, precision)
    ],
    examples: [
      .init("braid classify checkpoints/sst reviews.txt", "Label the lines of a file."),
      .init(
        "tail -f log | braid classify checkpoints/mixed --task sst --json",
        "Label lines as they are written."),
      .init(
        "braid classify checkpoints/mixed --tasks sst,topic --abstain 0.8 texts.txt",
        "Two tasks in one pass; ? where one is less than 80% sure."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let (folder, chosen) = try open(invocation)
    let model = try folder.model(on: device(for: invocation))
    let predictor = try TextPredictor(model, tasks: chosen.map(\.name))
    let format = ClassificationFormat(
      limit: invocation[top], threshold: invocation[threshold], abstention: invocation[abstain],
      hasColumns: invocation[tasks] != nil, isJSON: invocation[json])
    let form: TextStream.Form = chosen.contains { $0.type.isPaired } ? .pair : .single
    if TextStream.isConversation(invocation), !format.isJSON {
      let session = InteractiveClassifier(
        predictor: predictor, format: format, width: Terminal.width(of: STDOUT_FILENO) ?? 80)
      return try session.run(LineReader(path: "-"), output: invocation.output)
    }
    let stream = try TextStream(invocation, form: form)
    try stream.forEachBatch(output: invocation.output) { texts in
      let answers = try predictor.allPredictions(for: texts)
      for index in texts.indices {
        let line = format.line(zip(chosen, answers).map { (task: $0, probabilities: $1[index]) })
        invocation.output.write(line + "\n")
      }
    }
  }

  private static func open(_ invocation: Invocation) throws -> (ModelFolder, [TaskDefinition]) {
    let choice = TaskChoice.labels
    guard let names = invocation[tasks] else {
      let (folder, task) = try choice.open(invocation)
      return (folder, [task])
    }
    guard invocation[choice.option] == nil else {
      throw UsageError.other("--task and --tasks exclude each other")
    }
    let path = invocation[checkpoint]
    let folder = try ModelFolder(URL(fileURLWithPath: path))
    let chosen = try names.map { try choice.task($0, of: folder, in: path) }
    if let first = chosen.first, let other = chosen.first(where: { $0.type.isPaired != first.type.isPaired })
    {
      let (single, pair) = first.type.isPaired ? (other, first) : (first, other)
      throw UsageError.other(
        "--tasks: '\(single.name)' takes one text and '\(pair.name)' two, so no line fits both")
    }
    return (folder, chosen)
  }
}
