import CommandLineOptions
import Foundation
import Tasks
import Tensors
import Training
import Wording

/// `braid compare`
enum CompareCommand {
  private static let standard = ["equal", "rlw", "prior", "uncertainty", "pcgrad"]

  static let methods = CommandOption<[BalancingMethod]?>.form(
    "methods", "NAMES", expectation: "names of weightings and aggregations, separated by commas",
    defaultShown: standard.joined(separator: ","),
    help:
      "What to compare: weightings, aggregations, or both joined as in 'prior+pcgrad', with settings as in "
      + "'cagrad:radius=0.4'. 'equal' and 'rlw' always take part. Of: "
      + BalancingMethod.names.joined(separator: ", ") + "."
  ) { text in
    var names: [String] = []
    for part in text.split(separator: ",") {
      // A further setting of the method before it.
      if part.contains("="), !part.contains(":"), let last = names.popLast() {
        names.append("\(last),\(part)")
      } else {
        names.append(String(part))
      }
    }
    let methods = names.map { BalancingMethod($0) }
    return methods.contains(nil) || methods.isEmpty ? nil : methods.compactMap { $0 }
  }
  static let seeds = CommandOption<Int>.integer(
    "seeds", in: .between(1, 1000), default: 3, help: "Models of each method, and of each task alone.")
  static let output = CommandOption<String>.path(
    "output", letter: "o", "FILE", default: "comparison.json",
    help: "Where results are kept. A comparison that was stopped goes on with what is there.")

  static let command = Command(
    "compare",
    summary: "Compare ways to balance tasks with each other and with learning each task alone",
    discussion: [
      "Trains a model of each task alone, and models of all tasks by each method, some seeds of each, and prints the dev "
        + "figure of each task, the mean relative gain over the models of single tasks (Δm) and the time of a step. "
        + "Every model is judged by its best evaluation.",
      "Plain sums with tuned regularisation are hard to beat (Kurin et al. 2022, Xin et al. 2022): 'equal' and random "
        + "weights, 'rlw', are always in the table. A difference that is smaller than the spread over seeds is none.",
      "All options of 'braid train' that decide what is learned apply to every model; a task alone has the teachers and the "
        + "smoothing that it has among the others.",
    ],
    arguments: [GivenTasks.files],
    options: [
      OptionGroup("The comparison", methods, seeds, output, TrainOptions.encoder, GivenTasks.data, threads),
      TrainOptions.batches, TrainOptions.learning, TrainOptions.teaching, TrainOptions.smoothing,
      TrainOptions.sharingGroup, TrainOptions.balancingAtAll,
      TrainOptions.evaluation,
      TrainOptions.shape,
    ],
    examples: [
      .init(
        "braid compare rte.json5 mrpc.json5 --encoder minilm --methods pcgrad,famo",
        "Four methods and two single tasks, three seeds each.")
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let given = try GivenTasks(invocation)
    let values = try invocation.options.filled(from: given.file.training)
    var options = try TrainingOptions(values)
    options.gradientLogInterval = 0
    let start = try StartingPoint(values, given, say: invocation.say)
    try options.checkMemory(for: start.encoder, tasks: start.tasks.count)
    let device = try Device(threads: values[threads], precision: values[precision])
    var comparison = try MethodComparison(
      tasks: start.tasks, methods: chosen(invocation), seeds: (1...invocation[seeds]).map { UInt64($0) },
      options: RunRecord.comparable(values, sharing: start.sharing, taskFiles: given.paths),
      file: URL(fileURLWithPath: invocation[output]))

    Interruption.listen()
    let total = comparison.runs.count
    for run in comparison.remaining {
      invocation.say("\(run.title) (model \(total - comparison.remaining.count + 1) of \(total))")
      let progress = RunProgress()
      defer { progress.finish() }
      let isDone = try comparison.take(
        run, options: options, teachers: values[TrainOptions.teachers] ?? [],
        model: { tasks, seed in
          // A task alone has nobody to share with: what it is measured by is the plain model.
          let sharing = run.method == nil ? .hard : start.sharing
          return try start.model(tasks, sharing: sharing, seed: seed, device: device, say: { _ in })
        },
        shouldStop: { Interruption.isWished }, report: progress.report)
      guard isDone else {
        progress.finish()
        invocation.say("Stopped. What was finished is kept; the same command goes on.")
        throw ExitStatus(Interruption.status)
      }
    }
    invocation.output.write(table(comparison))
  }

  private static func chosen(_ invocation: Invocation) -> [BalancingMethod] {
    let given = invocation[methods] ?? standard.compactMap { BalancingMethod($0) }
    let always = standard.prefix(2).compactMap { BalancingMethod($0) }
    return always.filter { !given.contains($0) } + given
  }

  private static func table(_ comparison: MethodComparison) -> String {
    let tasks = comparison.tasks
    var table = TextTable(
      ["Method"] + tasks.map { "\($0.name) \($0.mainMetric)" } + ["Δm %", "ms a step"],
      alignments: [.left] + tasks.map { _ in .right } + [.right, .right])
    for method in [nil] + comparison.methods.map({ Optional($0.name) }) {
      let metrics = tasks.map {
        shown(comparison.metric(of: $0.name, method: method), scale: 100, decimals: 1)
      }
      let gain = method.flatMap { comparison.gain(of: $0) }
      let time = comparison.secondsAStep(of: method).map { String(format: "%.0f", 1000 * $0) } ?? "-"
      table.add([method ?? "each task alone"] + metrics + [shown(gain, scale: 1, decimals: 2), time])
    }
    return table.render()
      + "\nMeans and standard deviations over \(counted(comparison.seeds.count, "seed")); "
      + "figures are percentages of dev data.\n"
  }

  private static func shown(_ spread: MethodComparison.Spread?, scale: Double, decimals: Int) -> String {
    guard let spread else { return "-" }
    let mean = String(format: "%.\(decimals)f", scale * spread.mean)
    return mean + (spread.deviation.map { String(format: " ± %.\(decimals)f", scale * $0) } ?? "")
  }
}
