import Foundation
import Testing

@Suite("braid train") struct TrainingRunTests {
  @Test("a run is shown on standard error, its results alone on standard output")
  func output() throws {
    let tasks = try TinyTasks()
    let run = try tasks.braid(["train", "tiny.json5"] + TinyTasks.small)
    #expect(run.status == 0, "\(run.messages)")
    for part in [
      "Made a vocabulary of", "mood    classification", "answer  ranking",
      "parameters", "steps in 4 epochs, kept in checkpoints/tiny", "epoch 1/4", "tokens/s", "dev  mood",
    ] {
      #expect(run.messages.contains(part), "\(part) in \(run.messages)")
    }
    #expect(run.output.hasPrefix("Task    Metric"))
    for part in [
      "mood    accuracy", "near    pearson", "answer  map", "6 answerable dev queries", "24 dev examples",
      "Best checkpoint: step ", "tokens a second", "Kept in checkpoints/tiny", "Next:",
      "classify checkpoints/tiny --task mood",
    ] {
      #expect(run.output.contains(part), "\(part) in \(run.output)")
    }
    // The log of progress may be wide, and so may the path of the executable.
    for line in (run.messages + run.output).split(separator: "\n")
    where !line.contains("tokens/s") && !line.contains("classify checkpoints") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test("the task file's options count, and the command line's count more")
  func precedence() throws {
    let tasks = try TinyTasks.shared.get()
    let record = String(decoding: try tasks.read("run/run.json"), as: UTF8.self)
    // The task file says 4 epochs and a warm-up of 0.25; the command line 1 epoch.
    for part in [
      "\"epochs\": \"1\"", "\"warmup\": \"0.25\"", "\"seed\": \"1\"", "\"hidden\": \"32\"",
      "\"feed-forward\": \"128\"", "\"batch-size\": \"32\"", "\"shares\": \"proportional\"",
      "\"tasks\": \"tiny.json5\"",
    ] {
      #expect(record.contains(part), "\(part) in \(record)")
    }
    // A measure of the batch on the command line takes the place of the other in the file.
    try tasks.write(
      String(decoding: try tasks.read("tiny.json5"), as: UTF8.self)
        .replacingOccurrences(of: "epochs: 4", with: "epochs: 1, batchTokens: 500"), to: "tokens.json5")
    for (options, expected) in [([], "\"batch-tokens\": \"500\""), (["-b", "64"], "\"batch-size\": \"64\"")] {
      let run = try tasks.braid(
        ["train", "tokens.json5", "-o", "tokens", "--force"] + TinyTasks.small + options)
      #expect(run.status == 0, "\(run.messages)")
      let record = String(decoding: try tasks.read("tokens/run.json"), as: UTF8.self)
      #expect(record.contains(expected))
      #expect(record.contains("batch-size") != record.contains("batch-tokens"))
    }
  }

  @Test("of what excludes each other the command line's counts, and the file's is left out")
  func exclusion() throws {
    let tasks = try TinyTasks()
    let file = String(decoding: try tasks.read("tiny.json5"), as: UTF8.self)
    let shape = ["--hidden", "16", "--layers", "1", "--heads", "2", "--epochs", "1"]
    #expect(try tasks.braid(["vocab", "mood-train.tsv", "--size", "250", "-o", "own.txt"]).status == 0)
    for (setting, options, kept, dropped) in [
      ("sharing: \"mmoe\"", ["--groups", "mood+same,near+answer"], "groups:of=", "mmoe"),
      ("groups: \"mood+same,near+answer\"", ["--sharing", "soft"], "\"sharing\": \"soft\"", "groups"),
      ("vocab: \"own.txt\"", ["--vocab-size", "300"], "\"vocab-size\": \"", "own.txt"),
      ("vocabSize: 300", ["--vocab", "own.txt"], "\"vocab\": \"../own.txt\"", "vocab-size"),
    ] {
      try tasks.write(
        file.replacingOccurrences(of: "epochs: 4", with: "epochs: 1, \(setting)"), to: "excluding.json5")
      let run = try tasks.braid(["train", "excluding.json5", "-o", "excluding", "--force"] + shape + options)
      #expect(run.status == 0, "\(run.messages)")
      let record = String(decoding: try tasks.read("excluding/run.json"), as: UTF8.self)
      #expect(record.contains(kept) && !record.contains(dropped), "\(record)")
    }
    // Both in the file are refused.
    try tasks.write(
      file.replacingOccurrences(of: "epochs: 4", with: "vocab: \"own.txt\", vocabSize: 300"),
      to: "excluding.json5")
    let run = try tasks.braid(["train", "excluding.json5", "-o", "refused"])
    #expect(run.status == 2 && run.messages.contains("--vocab and --vocab-size exclude each other"))
  }

  @Test("the bundled tasks have a vocabulary of their own, unless another size or capitals are wished")
  func bundledVocabulary() throws {
    let tasks = try TinyTasks.shared.get()
    for (number, (options, message)) in [
      ([], nil), (["--vocab-size", "300"], "Made a vocabulary of 300 tokens"),
      (["--cased"], "Made a vocabulary of "),
    ].enumerated() {
      let run = try tasks.braid(
        ["train", "--task", "complaints", "-o", "bundled-\(number)", "--epochs", "1", "--batch-size", "64"]
          + ["--hidden", "16", "--layers", "1", "--heads", "2"] + options)
      #expect(run.status == 0, "\(run.messages)")
      #expect(run.messages.contains(message ?? "Fingerprint"), "\(run.messages)")
      #expect(run.messages.contains("Made a vocabulary") == (message != nil))
    }
    let cased = String(decoding: try tasks.read("bundled-2/vocab.txt"), as: UTF8.self)
    #expect(cased.contains("\nThe\n") || cased.contains("\nT\n"))
  }

  @Test("one thread and two give the same bytes")
  func threads() throws {
    let tasks = try TinyTasks.shared.get()
    let run = try tasks.braid(
      ["train", "tiny.json5", "--output", "two", "--epochs", "1", "--threads", "2"] + TinyTasks.small)
    #expect(run.status == 0, "\(run.messages)")
    #expect(try tasks.read("two/model.safetensors") == tasks.read("run/model.safetensors"))
    #expect(try tasks.read("two/vocab.txt") == tasks.read("run/vocab.txt"))
  }

  @Test("an earlier run stays, unless --force says otherwise")
  func overwriting() throws {
    let tasks = try TinyTasks()
    let quick = ["train", "tiny.json5", "--epochs", "1"] + TinyTasks.small
    for name in ["tiny", "tiny-2"] {
      #expect(try tasks.braid(quick).status == 0)
      #expect(tasks.exists("checkpoints/\(name)/model.safetensors"))
    }
    let before = try tasks.read("checkpoints/tiny/model.safetensors")
    let explicit = quick + ["--output", "checkpoints/tiny", "--seed", "2"]
    #expect(try tasks.braid(explicit).status == 1)
    #expect(try tasks.read("checkpoints/tiny/model.safetensors") == before)
    #expect(try tasks.braid(explicit + ["--force"]).status == 0)
    #expect(try tasks.read("checkpoints/tiny/model.safetensors") != before)
  }

  @Test("in bfloat16 one and two threads train to the same bytes, which are others than those of float32")
  func bfloat16() throws {
    let tasks = try TinyTasks()
    let arguments = ["train", "tiny.json5", "--epochs", "2"] + TinyTasks.small
    for (name, more) in [
      ("one", ["--precision", "bfloat16", "--threads", "1"]),
      ("two", ["--precision", "bfloat16", "--threads", "2"]),
      ("single", ["--threads", "2"]),
    ] {
      let run = try tasks.braid(arguments + ["--output", name] + more)
      #expect(run.status == 0, "\(run.messages)")
      #expect(run.messages.contains("bfloat16 products") == (name != "single"))
    }
    let model = try tasks.read("one/model.safetensors")
    #expect(try tasks.read("two/model.safetensors") == model)
    #expect(try tasks.read("single/model.safetensors") != model)
    let text = "the soup was good\n"
    let all = try ["float32", "bfloat16", "int8"].map {
      try tasks.braid(["classify", "one", "--task", "mood", "--precision", $0], input: text).output
    }
    let answers = all.map { $0.split(separator: "\t") }
    #expect(answers.allSatisfy { $0[0] == answers[0][0] }, "\(all)")
    let probabilities = answers.compactMap { Double($0[1]) }
    #expect(
      probabilities.count == 3 && probabilities.allSatisfy { abs($0 - probabilities[0]) < 0.02 }, "\(all)")
    for arguments in [["train", "tiny.json5"], ["bench", "train"], ["compare", "tiny.json5"]] {
      let refused = try tasks.braid(arguments + ["--precision", "int8"])
      #expect(refused.status == 2 && refused.output == "")
      #expect(refused.messages.contains("bfloat16"), "\(refused.messages)")
    }
  }

