import BraidCLI
import Foundation
import Testing

/// A reader that goes away before it has read anything, as `head` may.
@Suite("Output that nobody reads") struct ClosedPipeTests {
  /// For each command a line that writes results, in the folder of `TinyTasks` with a model of words, `heads`.
  private static let lines: [(command: String, line: String)] = [
    ("train", "train tiny.json5 -o o --epochs 1 --hidden 16 --layers 1 --heads 1 2> /dev/null"),
    ("evaluate", "evaluate run --json"),
    ("evaluate", "evaluate run --predictions /dev/stdout"),
    ("test", "test run mood-dev.tsv --task mood"),
    ("calibrate", "calibrate run mood-dev.tsv --task mood 2> /dev/null"),
    ("classify", "classify run mood-dev.tsv --task mood"),
    ("tag", "tag heads mood-dev.tsv"),
    ("answer", "answer heads pairs.tsv"),
    ("fill", "fill lines masked.tsv"),
    ("score", "score run pairs.tsv"),
    ("rank", "rank run candidates.tsv"),
    ("rank-eval", "rank-eval -q q r"),
    ("embed", "embed run mood-dev.tsv"),
    ("inspect", "inspect run"),
    ("report", "report run --text"),
    (
      "compare",
      "compare tiny.json5 --seeds 1 --methods equal --epochs 1 --hidden 16 --layers 1 --heads 1 2> /dev/null"
    ),
    ("affinity", "affinity tiny.json5 --epochs 1 --hidden 16 --layers 1 --heads 1 2> /dev/null"),
    ("verify", "verify run"),
    ("vocab", "vocab mood-dev.tsv"),
    ("tokenize", "tokenize --vocab run/vocab.txt mood-dev.tsv"),
    ("baseline", "baseline tiny.json5"),
    ("completions", "completions bash"),
    ("help", "train --help"),
    ("version", "--version"),
  ]
  /// They write folders, and nothing to standard output; one measures speed for seconds.
  private static let others = ["export", "extract", "bench"]

  @Test("there is a line for every command")
  func complete() {
    let known = Set(Self.lines.map(\.command) + Self.others)
    #expect(CommandTests.names.filter { !known.contains($0) } == [])
  }

  @Test("ends every command without a word, with the status of a closed pipe")
  func quiet() throws {
    let copy = try BadInputTests.copy()
    defer { try? FileManager.default.removeItem(at: copy) }
    let folder = copy.appendingPathComponent("pipes")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // A model of hidden tokens, of which lines have one each.
    let model = try BraidProcess.shell(
      """
      printf '{ tasks: { text: { type: "masked-language-modelling", train: "mood-train.tsv" } } }' > lines.json5
      cp ../mood-train.tsv . && sed 's/was.*/was [MASK]/' ../mood-dev.tsv > masked.tsv
      "$BRAID" train lines.json5 -o lines --epochs 1 --hidden 16 --layers 1 --heads 1
      """, in: folder)
    #expect(model.status == 0, "\(model.messages)")
    for (command, line) in Self.lines {
      let run = try BraidProcess.shell(
        """
        cp -r ../*.tsv ../*.json5 ../run ../heads . && rm -rf o comparison.json
        cut -f1,2 same-dev.tsv > pairs.tsv
        cut -f1,2 answer-dev.tsv > candidates.tsv
        printf '1 0 a 1\\n' > q; printf '1 Q0 a 1 1.0 x\\n' > r
        { sleep 0.2; "$BRAID" \(line); echo $? >&2; } | :
        """, in: folder)
      #expect(run.messages == "141\n", "\(command): \(line)")
    }
  }
}
