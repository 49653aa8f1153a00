import CommandLineOptions
import Foundation
import Networks
import Tasks
import Tensors
import Training
import Wording

/// `braid evaluate`
enum EvaluateCommand {
  static let taskFiles = CommandArgument<[String]>.many(
    "TASKFILE",
    help: "Task files that say where the data is; without any, the data that the model was trained with.")
  static let split = CommandOption<Split>.choice(
    "split", "NAME", default: .dev, help: "The part of the data.")
  static let queries = CommandOption<EvaluatedQueries>.choice(
    "queries", "WHICH", default: .answerable,
    help: "The ranking queries that count: those with a relevant candidate, or all.")
  static let tasks = CommandOption<[String]>.texts(
    "task", letter: "t", "NAME", defaultShown: "all tasks", help: "A task to evaluate.")
  static let json = CommandOption<Bool>.flag(
    "json", help: "Print {\"task\": {\"metric\": value}} instead of a table.")
  static let predictions = CommandOption<String?>.path(
    "predictions", "FILE", help: "Write each prediction to this file, one JSON object a line.")

  static let command = Command(
    "evaluate",
    summary: "Measure a model on the data of its tasks",
    discussion: [
      "Prints each task's metrics, and how many examples (of a ranking task: queries) they were computed from.",
      "A line of --predictions holds the task, the row (from 0, in the order of the data), the prediction, and what was "
        + "expected. Predictions are a label or a list of labels, with the probability of each label of the task; a score; "
        + "of a ranking task a score, with the query and the candidate; a label for each word; the answer, with its "
        + "probability; or the pieces for hidden tokens, with the probabilities of those that stood there. Rows without labels "
        + "can be predicted, but have no metrics.",
    ],
    arguments: [checkpoint, taskFiles],
    options: [
      OptionGroup("Options", split, queries, tasks, json, predictions, GivenTasks.data, threads, precision)
    ],
    examples: [
      .init("braid evaluate checkpoints/restaurant", "The dev figures of the checkpoint."),
      .init(
        "braid evaluate checkpoints/sst sst.json5 --split test --predictions sst.jsonl",
        "The test data that a task file names, and each prediction in a file."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let url = URL(fileURLWithPath: invocation[checkpoint])
    let folder = try ModelFolder(url)
    let chosen = try chosenTasks(of: folder, invocation)
    let split = invocation[split]
    let model = try folder.model(on: device(for: invocation))
    let predictor = Predictor(model)
    let writer = try invocation[predictions].map {
      try PredictionWriter(URL(fileURLWithPath: $0), vocabulary: model.tokenizer.vocabulary)
    }
    var evaluations: [TaskEvaluation] = []
    var notes: [String] = []
    var isAnythingDone = false
    for task in chosen {
      guard let examples = try model.examples(of: split, task: task) else {
        notes.append("\(task.name): the task has no \(split.rawValue) data")
        continue
      }
      isAnythingDone = true
      try task.checkMemory(ofPredictionsFor: examples)
      // Predictions are wanted for all candidates; figures alone need no more than the queries that count.
      let queries = invocation[queries]
      let results = predictor.predictions(
        for: examples, task: try model.task(named: task.name), queries: writer == nil ? queries : .all)
      try writer?.write(results, of: examples, task: task)
      if examples.truncatedCount > 0 {
        notes.append("\(task.name): \(counted(examples.truncatedCount, "example")) cut to the maximum length")
      }
      if case .none = examples.targets {
        notes.append("\(task.name): its \(split.rawValue) data has no labels, so there are no metrics")
        if writer == nil { notes.append("\(task.name): --predictions FILE writes what the model says") }
        continue
      }
      evaluations.append(try task.evaluate(results, of: examples, queries: queries))
      if examples.isRanking {
        let left = examples.queryCount - examples.answerableQueries.count
        if queries == .answerable, left > 0 {
          notes.append(
            "\(task.name): \(grouped(left)) of \(counted(examples.queryCount, "query")) have no relevant candidate and "
              + "do not count; --queries all counts them")
        } else if left > 0 {
          notes.append("\(task.name): \(grouped(left)) of them have no relevant candidate and count as 0")
        }
      }
    }
    try writer?.finish()
    guard isAnythingDone else {
      throw CommandError(
        "none of the tasks has \(split.rawValue) data: \(chosen.map(\.name).joined(separator: ", "))")
    }
    if invocation[json] {
      invocation.output.write(MetricTable.json(evaluations) + "\n")
    } else if !evaluations.isEmpty {
      let table = MetricTable(tasks: chosen, queries: invocation[queries], split: split)
      invocation.output.write(table.render(evaluations))
    }
    for note in notes { invocation.say(note) }
  }

  private static func chosenTasks(
    of folder: ModelFolder, _ invocation: Invocation
  ) throws -> [TaskDefinition] {
    guard !folder.tasks.isEmpty else {
      throw CommandError("\(invocation[checkpoint]): this is an encoder without tasks")
    }
    var tasks = folder.tasks
    let files = invocation[taskFiles]
    if files.isEmpty {
      if invocation[GivenTasks.data] != nil {
        throw UsageError.other("--data is for the paths of task files, and none is given")
      }
    } else {
      let given = try TaskFile.load(files, types: HeadKind.taskTypes, dataFolder: invocation[GivenTasks.data])
      tasks = try given.tasks.map { other in
        guard let own = tasks.first(where: { $0.name == other.name }) else {
          let names = tasks.map { "'\($0.name)'" }.joined(separator: ", ")
          throw CommandError(
            "\(other.file):\(other.line): the model has no task '\(other.name)'; it has \(names)")
        }
        return try own.takingData(of: other)
      }
    }
    let names = invocation[Self.tasks]
    for name in names where !tasks.contains(where: { $0.name == name }) {
      throw TaskChoice.unknown(name, among: tasks)
    }
    return names.isEmpty ? tasks : tasks.filter { names.contains($0.name) }
  }
}
