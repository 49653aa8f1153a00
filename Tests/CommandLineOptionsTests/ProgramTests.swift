import CommandLineOptions
import Testing

@Suite("A program of commands") struct ProgramTests {
  typealias Example = ExampleProgram

  @Test("results go to standard output with status 0") func success() {
    let outcome = Example.run("evaluate")
    #expect(outcome.status == 0)
    #expect(outcome.output == "0.5\n")
    #expect(outcome.messages == "")
  }

  @Test("a failure is one line on standard error with status 1, after what was written before") func failure()
  {
    let outcome = Example.run("train", "a") {
      $0.output.write("first\n")
      throw Example.Failure()
    }
    #expect(outcome.status == 1)
    #expect(outcome.output == "first\n")
    #expect(outcome.messages == "braid train: data.tsv, line 3: no label\n")
  }

  @Test("a command can find usage wrong itself, or choose its status") func ownStatus() {
    let usage = Example.run("train", "a") { _ in throw UsageError.other("--seed needs --shuffle") }
    #expect(usage.status == 2)
    #expect(usage.messages.hasPrefix("braid train: --seed needs --shuffle\n"))
    let status = Example.run("train", "a") { _ in throw ExitStatus(130) }
    #expect(status.status == 130)
    #expect(status.messages == "")
  }

  @Test("a misspelt command or option of the program is answered with the nearest")
  func misspelt() {
    let command = Example.run("trian")
    #expect(command.status == 2)
    #expect(
      command.messages
        == "braid: there is no command 'trian'; did you mean 'train'?\n'braid --help' shows how it is used.\n"
    )
    #expect(Example.run("help", "evalute").messages.contains("did you mean 'evaluate'?"))
    #expect(Example.run("--verison").messages.contains("no option --verison; did you mean '--version'?"))
    #expect(Example.run("bananas").messages.hasPrefix("braid: there is no command 'bananas'\n"))
  }

  @Test("no command, --help, -h and help list the commands on standard output")
  func help() {
    let expected = """
      Trains things.

      Usage: braid COMMAND [options] [arguments]

      Commands:
        train         Train on files.
        evaluate      Measure a checkpoint.
        help COMMAND  Show how a command is used.

      Options:
        -h, --help    Show this help.
        --version     Show the version.

      """
    for outcome in [Example.run(), Example.run("--help"), Example.run("-h"), Example.run("help")] {
      #expect(outcome.status == 0)
      #expect(outcome.output == expected)
      #expect(outcome.messages == "")
    }
    #expect(Example.run("--version").output == "braid 7.8.9\n")
  }

  @Test("a command's help is wrapped and aligned, and needs no valid arguments")
  func commandHelp() {
    let expected = """
      Train on files.

      Usage: braid train [options] CHECKPOINT [FILE…]

      The tasks share one encoder, and the checkpoint is written at the end of every
      epoch.

      Arguments:
        CHECKPOINT         What training wrote.
        FILE…              Texts, one a line; - is standard input.

      Training:
        -n, --epochs N     Passes over the training data. (default: 3)
        --dropout X        Share of values that are dropped. (default: 0.1)
        --learning-rate X  Step size at the end of the warm-up. (default: 0.0001)
        --seed N           Where random numbers start.
        --threads N        Threads to compute with. (default: all cores)
        --mixing NAME      How tasks share batches. One of: rows, batches.
                           (default: rows)
        --encoder NAME     What to start from. One of: small, large. (default: small)
        --share A:B        How often each side has its turn.
        --no-shuffle       Take the rows in their own order.

      Other options:
        -c, --cased        Keep letter case.
        -k, --keep         Keep every checkpoint.
        -o, --output RUN   The folder of the run.
        -m, --metric NAME  A measure to print. May be given several times.

      Help:
        -h, --help         Show this help.

      Examples:
        braid train model a.txt --epochs 5
            Five passes.

      """
    for outcome in [
      Example.run("train", "--help"), Example.run("help", "train"), Example.run("--help", "train"),
      Example.run("train", "--epochs", "three", "--zebra", "-h"),
    ] {
      #expect(outcome.output == expected)
      #expect(outcome.status == 0)
    }
    #expect(Example.run("train", "a", "--", "--help") { _ in }.output == "")
  }
}
