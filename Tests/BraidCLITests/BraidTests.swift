import Testing

@Suite("The braid executable") struct BraidTests {
  @Test("help is on standard output, with status 0", arguments: [[], ["--help"], ["-h"], ["help"]])
  func help(arguments: [String]) throws {
    let run = try BraidProcess.run(arguments)
    #expect(run.status == 0)
    #expect(run.output.contains("Usage: braid COMMAND"))
    #expect(run.messages == "")
  }

  @Test("help is wrapped to the columns there are")
  func columns() throws {
    let narrow = try BraidProcess.run(["--help"], environment: ["COLUMNS": "50"])
    #expect(narrow.output.split(separator: "\n").allSatisfy { $0.count <= 50 })
    let wide = try BraidProcess.run(["--help"], environment: ["COLUMNS": "500"])
    #expect(wide.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(wide.output != narrow.output)
  }

  @Test("the version is one line")
  func version() throws {
    let run = try BraidProcess.run(["--version"])
    #expect(run.status == 0)
    #expect(run.output.split(separator: " ").first == "braid")
    #expect(run.output.last == "\n" && run.output.count { $0 == "\n" } == 1)
  }

  @Test(
    "what braid does not know is said on standard error, with the nearest that it does, and status 2",
    arguments: [
      (["hlep"], "braid: there is no command 'hlep'; did you mean 'help'?\n"),
      (["--hlep"], "braid: there is no option --hlep; did you mean '--help'?\n"),
      (["help", "zebra"], "braid: there is no command 'zebra'\n"),
    ])
  func unknown(arguments: [String], message: String) throws {
    let run = try BraidProcess.run(arguments)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.messages == message + "'braid --help' shows how it is used.\n")
  }

  @Test("a reader that goes away ends braid without a word, even where the signal is ignored")
  func closedPipe() throws {
    // The reader closes the pipe and makes a file to say so; only then braid starts to write.
    let writing = """
      gone=$(mktemp -u)
      {
        while [ ! -e "$gone" ]; do sleep 0.01; done
        "$BRAID" --help
        echo $? >&2
      } | { exec <&-; : > "$gone"; }
      rm "$gone"
      """
    for script in [writing, "trap '' PIPE\n" + writing] {
      #expect(try BraidProcess.shell(script).messages == "141\n")
    }
  }

  @Test("results that cannot be written are a failure", .enabled(if: BraidTests.hasFullDevice))
  func fullDevice() throws {
    let run = try BraidProcess.shell("\"$BRAID\" --help > /dev/full")
    #expect(run.status == 1)
    #expect(run.messages == "braid: cannot write to standard output: No space left on device\n")
  }

  static var hasFullDevice: Bool {
    (try? BraidProcess.shell("test -c /dev/full").status) == 0
  }
}