  @Test("a run that is interrupted and resumed gives the bytes of one that is not")
  func resuming() throws {
    let tasks = try TinyTasks()
    let arguments = ["train", "tiny.json5", "--epochs", "60", "--evaluate-every", "100"] + TinyTasks.small
    let whole = try tasks.braid(arguments + ["--output", "whole"])
    #expect(whole.status == 0, "\(whole.messages)")

    let log = tasks.folder.appendingPathComponent("parts/metrics.jsonl")
    let stopped = try BraidProcess.run(
      arguments + ["--output", "parts"], in: tasks.folder,
      interruptWhen: { (try? Data(contentsOf: log))?.count ?? 0 > 200 })
    #expect(stopped.status == 130, "\(stopped.messages)")
    #expect(stopped.output == "")
    #expect(stopped.messages.contains("train --resume parts"))
    #expect(tasks.exists("parts/resume"))
    #expect(try tasks.braid(["inspect", "parts"]).output.contains("This run has not come to its end"))
    if !tasks.exists("parts/model.safetensors") {
      let early = try tasks.braid(["classify", "parts", "--task", "mood"])
      #expect(early.status == 1)
      #expect(early.messages.contains("stopped before its first evaluation"))
    }

    let resumed = try tasks.braid(["train", "--resume", "parts", "--threads", "1"])
    #expect(resumed.status == 0, "\(resumed.messages)")
    #expect(resumed.messages.contains("Going on after step"))
    #expect(try tasks.read("parts/model.safetensors") == tasks.read("whole/model.safetensors"))
    #expect(!tasks.exists("parts/resume"))
    #expect(Self.figures(resumed.output) == Self.figures(whole.output))
  }

