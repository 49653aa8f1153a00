import CommandLineOptions

/// A program with one option of each kind, and what running it left behind.
enum ExampleProgram {
  enum Mixing: String, CaseIterable, Sendable { case rows, batches }

  static let epochs = CommandOption.integer(
    "epochs", letter: "n", in: .atLeast(1), default: 3, help: "Passes over the training data.")
  static let dropout = CommandOption.number(
    "dropout", in: .between(0, below: 1), default: 0.1, help: "Share of values that are dropped.")
  static let rate = CommandOption.number(
    "learning-rate", in: .above(0, atMost: 10), default: 1e-4, help: "Step size at the end of the warm-up.")
  static let seed = CommandOption.integer(
    "seed", in: .atLeast(-100), help: "Where random numbers start.")
  static let threads = CommandOption.integer(
    "threads", in: .between(1, 1024), defaultShown: "all cores", help: "Threads to compute with.")
  static let mixing = CommandOption.choice("mixing", default: Mixing.rows, help: "How tasks share batches.")
  static let encoder = CommandOption.choice(
    "encoder", of: ["small", "large"], default: "small", help: "What to start from.")
  static let cased = CommandOption.flag("cased", letter: "c", help: "Keep letter case.")
  static let shuffle = CommandOption.flagOn("shuffle", help: "Take the rows in their own order.")
  static let keep = CommandOption.flag("keep", letter: "k", help: "Keep every checkpoint.")
  static let output = CommandOption.path("output", letter: "o", "RUN", help: "The folder of the run.")
  static let metrics = CommandOption.texts("metric", letter: "m", "NAME", help: "A measure to print.")
  static let share = CommandOption<(Int, Int)?>.form(
    "share", "A:B", expectation: "two whole numbers such as 2:1", help: "How often each side has its turn."
  ) { text in
    let parts = text.split(separator: ":").compactMap { Int($0) }
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  static let checkpoint = CommandArgument<String>.required("CHECKPOINT", help: "What training wrote.")
  static let files = CommandArgument<[String]>.many("FILE", help: "Texts, one a line; - is standard input.")
  static let target = CommandArgument<String?>.optional("TARGET", help: "Where to.")

  static let groups = [
    OptionGroup("Training", epochs, dropout, rate, seed, threads, mixing, encoder, share, shuffle),
    OptionGroup("Other options", cased, keep, output, metrics),
  ]

  struct Failure: Error, CustomStringConvertible {
    var description: String { "data.tsv, line 3: no label" }
  }

  /// What a call of `train` was given, or how the program ended.
  struct Outcome {
    var status: Int32 = 0
    var output = ""
    var messages = ""
  }

  static func run(
    _ words: String..., arguments: [any DeclaredArgument] = [checkpoint, files],
    body: @escaping @Sendable (Invocation) throws -> Void = { _ in }
  ) -> Outcome {
    let program = CommandLineProgram(
      "braid", version: "7.8.9", summary: "Trains things.",
      commands: [
        Command(
          "train", summary: "Train on files",
          discussion: [
            "The tasks share one encoder, and the checkpoint is written at the end of every epoch."
          ],
          arguments: arguments, options: groups,
          examples: [.init("braid train model a.txt --epochs 5", "Five passes.")], run: body),
        Command("evaluate", summary: "Measure a checkpoint") { $0.output.write("0.5\n") },
      ])
    var outcome = Outcome()
    let output = OutputWriter { outcome.output += $0 }
    let messages = OutputWriter { outcome.messages += $0 }
    outcome.status = program.run(words, output: output, messages: messages, helpWidth: 80)
    return outcome
  }

  /// Runs `train` and gives the text that `show` makes of its invocation.
  static func shown(
    _ words: String..., arguments: [any DeclaredArgument] = [files],
    show: @escaping @Sendable (Invocation) -> String
  ) -> String {
    var outcome = Outcome()
    let program = CommandLineProgram(
      "braid", version: "1", summary: "",
      commands: [
        Command("train", summary: "", arguments: arguments, options: groups) { $0.output.write(show($0)) }
      ])
    let output = OutputWriter { outcome.output += $0 }
    outcome.status = program.run(
      ["train"] + words, output: output, messages: OutputWriter { outcome.messages += $0 })
    return outcome.output + outcome.messages
  }
}
