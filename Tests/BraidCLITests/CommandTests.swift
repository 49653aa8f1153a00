import BraidCLI
import Foundation
import Testing

@Suite("The commands' help and misuse") struct CommandTests {
  static let names = braidProgram.commands.map(\.name)

  @Test("every command that is promised is there")
  func promised() {
    #expect(
      Self.names == [
        "train", "evaluate", "test", "calibrate", "classify", "tag", "answer", "fill", "score", "rank",
        "rank-eval",
        "embed",
        "inspect",
        "report", "compare", "affinity", "verify", "export", "extract", "vocab", "tokenize", "baseline",
        "bench",
        "completions",
      ])
  }

  @Test("no two options of a command share a name")
  func declarations() {
    for command in braidProgram.commands { #expect(command.problems == []) }
  }

  @Test("every command has help that fits a terminal", arguments: names)
  func help(command: String) throws {
    let run = try BraidProcess.run([command, "--help"], environment: ["COLUMNS": "80"])
    #expect(run.status == 0)
    #expect(run.messages == "")
    #expect(run.output.contains("Usage: braid \(command)"))
    #expect(run.output.contains("Examples:"))
    for line in run.output.split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
    #expect(try BraidProcess.run(["help", command], environment: ["COLUMNS": "80"]).output == run.output)
  }

  @Test(
    "a command line that can't be understood has status 2 and says why",
    arguments: [
      ("evaluate", "CHECKPOINT is missing"),
      ("classify", "CHECKPOINT is missing"),
      ("rank run", "FILE is missing"),
      ("test run", "FILE is missing"),
      ("calibrate run", "FILE is missing"),
      ("completions csh", "SHELL takes 'bash', 'zsh' or 'fish', not 'csh'"),
      ("export run", "FOLDER is missing"),
      ("extract run", "FOLDER is missing"),
      ("train tiny.json5 --sharing mmoe:experts", "--sharing takes a way of sharing"),
      ("report", "RUN is missing"),
      ("report run --text --output page.html", "give --text or --output, not both"),
      ("vocab", "TEXT is missing"),
      ("tokenize", "--vocab FILE is needed"),
      ("train --epoch 3", "there is no option --epoch; did you mean '--epochs'?"),
      ("train --epochs many", "--epochs takes a whole number from 1 to 1000000, not 'many'"),
      ("train --learning-rate 0", "--learning-rate takes a number above 0 and at most 10, not '0'"),
      ("train --schedule lineer", "did you mean 'linear'?"),
      ("train --weighting priro", "--weighting takes 'prior', 'equal'"),
      ("train --shares temperature:0", "--shares takes 'proportional'"),
      ("train --resume run --epochs 3", "only --threads may be given with it, not --epochs"),
      ("train --resume run tiny.json5", "give no task file with it"),
      ("train tiny.json5 --batch-size 8 --batch-tokens 100", "exclude each other"),
      ("train tiny.json5 --encoder run --hidden 64", "--hidden is for a new encoder"),
      ("embed run --pooling max", "--pooling takes 'cls', 'mean' or 'pooler', not 'max'"),
      ("evaluate run --data .", "--data is for the paths of task files"),
      ("classify run", "--task NAME is needed, as the model has several tasks that give labels: mood, same"),
    ])
  func usage(line: String, message: String) throws {
    let tasks = try TinyTasks.shared.get()
    let words = line.split(separator: " ").map(String.init)
    let run = try tasks.braid(words)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.messages.contains(message), "\(run.messages)")
    #expect(run.messages.contains("'braid \(words[0]) --help' shows how it is used."))
  }

  @Test(
    "what can't be done has status 1 and says why",
    arguments: [
      ("evaluate nowhere", "nowhere: there is no such folder"),
      ("classify run --task mud", "there is no task 'mud' here; there are 'mood', 'same', 'near', 'answer'"),
      ("classify run --task near", "task 'near' is of type similarity: 'braid score' is for it"),
      ("score run --task mood", "task 'mood' is of type classification: 'braid classify' is for it"),
      ("rank run --task mood answer-dev.tsv", "'braid classify' is for it"),
      ("rank run nothing.tsv", "cannot read nothing.tsv: No such file or directory"),
      ("train nothing.json5", "nothing.json5: found no such file"),
      ("train tiny.json5 --output run", "run: there is something already"),
      ("train --resume run", "this run has ended, there is nothing to resume"),
      ("train --resume .", "there is no run in this folder"),
      ("train tiny.json5 --output other --best-metric mood.f2", "mood.accuracy"),
      ("train tiny.json5 --output other --hidden 30 --heads 4", "is not a multiple of the 4 attention heads"),
      ("train broken.json5 --output other", "training.epochs takes a whole number"),
      ("report nowhere", "nowhere: there is no such folder"),
      ("report run --output no/such/page.html", "page.html: can't be created"),
      ("export run run --force", "a model with tasks is there"),
      ("tokenize --vocab tiny.json5", "[PAD] is not among its"),
      ("vocab tiny.json5 --size 10", "a vocabulary of 10 tokens is too small"),
    ])
  func failure(line: String, message: String) throws {
    let tasks = try TinyTasks.shared.get()
    if line.contains("broken") {
      try tasks.write("{ tasks: {}, training: { epochs: -1 } }", to: "broken.json5")
    }
    let run = try tasks.braid(line.split(separator: " ").map(String.init))
    // What a task file says wrong of an option is a matter of usage too.
    #expect(run.status == (line.contains("broken") ? 2 : 1))
    #expect(run.output == "")
    #expect(run.messages.contains(message), "\(run.messages)")
    #expect(!tasks.exists("other"))
  }
}