  /// The table of results, and the best step.
  private static func figures(_ output: String) -> [Substring] {
    output.split(separator: "\n").prefix { !$0.contains("tokens a second") }
  }

  @Test("fine-tuning a checkpoint goes on with its heads, and new tasks get new ones")
  func fineTuning() throws {
    let tasks = try TinyTasks.shared.get()
    try tasks.write(
      """
      { tasks: { mood: { type: "classification", train: "mood-train.tsv", dev: "mood-dev.tsv" },
                 again: { type: "classification", train: "mood-train.tsv", dev: "mood-dev.tsv" } } }
      """, to: "again.json5")
    let run = try tasks.braid(
      ["train", "again.json5", "--encoder", "run", "--output", "again", "--epochs", "1", "--max-length", "5"])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.messages.contains("The encoder comes from run; heads kept: mood; new heads: again."))
    #expect(run.messages.contains("Heads there that no task here uses: same, near, answer."))
    #expect(run.messages.contains("mood: 120 examples cut to the maximum length"))
  }

  @Test(
    "a head goes on where its name and shape are the same, with the checkpoint's order of labels; others start anew"
  )
  func continuing() throws {
    let tasks = try TinyTasks.shared.get()
    let mood = "type: \"classification\", train: \"mood-train.tsv\", dev: \"mood-dev.tsv\""
    func start(_ name: String, _ text: String) throws -> BraidProcess {
      try tasks.write("{ tasks: { \(text) } }", to: "\(name).json5")
      return try tasks.braid(
        ["train", "\(name).json5", "--from", "run", "-o", name, "--epochs", "1", "--learning-rate", "1e-9"])
    }
    try tasks.write(
      String(decoding: try tasks.read("mood-train.tsv"), as: UTF8.self)
        .replacingOccurrences(of: "\tpositive", with: "\tabove"), to: "other-train.tsv")
    let kept = try start("kept", "mood: { \(mood) }, more: { \(mood) }")
    #expect(kept.status == 0, "\(kept.messages)")
    #expect(kept.messages.contains("The encoder comes from run; heads kept: mood; new heads: more."))
    let text = "the soup was good\nthe rice was bad\n"
    let answers = try ["run", "kept"].map {
      try tasks.braid(["classify", $0, "--task", "mood"], input: text).output.split(separator: "\n")
    }
    for (before, after) in zip(answers[0], answers[1]) {
      let (one, other) = (before.split(separator: "\t"), after.split(separator: "\t"))
      #expect(one[0] == other[0])
      #expect(abs(Double(one[1])! - Double(other[1])!) < 0.001)
    }

    let renamed = try start("renamed", "mood: { type: \"classification\", train: \"other-train.tsv\" }")
    #expect(
      renamed.messages.contains("The head of mood starts anew, as its labels are negative, positive there."))
    let reshaped = try start(
      "reshaped", "mood: { \(mood) }, same: { type: \"pair-classification\", train: \"same-train.tsv\" }")
    #expect(reshaped.messages.contains("The head of same starts anew, as it is of kind san there."))
    #expect(!reshaped.messages.contains("no task here uses: same"))
  }

  @Test("--task trains some of the tasks of a file")
  func someTasks() throws {
    let tasks = try TinyTasks.shared.get()
    let run = try tasks.braid(
      ["train", "tiny.json5", "-t", "near", "--task", "mood", "-o", "some", "--epochs", "1"] + TinyTasks.small
    )
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("mood") && run.output.contains("near") && !run.output.contains("same"))
    let unknown = try tasks.braid(["train", "tiny.json5", "-t", "mud", "-o", "none"])
    #expect(unknown.status == 1)
    #expect(
      unknown.messages.contains("there is no task 'mud' here; there are 'mood', 'same', 'near', 'answer'"))
  }

  @Test("a loss that is no number ends the run with status 1, the task, the rows and what to do")
  func divergence() throws {
    let tasks = try TinyTasks.shared.get()
    // The squares of such scores are beyond 32-bit floating point.
    try tasks.write("text\tpair\tlabel\na\tb\t1e30\nc\td\t-1e30\n", to: "huge.tsv")
    try tasks.write("{ tasks: { huge: { type: \"similarity\", train: \"huge.tsv\" } } }", to: "huge.json5")
    let run = try tasks.braid(["train", "huge.json5", "-o", "huge"] + TinyTasks.small)
    #expect(run.status == 1)
    #expect(run.output == "")
    for part in [
      "the loss of task 'huge' is inf at step 1", "huge.tsv:2", "A lower learning rate often helps",
    ] {
      #expect(run.messages.contains(part), "\(part) in \(run.messages)")
    }
  }
}
