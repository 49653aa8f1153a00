import Testing

@Suite("braid baseline") struct BaselineTests {
  @Test("a word that decides is found, and so is what two texts share")
  func separable() throws {
    let tasks = try TinyTasks.shared.get()
    let run = try tasks.braid(["baseline", "tiny.json5", "--json"])
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("{\"mood\": {\"accuracy\": 1"), "\(run.output)")
    #expect(run.output.contains("\"same\": {\"accuracy\": 1"), "\(run.output)")
    #expect(run.output == (try tasks.braid(["baseline", "tiny.json5", "--json"]).output))
  }

  @Test("the order of words is lost on it")
  func order() throws {
    let tasks = try TinyTasks()
    for split in ["train", "dev"] {
      let rows = (0..<40).map { $0 % 2 == 0 ? "soup before cake\tfirst" : "cake before soup\tlast" }
      try tasks.write("text\tlabel\n" + rows.joined(separator: "\n") + "\n", to: "order-\(split).tsv")
    }
    try tasks.write(
      """
      { tasks: { order: {
          type: "classification", train: "order-train.tsv", dev: "order-dev.tsv", labels: ["first", "last"] } } }
      """, to: "order.json5")
    let run = try tasks.braid(["baseline", "order.json5"])
    #expect(run.output.contains("order  accuracy  0.5000  40 dev examples"), "\(run.output)")
  }

  @Test("a split that no task has is said")
  func noSplit() throws {
    let tasks = try TinyTasks()
    try tasks.write(
      "{ tasks: { mood: { type: \"classification\", train: \"mood-train.tsv\", labels: [\"negative\", \"positive\"] } } }",
      to: "bare.json5")
    let run = try tasks.braid(["baseline", "bare.json5", "--split", "test"])
    #expect(run.status == 1)
    #expect(run.messages.contains("none of the tasks has test data: mood"), "\(run.messages)")
  }
}
