import Foundation
import Tasks
import Testing

/// Tasks whose labels are tokens of their own texts.
@Suite struct MaskingTests {
  static let type = "type: 'masked-language-modelling'"

  @Test("Texts come from plain lines and from the columns of tables; rows without a word are none")
  func sources() throws {
    let folder = try Folder([
      "x.txt": "a b\tc \"d\"\n\n \ne\n", "x.tsv": "text\tlabel\na b\tyes\nc\tno\n",
      "x.csv": "one,two\na b,c\n",
      "x.jsonl": #"{"text": "a b"}"#, "x.fasttext": "__label__x a b\n", "x.conll": "a X\nb Y\n\nc Z\n",
    ])
    func words(_ members: String) throws -> [Int] {
      let examples = try task("{\(Self.type), \(members)}", in: folder).loaded()
      return (0..<examples.count).map(examples.length(of:))
    }
    // With [CLS] and [SEP]; the encoder of these tests splits at blanks alone.
    #expect(try words("train: 'x.txt'") == [5, 3])
    #expect(try words("train: {file: 'x.tsv', format: 'lines'}") == [3, 4, 3])
    #expect(try words("train: 'x.tsv'") == [4, 3])
    #expect(try words("train: 'x.csv', columns: {text: 'one', pair: 'two'}") == [6])
    #expect(try words("train: 'x.csv', columns: {text: 'two'}") == [3])
    #expect(try words("train: 'x.jsonl'") == [4])
    #expect(try words("train: {file: 'x.fasttext', format: 'fasttext'}") == [4])
    #expect(try words("train: 'x.conll'") == [4, 3])
    let plain = try task("{\(Self.type), train: 'x.txt'}", in: folder)
    var texts: [String] = []
    try plain.forEachText(of: .train) { texts.append($0) }
    #expect(texts.count == 4 && texts[0] == "a b\tc \"d\"")
    let copy = try TaskFile.parse(
      TaskFile(tasks: [plain]).encoded(), file: folder.path + "/tasks.json", types: allTypes)
    #expect(copy.tasks[0].train == plain.train)
  }

  @Test("A text that is too long goes on in further examples; a pair is cut")
  func long() throws {
    let folder = try Folder(["x.txt": "a b c d e f g\nh\n", "x.tsv": "text\tpair\na b c d e f g\th\n"])
    let lines = try task("{\(Self.type), train: 'x.txt'}", in: folder).loaded(maximumLength: 5)
    #expect((0..<lines.count).map(lines.length(of:)) == [5, 5, 3, 3])
    #expect(lines.rows == [0, 0, 0, 1] && lines.truncatedCount == 0)
    let whole = WordEncoder().encode("a b c d e f g", nil, maximumLength: 100).ids
    #expect((0..<3).flatMap { lines.ids[lines.tokens(of: $0)].dropFirst().dropLast() } == Array(whole[1..<8]))
    let pairs = try task(
      "{\(Self.type), train: 'x.tsv', columns: {text: 'text', pair: 'pair'}}", in: folder
    ).loaded(maximumLength: 7)
    #expect(pairs.count == 1 && pairs.length(of: 0) == 7 && pairs.truncatedCount == 1)
  }

  @Test("Of the tokens 15 % are asked for, 80 % of these masked, 10 % exchanged; never special ones")
  func shares() throws {
    let text = (0..<40).map { "w\($0)" }.joined(separator: " ")
    let folder = try Folder(["x.txt": String(repeating: text + "\n", count: 300) + "one\n"])
    let examples = try task("{\(Self.type), train: 'x.txt'}", in: folder).loaded()
    let plan = BatchPlan.evaluation(of: examples, task: 0, tokens: 1 << 20)
    var batch = PackedBatch()
    batch.fill(0, of: plan, from: [examples], maskingKey: 77)
    let part = batch.parts[0]
    guard case .classes(let expected) = part.targets else { return #expect(Bool(false)) }
    #expect(expected.count == 300 * 6 + 1 && part.marks.count == expected.count)
    #expect(
      zip(part.markStarts, part.markStarts.dropFirst()).map { $1 - $0 } == [Int32](repeating: 6, count: 300)
        + [1])
    var (masked, same) = (0, 0)
    for (place, id) in zip(part.marks, expected) {
      #expect(examples.ids[Int(place)] == id && id > 2)
      let shown = batch.ids[Int(place)]
      #expect(shown > 2)
      masked += shown == 1000 ? 1 : 0
      same += shown == id ? 1 : 0
    }
    // Four deviations either way.
    #expect((1371...1511).contains(masked), "\(masked)")
    #expect((130...232).contains(same), "\(same)")
    let asked = Set(part.marks)
    for row in batch.ids.indices where !asked.contains(Int32(row)) {
      #expect(batch.ids[row] == examples.ids[row])
    }
    // Every place is as likely as any other: 45 of 300 each, and four deviations.
    var counts = [Int](repeating: 0, count: 40)
    for place in part.marks.dropLast() { counts[Int(place) % 42 - 1] += 1 }
    #expect(counts.allSatisfy { (20...70).contains($0) }, "\(counts)")
  }

  @Test("What is hidden depends on the key and the example, not on the batch that it is in")
  func draws() throws {
    let lines = (0..<30).map { row in (0..<12).map { "w\(row)x\($0)" }.joined(separator: " ") }
    let folder = try Folder(["x.txt": lines.joined(separator: "\n")])
    let examples = try task("{\(Self.type), train: 'x.txt'}", in: folder).loaded()
    func shown(_ key: UInt64, tokens: Int, order: BatchPlan.Order) -> [[Int32]] {
      let plan = BatchPlan.evaluation(of: examples, task: 0, tokens: tokens, order: order)
      var batch = PackedBatch()
      var result = [[Int32]](repeating: [], count: examples.count)
      for index in 0..<plan.count {
        batch.fill(index, of: plan, from: [examples], maskingKey: key)
        for (sequence, example) in zip(batch.parts[0].sequences, batch.parts[0].examples) {
          let rows = Int(batch.sequenceStarts[sequence])..<Int(batch.sequenceStarts[sequence + 1])
          result[Int(example)] = Array(batch.ids[rows])
        }
      }
      return result
    }
    let one = shown(5, tokens: 1000, order: .input)
    #expect(shown(5, tokens: 20, order: .length) == one)
    #expect(shown(6, tokens: 1000, order: .input) != one)
  }

  @Test("What such a task can't have is refused")
  func refused() throws {
    let folder = try Folder(["x.txt": "a\n", "x.tsv": "a\tb\n"])
    func problem(_ members: String) -> String {
      message(in: folder) { _ = try task("{\(Self.type), \(members)}", in: folder).loaded() }
    }
    #expect(
      problem("train: 'x.txt', labels: ['a', 'b']").contains(
        "it in a task of type \"masked-language-modelling\""))
    #expect(problem("train: 'x.txt', columns: {label: 0}").contains("label"))
    #expect(
      problem("train: 'x.txt', stride: 3").contains("expected it only in tasks of type \"span-extraction\""))
    #expect(
      problem("train: 'x.txt', columns: {text: 'a'}").contains("a number from 0, as there is no header"))
    let unlabelled = message(in: folder) {
      _ = try task("{type: 'classification', train: {file: 'x.txt', format: 'lines'}}", in: folder).loaded()
    }
    #expect(
      unlabelled.contains("found columns without a label, expected a label to learn from"), "\(unlabelled)")
  }
}
