import CommandLineOptions
import Foundation
import Networks
import Reporting
import Tasks
import Tensors
import Training
import Wording

/// `braid affinity`
enum AffinityCommand {
  static let interval = CommandOption<Int>.integer(
    "every", "STEPS", in: .between(1, 1_000_000_000), default: 10, help: "Steps between measurements.")
  static let rate = CommandOption<Double?>.number(
    "lookahead-rate", in: .above(0, atMost: 1000), defaultShown: "the step's own",
    help: "The learning rate of the steps that are tried.")
  static let groups = CommandOption<Int?>.integer(
    "groups", "K", in: .between(1, 64), help: "Propose the best partition of the tasks into so many groups.")
  static let json = CommandOption<Bool>.flag("json", help: "Print one JSON object instead of tables.")
  static let output = CommandOption<String?>.path(
    "output", letter: "o", "FILE", help: "Write the heat maps to this file as an HTML page.")

  static let round = CommandOption<Int>.integer(
    TrainOptions.round.declaration.name, "EXAMPLES", in: .between(0, 1_000_000), default: 4,
    help: TrainOptions.round.declaration.help)
  private static let batches = OptionGroup(
    TrainOptions.batches.title,
    options: TrainOptions.batches.options.map { $0.name == round.declaration.name ? round.declaration : $0 })
  /// What the line that trains the groups repeats.
  private static let repeated =
    [
      GivenTasks.names.declaration, GivenTasks.data.declaration, TrainOptions.encoder.declaration,
      TrainOptions.seed.declaration, threads.declaration,
    ]
    + [batches, TrainOptions.learning, TrainOptions.balancing, TrainOptions.shape].flatMap(\.options)

  static let command = Command(
    "affinity",
    summary: "Measure what tasks are to each other while they are trained together",
    discussion: [
      "Trains one encoder on all tasks, and every so many steps tries for each task a step of gradient descent for it alone, "
        + "on the parameters that tasks share: by what share does the loss of each task fall? These lookahead affinities "
        + "(TAG, Fifty et al. 2021) and the cosines between the tasks' gradients are averaged over the run. Nothing is kept "
        + "of what was learned.",
      "--groups K searches all partitions of the tasks into K groups for the one in which tasks do most for each other, and "
        + "prints the line that trains it.",
    ],
    arguments: [GivenTasks.files],
    options: [
      OptionGroup(
        "What is measured", interval, rate, groups, json, output, TrainOptions.encoder, GivenTasks.names,
        GivenTasks.data,
        threads, TrainOptions.seed),
      batches, TrainOptions.learning, OptionGroup("Sharing", TrainOptions.sharing), TrainOptions.balancing,
      TrainOptions.shape,
    ],
    examples: [
      .init("braid affinity", "The tasks that come with Braid."),
      .init(
        "braid affinity rte.json5 mrpc.json5 sst.json5 --from minilm --groups 2",
        "Three tasks on a pretrained encoder, and how they are best divided."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    var given = try GivenTasks(invocation)
    let values = try invocation.options.filled(from: given.file.training)
    var options = try TrainingOptions(values)
    options.gradientLogInterval = 0
    options.affinityInterval = invocation[interval]
    options.lookaheadRate = invocation[rate]
    options.round = values[round]
    guard given.file.tasks.count > 1 else {
      throw CommandError("one task has no other to have an affinity to: give task files with several")
    }
    let count = invocation[groups]
    if let count, count > given.file.tasks.count {
      throw CommandError("\(given.file.tasks.count) tasks can't be divided into \(count) groups")
    }
    if let path = invocation[output] { try AtomicFile.check(URL(fileURLWithPath: path)) }
    // Nothing is kept, so nothing is evaluated.
    for index in given.file.tasks.indices { given.file.tasks[index].dev = nil }
    let start = try StartingPoint(values, given, say: invocation.say)
    try options.checkMemory(for: start.encoder, tasks: start.tasks.count)
    let device = try Device(threads: values[threads], precision: values[trainingPrecision])
    let trainer = try Trainer(
      start.model(
        start.tasks, sharing: start.sharing, seed: options.seed, device: device, say: invocation.say),
      options: options, teachers: values[TrainOptions.teachers] ?? [])

    Interruption.listen(saves: false)
    let progress = RunProgress()
    defer { progress.finish() }
    let result = try trainer.run(
      shouldStop: { Interruption.isWished },
      report: { event in if case .evaluated = event {} else { progress.report(event) } })
    progress.finish()
    if result.ending == .interrupted { invocation.say("Stopped: this is what was measured so far.") }
    guard trainer.affinity.steps > 0 else {
      throw CommandError("no step was measured: the run is shorter than --every \(options.affinityInterval)")
    }
    try write(
      trainer.affinity, count.map { .best(trainer.affinity.matrix, groups: $0) }, from: given, invocation)
    if result.ending == .interrupted { throw ExitStatus(Interruption.status) }
  }

  private static func write(
    _ affinity: TaskAffinity, _ grouping: TaskGrouping?, from given: GivenTasks, _ invocation: Invocation
  ) throws {
    let tasks = affinity.tasks.indices
    let names = grouping.map { $0.groups.map { group in group.map { affinity.tasks[$0] } } } ?? []
    let report = AffinityReport(
      tasks: affinity.tasks, steps: affinity.steps,
      lookaheads: tasks.map { source in tasks.map { affinity.lookahead(from: source, to: $0) } },
      cosines: tasks.map { first in tasks.map { affinity.cosine(first, $0) } }, groups: names)
    // A page that can't be written leaves the tables.
    let page = Result {
      if let path = invocation[output] {
        try AtomicFile.write(report.page().render(), to: URL(fileURLWithPath: path))
      }
    }
    invocation.output.write(
      invocation[json]
        ? affinity.json(grouping).encoded() + "\n"
        : report.text(columns: min(Terminal.columns(), 200))
          + (grouping.map { next(step: $0, names, from: given, invocation.options) } ?? ""))
    try invocation.output.flush()
    try page.get()
  }

  /// - Parameter options: of the command line; what task files say they say again.
  private static func next(
    step grouping: TaskGrouping, _ names: [[String]], from given: GivenTasks, _ options: OptionValues
  ) -> String {
    let groups = names.map { $0.joined(separator: "+") }.joined(separator: ",")
    let words =
      ["train"] + (given.bundled == nil ? given.paths : []) + options.words(of: repeated)
      + ["--groups", groups]
    return
      "The affinities onto the tasks add up to \(String(format: "%.3g", 100 * grouping.score)) percent.\n"
      + "\nNext:\n  \(RunText.ownName()) \(words.map(shellWord).joined(separator: " "))\n"
  }
}
