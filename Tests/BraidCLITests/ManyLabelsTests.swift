import Foundation
import Testing

@Suite("A task of a million labels") struct ManyLabelsTests {
  /// All that a process may write to, in kilobytes; where the system has such a limit.
  private static let limit = 1_500_000

  @Test("is trained and asked within bounds; messages and tables don't grow with the labels")
  func million() throws {
    let tasks = try TinyTasks()
    var table = "text\tlabel\n"
    for label in 0..<1_000_000 { table += "soup \(label % 50)\tl\(label)\n" }
    try tasks.write(table, to: "million.tsv")
    try tasks.write("text\tlabel\nsoup 1\tl5\nsoup 2\tl999999\n", to: "few.tsv")
    try tasks.write("text\tlabel\nsoup 1\tl5\nsoup 2\tl1000000\n", to: "other.tsv")
    try tasks.write(
      "{ tasks: { a: { type: 'classification', train: { file: 'million.tsv', sample: 2 }, dev: 'few.tsv' } } }",
      to: "million.json5")
    func braid(_ arguments: String) throws -> BraidProcess {
      try BraidProcess.shell("ulimit -d \(Self.limit); exec \"$BRAID\" \(arguments)", in: tasks.folder)
    }

    let run = try braid(
      "train million.json5 -o million --epochs 1 --batch-size 2 --hidden 8 --layers 1 --heads 1 "
        + "--vocab-size 200 --threads 1")
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("2 dev examples"), "\(run.output)")

    let test = try braid("test million few.tsv --report page.html")
    #expect(test.status == 0, "\(test.messages)")
    #expect(test.output.hasPrefix("N\t2\nP@1\t") && tasks.exists("page.html"))
    #expect(try tasks.read("page.html").count < 10_000_000)

    let confusion = try braid("test million few.tsv --confusion")
    #expect(confusion.status == 1)
    #expect(
      confusion.messages
        == "braid test: task 'a' has 1,000,000 labels, and --confusion prints a row and a column for each "
        + "of at most 1,000: --per-label has the figures of each, --report FILE the labels that most mistakes are about\n"
    )

    let unknown = try braid("test million other.tsv")
    #expect(unknown.status == 1)
    #expect(
      unknown.messages.hasPrefix(
        "braid test: other.tsv:3: column \"label\": found \"l1000000\", expected \"l0\", "))
    #expect(unknown.messages.hasSuffix("or 999988 others, or an id from 0 to 999999\n"))
    #expect(unknown.messages.utf8.count < 300)
  }
}
