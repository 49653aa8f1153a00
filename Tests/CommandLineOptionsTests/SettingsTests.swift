import CommandLineOptions
import Testing

@Suite("Option values from several places") struct SettingsTests {
  typealias Example = ExampleProgram
  static let options = Example.groups.flatMap(\.options)

  static func settings(_ entries: [(key: String, value: SettingValue)]) throws -> OptionValues {
    try OptionValues(settings: entries, of: options, at: "tasks.json: training")
  }

  @Test("the command line is stronger than the file, and the file than the default")
  func precedence() throws {
    let file = try Self.settings([
      ("epochs", .number(7)), ("dropout", .number(0.5)), ("cased", .boolean(true)),
    ])
    let text = Example.shown("--epochs", "5", "--no-cased") { invocation in
      let merged = invocation.options.filled(from: file)
      return
        "\(merged[Example.epochs]) \(merged[Example.dropout]) \(merged[Example.rate])"
        + " \(merged[Example.cased]) \(merged.isGiven(Example.dropout)) \(merged.isGiven(Example.seed))"
    }
    #expect(text == "5 0.5 0.0001 false true false")
  }

  @Test("a value equal to the default still counts as given")
  func given() throws {
    let file = try Self.settings([("epochs", .number(9))])
    #expect(Example.shown("--epochs", "3") { "\($0.options.filled(from: file)[Example.epochs])" } == "3")
  }

  @Test("keys are the options' names, in the spellings that JSON people use")
  func keys() throws {
    for key in ["learning-rate", "learningRate", "learning_rate"] {
      #expect(try Self.settings([(key, .number(0.5))])[Example.rate] == 0.5)
    }
  }

  @Test("values of every kind are read")
  func kinds() throws {
    let values = try Self.settings([
      ("mixing", .text("batches")), ("output", .text("runs/a")),
      ("share", .text("1:2")), ("shuffle", .boolean(false)), ("seed", .number(-4)),
    ])
    #expect(values[Example.mixing] == .batches)
    #expect(values[Example.output] == "runs/a")
    #expect(values[Example.share]?.1 == 2)
    #expect(values[Example.shuffle] == false)
    #expect(values[Example.seed] == -4)
  }

  @Test(
    "a setting that does not fit is named with its place",
    arguments: [
      ("epochs", SettingValue.text("three"), "epochs takes a whole number of at least 1, not \"three\""),
      ("epochs", .number(2.5), "epochs takes a whole number of at least 1, not 2.5"),
      ("epochs", .number(1e300), "epochs takes a whole number of at least 1, not 1e+300"),
      ("dropout", .number(2), "dropout takes a number of at least 0 and below 1, not 2"),
      ("dropout", .boolean(true), "dropout takes a number of at least 0 and below 1, not true"),
      ("cased", .text("yes"), "cased takes true or false, not \"yes\""),
      ("mixing", .number(1), "mixing takes 'rows' or 'batches', not 1"),
      (
        "mixing", .text("batch"),
        "mixing takes 'rows' or 'batches', not 'batch'; did you mean 'batches'?"
      ),
    ])
  func refused(key: String, value: SettingValue, message: String) {
    let error = #expect(throws: UsageError.self) { try Self.settings([(key, value)]) }
    #expect(error?.description == "tasks.json: training.\(message)")
  }

  @Test("an unknown key is answered with the nearest, a key in two spellings is refused")
  func unknown() {
    let unknown = #expect(throws: UsageError.self) { try Self.settings([("learningRat", .number(1))]) }
    #expect(
      unknown?.description
        == "there is no option tasks.json: training.learningRat; did you mean 'learning-rate'?")
    #expect(throws: UsageError.self) {
      try Self.settings([("learningRate", .number(1)), ("learning-rate", .number(2))])
    }
  }

  @Test("every option's value can be listed for a run's records")
  func effective() throws {
    let file = try Self.settings([("epochs", .number(7))])
    let listed = file.effective(Self.options)
    #expect(listed.map(\.option.name) == Self.options.map(\.name))
    #expect(listed[0].value == .integer(7))
    #expect(listed[1].value == .number(0.1))
    #expect(listed[3].value == nil)
  }
}
