import CommandLineOptions
import Testing

@Suite("Reading a command line") struct ParsingTests {
  typealias Example = ExampleProgram

  @Test("an option's value follows it, or an equals sign, or its letter")
  func spellings() {
    for words in [["--epochs", "5"], ["--epochs=5"], ["-n", "5"], ["-n5"]] {
      let text =
        words.count == 1
        ? Example.shown(words[0]) { "\($0[Example.epochs])" }
        : Example.shown(words[0], words[1]) { "\($0[Example.epochs])" }
      #expect(text == "5")
    }
    #expect(Example.shown { "\($0[Example.epochs]) \($0[Example.seed] as Int?)" } == "3 nil")
    #expect(Example.shown("--output=a=b") { $0[Example.output] ?? "" } == "a=b")
    #expect(Example.shown("--seed", "-12") { "\($0[Example.seed] ?? 0)" } == "-12")
    #expect(Example.shown("--learning-rate", "2e-5") { "\($0[Example.rate])" } == "2e-05")
    #expect(Example.shown("--mixing", "batches") { "\($0[Example.mixing])" } == "batches")
    #expect(Example.shown("--encoder", "large") { $0[Example.encoder] } == "large")
    #expect(Example.shown { $0[Example.encoder] } == "small")
    #expect(Example.shown("--share", "2:1") { "\($0[Example.share]?.0 ?? 0)" } == "2")
  }

  @Test("an option answers to its other name too, on the command line, in settings, help and completions")
  func synonyms() throws {
    let start = CommandOption<String?>.path("encoder", synonym: "from", help: "Where it starts.")
    let command = Command("go", summary: "Go", options: [OptionGroup("Options", start)]) { invocation in
      invocation.output.write(invocation[start] ?? "")
    }
    let program = CommandLineProgram("braid", version: "1", summary: "", commands: [command])
    var text = ""
    func run(_ words: String...) -> Int32 {
      text = ""
      return program.run(
        ["go"] + words, output: OutputWriter { text += $0 }, messages: OutputWriter { text += $0 })
    }
    #expect(run("--from", "x") == 0 && text == "x")
    #expect(run("--from=x") == 0 && text == "x")
    #expect(run("--encoder", "x") == 0 && text == "x")
    #expect(run("--from", "x", "--encoder", "y") == 2)
    #expect(run("--form", "x") == 2 && text.contains("did you mean '--from'?"))
    #expect(run("--help") == 0 && text.contains("--encoder, --from FILE"))
    let settings = try OptionValues(settings: [("from", .text("y"))], of: [start.declaration], at: "file")
    #expect(settings[start] == "y")
    for shell in Shell.allCases { #expect(program.completions(for: shell).contains("from")) }
    let twice = CommandOption<Bool>.flag("from", help: "")
    let problems = Command("go", summary: "", options: [OptionGroup("A", start, twice)]) { _ in }.problems
    #expect(problems == ["go: --from is declared twice"])
  }

  @Test("flags are turned on, off, and bundled by letter")
  func flags() {
    let show: @Sendable (Invocation) -> String = { "\($0[Example.cased]) \($0[Example.shuffle])" }
    #expect(Example.shown(show: show) == "false true")
    #expect(Example.shown("--cased", "--no-shuffle", show: show) == "true false")
    #expect(Example.shown("--shuffle", "--cased", "--cased", show: show) == "true true")
    #expect(Example.shown("-ck") { "\($0[Example.cased]) \($0[Example.keep])" } == "true true")
    #expect(Example.shown("-cn4") { "\($0[Example.cased]) \($0[Example.epochs])" } == "true 4")
  }

  @Test("an option that repeats gathers its values in order")
  func repeated() {
    #expect(
      Example.shown("-m", "map", "--metric=P.5") { $0[Example.metrics].joined(separator: " ") } == "map P.5")
    #expect(Example.shown { "\($0[Example.metrics])" } == "[]")
  }

  @Test("two dashes end the options, and one dash is an argument")
  func dashes() {
    let text = Example.shown("a", "--cased", "-", "--", "--epochs", "-x", "--help") {
      $0[Example.files].joined(separator: " ")
    }
    #expect(text == "a - --epochs -x --help")
    #expect(Example.shown("--output", "-") { $0[Example.output] ?? "" } == "-")
  }

