import CommandLineOptions
import Foundation
import Networks
import Tasks
import Tensors
import Training
import Wording

/// `braid compare`
enum CompareCommand {
  private static let standard = ["equal", "rlw", "prior", "uncertainty", "pcgrad"]

  private static let methodNames = "names of weightings and aggregations, separated by commas"

  static let methods = CommandOption<[String]?>.form(
    "methods", "NAMES", expectation: methodNames,
    defaultShown: standard.joined(separator: ","),
    help:
      "What to compare: weightings, aggregations, or both joined as in 'prior+pcgrad', with settings as in "
      + "'cagrad:radius=0.4'. 'equal' and 'rlw' take part too, unless several ways of sharing are compared. Of: "
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
    return names.isEmpty ? nil : names
  }
  static let sharings = CommandOption<[SharingDefinition]?>.form(
    "sharing", "NAMES",
    expectation: "ways of sharing such as 'hard' or 'hard,soft:weight=0.01,mmoe', separated by commas",
    defaultShown: "hard, or as --encoder says",
    help:
      "How the tasks share the encoder: one way for all methods, or several, which are then what is compared, 'hard' "
      + "always among them and with equal weights unless --methods says otherwise. Of: "
      + SharingKind.all.map { $0.name }.joined(separator: ", ") + "."
  ) { SharingDefinition.list($0) }
  static let seeds = CommandOption<Int>.integer(
    "seeds", in: .between(1, 1000), default: 3, help: "Models of each method, and of each task alone.")
  static let output = CommandOption<String>.path(
    "output", letter: "o", "FILE", default: "comparison.json",
    help: "Where results are kept. A comparison that was stopped goes on with what is there.")

  static let command = Command(
    "compare",
    summary:
      "Compare ways to balance tasks, or to share the encoder, with each other and with learning each task alone",
    discussion: [
      "Trains a model of each task alone, and models of all tasks by each method, some seeds of each, and prints the dev "
        + "figure of each task, the mean relative gain over the models of single tasks (Δm), the parameters and the time "
        + "of a step. Every model is judged by its best evaluation.",
      "Plain sums with tuned regularisation are hard to beat (Kurin et al. 2022, Xin et al. 2022): where methods are "
        + "compared, 'equal' and random weights, 'rlw', are always in the table. A difference that is smaller than the spread "
        + "over seeds is none.",
      "All options of 'braid train' that decide what is learned apply to every model; a task alone has the teachers and the "
        + "smoothing that it has among the others.",
    ],
    arguments: [GivenTasks.files],
    options: [
      OptionGroup("The comparison", methods, seeds, output, TrainOptions.encoder, GivenTasks.data, threads),
      TrainOptions.batches, TrainOptions.learning, TrainOptions.teaching, TrainOptions.smoothing,
      OptionGroup("Sharing", sharings, TrainOptions.groups), TrainOptions.balancingAtAll,
      TrainOptions.evaluation,
      TrainOptions.shape,
    ],
    examples: [
      .init(
        "braid compare rte.json5 mrpc.json5 --encoder minilm --methods pcgrad,famo",
        "Four methods and two single tasks, three seeds each."),
      .init(
        "braid compare rte.json5 mrpc.json5 --sharing hard,soft,mmoe:experts=2",
        "Three ways to share the encoder."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let named = try invocation[methods]?.map(method)
    let given = try GivenTasks(invocation)
    let values = try invocation.options.filled(from: given.file.training)
    var options = try TrainingOptions(values)
    options.gradientLogInterval = 0
    let start = try StartingPoint(values, given, say: invocation.say)
    try options.checkMemory(for: start.encoder, tasks: start.tasks.count)
    let device = try Device(threads: values[threads], precision: values[trainingPrecision])
    let methods = try chosen(named, invocation[sharings], sharing: start.sharing)
    // What can't be is refused now, and not when its turn comes.
    for sharing in methods.compactMap(\.sharing) {
      _ = try MultiTaskNetwork(start.encoder, tasks: start.tasks, sharing: sharing, in: ParameterScope())
    }
    let teachers = values[TrainOptions.teachers] ?? []
    func model(_ tasks: [TaskDefinition], _ sharing: SharingDefinition?, _ seed: UInt64) throws -> Model {
      try start.model(tasks, sharing: sharing, seed: seed, device: device, say: { _ in })
    }
    var comparison = try MethodComparison(
      tasks: start.tasks, methods: methods, seeds: (1...invocation[seeds]).map { UInt64($0) },
      options: RunRecord.comparable(values, taskFiles: given.paths),
      fingerprint: MethodComparison.fingerprint(of: start.tasks, teachers: teachers, model: model),
      file: URL(fileURLWithPath: invocation[output]))

    Interruption.listen(saves: false)
    let total = comparison.runs.count
    for run in comparison.remaining {
      invocation.say(
        "\(comparison.title(of: run)) (model \(total - comparison.remaining.count + 1) of \(total))")
      let progress = RunProgress()
      defer { progress.finish() }
      let isDone = try comparison.take(
        run, options: options, teachers: teachers, model: model,
        shouldStop: { Interruption.isWished }, report: progress.report)
      guard isDone else {
        progress.finish()
        invocation.say("Stopped. What was finished is kept; the same command goes on.")
        throw ExitStatus(Interruption.status)
      }
    }
    invocation.output.write(table(comparison))
  }

  /// - Throws: `UsageError`.
  private static func method(_ name: String) throws(UsageError) -> BalancingMethod {
    do { return try BalancingMethod(name) } catch {
      guard case .unknown = error else { throw .other("--\(methods.declaration.name): \(error)") }
      let known = BalancingMethod.names
      throw .badValue(
        "--\(methods.declaration.name)", expectation: methodNames, found: "'\(name)'",
        suggestion: nearestName(to: String(name.prefix { $0 != ":" }), among: known))
    }
  }

  /// - Parameters:
  ///   - named: the methods of the command line.
  ///   - sharings: the ways of sharing of the command line.
  ///   - sharing: as options and task files say, where they name one way alone.
  private static func chosen(
    _ named: [BalancingMethod]?, _ sharings: [SharingDefinition]?, sharing: SharingDefinition?
  ) throws -> [MethodComparison.Method] {
    let standard = try standard.map(method)
    guard var sharings, sharings.count > 1 else {
      let given = named ?? standard
      let always = standard.prefix(2)
      return (always.filter { !given.contains($0) } + given).map { .init($0, sharing: sharing) }
    }
    if !sharings.contains(.hard) { sharings.insert(.hard, at: 0) }
    let given = named ?? Array(standard.prefix(1))
    return sharings.flatMap { sharing in given.map { .init($0, sharing: sharing) } }
  }

  private static func table(_ comparison: MethodComparison) -> String {
    let tasks = comparison.tasks
    var table = TextTable(
      ["Method"] + tasks.map { "\($0.name) \($0.mainMetric)" } + ["Δm %", "parameters", "ms a step"],
      alignments: [.left] + tasks.map { _ in .right } + [.right, .right, .right])
    for method in [nil] + comparison.methods.map({ Optional($0) }) {
      let metrics = tasks.map {
        shown(comparison.metric(of: $0.name, method: method), scale: 100, decimals: 1)
      }
      let gain = method.flatMap { comparison.gain(of: $0) }
      let parameters = comparison.parameters(of: method).map { grouped($0) } ?? "-"
      let time = comparison.secondsAStep(of: method).map { String(format: "%.0f", 1000 * $0) } ?? "-"
      let name = method.map { comparison.name(of: $0) } ?? "each task alone"
      table.add([name] + metrics + [shown(gain, scale: 1, decimals: 2), parameters, time])
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
