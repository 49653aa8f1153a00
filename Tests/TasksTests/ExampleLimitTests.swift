import Tasks
import Testing

/// Rows, texts and labels that are more than 32 bits count, with a smaller limit in place of 2³¹.
@Suite("More than examples can count") struct ExampleLimitTests {
  private static func builder(_ type: TaskType, limit: Int) -> ExampleBuilder {
    ExampleBuilder(type: type, isLabelled: true, encoder: WordEncoder(), maximumLength: 8, limit: limit)
  }

  /// What is said to the row that is one too many, and how many rows there were before it.
  private static func refusal(
    _ builder: ExampleBuilder, _ append: (inout ExampleBuilder, Int) throws -> Void
  ) -> (rows: Int, message: String) {
    var builder = builder
    for row in 0..<100 {
      do { try append(&builder, row) } catch { return (row, "\(error)") }
    }
    return (100, "")
  }

  @Test(
    "rows, bytes, examples, words and labels are refused by their number, and what comes up to the limit is not"
  )
  func refused() {
    let rows = Self.refusal(Self.builder(.classification, limit: 5)) { builder, row in
      try builder.append("a", target: .label(0), row: row, line: row + 1)
    }
    #expect(rows.rows == 5)
    #expect(
      rows.message
        == "text 6: found 6 rows, expected at most 5 in one split: leave some out, or divide it")

    // Lines are counted apart: a table may have empty ones, and a header.
    let lines = Self.refusal(Self.builder(.classification, limit: 20)) { builder, row in
      try builder.append("a", target: .label(0), row: row, line: 10 * row + 1)
    }
    #expect(lines.rows == 2 && lines.message.contains("found 21 rows"))

    let bytes = Self.refusal(Self.builder(.similarity, limit: 50)) { builder, row in
      let text = String(repeating: "a", count: 10 * row + 1)
      try builder.append(text, text, target: .score(0), row: row, line: row + 1)
    }
    #expect(bytes.rows == 3 && bytes.message == "text 4: found 62 bytes, expected at most 50")

    // Contexts that are longer than an example come in several.
    let examples = Self.refusal(Self.builder(.spanExtraction, limit: 40)) { builder, row in
      try builder.append(
        "q", "b c d e f g h i j k l m n o", target: .answers([0..<1]), row: row, line: row + 1)
    }
    #expect(examples.rows > 0 && examples.message.contains(" tokens, expected at most 40 in one split"))

    let words = Self.refusal(Self.builder(.tokenLabelling, limit: 10)) { builder, row in
      try builder.append("a b c", target: .tags([0, 1, 0]), row: row, line: row + 1)
    }
    #expect(words.rows == 3 && words.message.contains("text 4: found 12 words, expected at most 10"))

    let labels = Self.refusal(Self.builder(.multiLabel, limit: 10)) { builder, row in
      try builder.append("a", target: .labelSet([0, 1, 2]), row: row, line: row + 1)
    }
    #expect(labels.rows == 3 && labels.message.contains("text 4: found 12 labels, expected at most 10"))
  }

  @Test("the limit is that of 32 bits")
  func limit() {
    var builder = ExampleBuilder(
      type: .classification, isLabelled: true, encoder: WordEncoder(), maximumLength: 8)
    #expect(throws: Never.self) {
      try builder.append("a", target: .label(0), row: 2_147_483_643, line: 2_147_483_644)
    }
    #expect(throws: DataError.self) {
      try builder.append("a", target: .label(0), row: 2_147_483_644, line: 2_147_483_645)
    }
    #expect(throws: DataError.self) { try builder.append("a", target: .label(0), row: .max - 1, line: 1) }
  }
}
