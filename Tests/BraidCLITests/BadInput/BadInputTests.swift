import Foundation
import Testing

@Suite("What is wrong in what braid is given") struct BadInputTests {
  /// Its own: other tests put files into theirs.
  static let original: Result<TinyTasks, any Error> = Result {
    let tasks = try TinyTasks()
    try tasks.addWordTasks()
    for (file, name) in [("tiny.json5", "run"), ("words.json5", "heads")] {
      let run = try tasks.braid(
        ["train", file, "--output", name, "--epochs", "1", "--threads", "1"] + TinyTasks.small)
      guard run.status == 0 else { throw TinyTasks.Failure(messages: run.messages) }
    }
    return tasks
  }

  /// A copy of its folder, which the caller removes: other tests read the original at the same time.
  static func copy() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("braid-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: try original.get().folder, to: folder)
    return folder
  }

  @Test("there are many of it, for every command")
  func complete() {
    #expect(BadInput.everywhere.count >= 200)
    for command in CommandTests.names {
      #expect(BadInput.everywhere.contains { $0.script.contains("$BRAID \(command)") }, "\(command)")
    }
  }

  @Test("is said in these words, with this status", arguments: BadInput.everywhere)
  func everywhere(_ item: BadInput) throws { try check(item) }

  #if os(Linux)
    @Test("a full disk and a folder that can't be written to are failures", arguments: BadInput.devices)
    func devices(_ item: BadInput) throws { try check(item) }
  #endif

  @Test("a reader that goes away ends a stream of answers without a word")
  func closedPipe() throws {
    let folder = try Self.original.get().folder
    let run = try BraidProcess.shell(
      "yes 'the soup was good' | head -100000 | { \"$BRAID\" classify run --task mood; echo $? >&2; } | head -1",
      in: folder)
    #expect(run.output.split(separator: "\n").count == 1)
    #expect(run.messages == "141\n")
  }

  @Test("a batch that no step can hold is refused by its size alone, with advice")
  func memory() throws {
    let folder = try Self.copy()
    defer { try? FileManager.default.removeItem(at: folder) }
    // Of every token the feed-forward block keeps four megabytes.
    let rows = Int(clamping: ProcessInfo.processInfo.physicalMemory) / (64 << 22) + 50
    var table = "text\tlabel\n"
    for row in 0..<rows { table += String(repeating: "soup ", count: 62) + "\t\(row % 2)\n" }
    try Data(table.utf8).write(to: folder.appendingPathComponent("long.tsv"))
    try Data("{ tasks: { a: { type: 'classification', train: 'long.tsv' } } }".utf8)
      .write(to: folder.appendingPathComponent("long.json5"))
    let run = try BraidProcess.run(
      [
        "train", "long.json5", "-o", "long", "--batch-size", "1000000", "--hidden", "8", "--heads", "1",
        "--layers",
        "1", "--feed-forward", "1048576",
      ], in: folder)
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.messages.contains("braid train: this run needs "), "\(run.messages)")
    #expect(run.messages.contains(" for the largest step), and there are "))
    #expect(run.messages.contains("A smaller --batch-size with --accumulation"))
    #expect(
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("long").path))
  }

  #if os(Linux)
    @Test("files that may not be read, and folders that may not be written to, are named")
    func permissions() throws {
      let folder = try Self.copy()
      defer { try? FileManager.default.removeItem(at: folder) }
      // Who may do everything is somebody else for this.
      let run = try BraidProcess.shell(
        """
        nobody=
        if [ "$(id -u)" = 0 ]; then nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"; fi
        $nobody "$BRAID" --version > /dev/null || exit
        chmod -R a+rX . && mkdir shut && chmod 555 . shut && chmod 000 mood-train.tsv run/model.safetensors
        run() { $nobody "$BRAID" "$@" > /dev/null; echo "$?" >&2; }
        run train tiny.json5 -o shut/run
        run classify run --task mood same-dev.tsv
        run tokenize --vocab run/vocab.txt mood-train.tsv
        run vocab same-dev.tsv -o shut/vocab.txt
        run report heads -o shut/page.html
        run export heads shut/encoder
        run extract heads shut/model --task words
        run train words.json5 -o shut/run
        run compare words.json5 -o shut/comparison.json
        chmod -R u+rwX .
        """, in: folder)
      let expected = """
        braid train: mood-train.tsv: found Permission denied, expected a file of rows
        1
        braid classify: FOLDER/run/model.safetensors: can't be opened: Permission denied
        1
        braid tokenize: cannot read mood-train.tsv: Permission denied
        1
        braid vocab: FOLDER/shut/vocab.txt: can't be created: Permission denied
        1
        braid report: FOLDER/shut/page.html: can't be created: Permission denied
        1
        braid export: FOLDER/shut/encoder: can't be created: Permission denied
        1
        braid extract: FOLDER/shut/model: can't be created: Permission denied
        1
        Made a vocabulary of 145 tokens from the training texts.
        braid train: FOLDER/shut/run: the folder can't be made: Permission denied
        1
        Made a vocabulary of 145 tokens from the training texts.
        braid compare: FOLDER/shut/comparison.json: can't be created: Permission denied
        1
        """
      #expect(
        run.messages.replacingOccurrences(of: folder.resolvingSymlinksInPath().path, with: "FOLDER")
          .replacingOccurrences(of: folder.path, with: "FOLDER") == expected + "\n")
      #expect(run.output == "")
    }
  #endif

  private func check(_ item: BadInput) throws {
    let folder = try Self.copy()
    defer { try? FileManager.default.removeItem(at: folder) }
    let before = try Self.names(in: folder)
    let run = try BraidProcess.shell(
      item.script.replacingOccurrences(of: "$BRAID", with: "\"$BRAID\""), in: folder)
    var messages = run.messages
    for path in [folder.resolvingSymlinksInPath().path, folder.path] {
      messages = messages.replacingOccurrences(of: path, with: "FOLDER")
    }
    messages = messages.replacingOccurrences(
      of: #"\b[0-9a-f]{8}\b"#, with: "CHECKSUM", options: .regularExpression)
    #expect(run.status == item.status)
    #expect(messages == item.messages)
    #expect(try Self.names(in: folder).isSuperset(of: before))
    #expect(try !Self.names(in: folder).contains { $0.hasSuffix(".partial") })
  }

  private static func names(in folder: URL) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
  }
}