  @Test("arguments are shared out from the left, each getting what it must have first")
  func arguments() {
    let all: [any DeclaredArgument] = [Example.files, Example.checkpoint]
    let show: @Sendable (Invocation) -> String = { "\($0[Example.files]) \($0[Example.checkpoint])" }
    #expect(Example.shown("a", "b", "c", arguments: all, show: show) == "[\"a\", \"b\"] c")
    #expect(Example.shown("c", arguments: all, show: show) == "[] c")
    let optional: [any DeclaredArgument] = [Example.checkpoint, Example.target]
    let target: @Sendable (Invocation) -> String = { $0[Example.target] ?? "nowhere" }
    #expect(Example.shown("a", arguments: optional, show: target) == "nowhere")
    #expect(Example.shown("a", "b", arguments: optional, show: target) == "b")
  }

  @Test(
    "what cannot be understood is said in one sentence, with status 2",
    arguments: [
      (["--epochs", "three"], "--epochs takes a whole number of at least 1, not 'three'"),
      (["--epochs=0"], "--epochs takes a whole number of at least 1, not '0'"),
      (["-n", "1.5"], "-n takes a whole number of at least 1, not '1.5'"),
      (["--threads", "2000"], "--threads takes a whole number from 1 to 1024, not '2000'"),
      (["--dropout", "1"], "--dropout takes a number of at least 0 and below 1, not '1'"),
      (["--learning-rate", "0"], "--learning-rate takes a number above 0 and at most 10, not '0'"),
      (["--learning-rate", "nan"], "--learning-rate takes a number above 0 and at most 10, not 'nan'"),
      (["--seed", "x"], "--seed takes a whole number of at least -100, not 'x'"),
      (["--output", ""], "--output takes a path, not ''"),
      (["--mixing", "row"], "--mixing takes 'rows' or 'batches', not 'row'; did you mean 'rows'?"),
      (["--encoder", "smal"], "--encoder takes 'small' or 'large', not 'smal'; did you mean 'small'?"),
      (["--share", "2"], "--share takes two whole numbers such as 2:1, not '2'"),
      (["--epochs"], "--epochs needs a value: --epochs N"),
      (["--output", "--seed", "1"], "--output needs a value: --output RUN"),
      (["--cased=yes"], "--cased takes no value, but is given 'yes'"),
      (["--epochs", "3", "-n", "5"], "-n is given twice, as '3' and as '5'"),
      (["--cased", "--no-cased"], "--cased is given twice, as 'on' and as 'off'"),
      (["--epohcs", "3"], "there is no option --epohcs; did you mean '--epochs'?"),
      (["--learn", "3"], "there is no option --learn; did you mean '--learning-rate'?"),
      (["--no-shufle"], "there is no option --no-shufle; did you mean '--no-shuffle'?"),
      (["-epochs"], "there is no option -epochs; did you mean '--epochs'?"),
      (["--zebra"], "there is no option --zebra"),
      (["-x"], "there is no option -x"),
    ])
  func usage(words: [String], message: String) {
    var messages = ""
    let program = CommandLineProgram(
      "braid", version: "1", summary: "",
      commands: [
        Command("train", summary: "", options: Example.groups) { _ in Issue.record("the command must not run")
        }
      ])
    let status = program.run(
      ["train"] + words, output: OutputWriter { _ in Issue.record("nothing may be on standard output") },
      messages: OutputWriter { messages += $0 })
    #expect(status == 2)
    #expect(messages == "braid train: \(message)\n'braid train --help' shows how it is used.\n")
  }

  @Test("too few and too many arguments are named")
  func argumentCounts() {
    #expect(Example.run("train").messages.hasPrefix("braid train: CHECKPOINT is missing\n"))
    let two = Example.run("train", "a", "b", "c", arguments: [Example.checkpoint, Example.target])
    #expect(two.messages.hasPrefix("braid train: 'c' is one argument too many\n"))
    #expect(two.status == 2)
  }

  @Test("the declarations of a command are checked for clashes")
  func problems() {
    let clash = Command(
      "x", summary: "", arguments: [Example.files, Example.files],
      options: [
        OptionGroup("A", Example.epochs, CommandOption.flag("no-cased", letter: "h", help: "")),
        OptionGroup("B", Example.cased, Example.epochs),
      ]
    ) { _ in }
    #expect(
      clash.problems == [
        "x: -h is declared twice", "x: --no-cased is declared twice", "x: --epochs is declared twice",
        "x: -n is declared twice", "x: two arguments take any number of values",
      ])
    #expect(Command("x", summary: "", options: Example.groups) { _ in }.problems == [])
  }
}
