import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Training

/// Which heads go on when training starts from a checkpoint.
@Suite struct HeadStartTests {
  private func task(_ name: String, _ members: String, rows: String, in folder: URL) throws -> TaskDefinition
  {
    try Data(rows.utf8).write(to: folder.appendingPathComponent("\(name).tsv"))
    let text = "{ tasks: { \(name): { \(members), train: \"\(name).tsv\" } } }"
    let file = folder.appendingPathComponent("tasks.json5").path
    return try TaskFile.parse(text, file: file, types: HeadKind.taskTypes).tasks[0]
  }

  @Test("Labels and ranges are the checkpoint's where the rows have no others")
  func resolving() throws {
    try ModelFolderTests.withFolder(try TestModel.make()) { folder in
      let checkpoint = try ModelFolder(folder)
      func labels(_ name: String, _ labels: [String]) throws -> [String] {
        let rows = "text\tlabel\n" + labels.map { "a\t\($0)\n" }.joined()
        let type = "type: \"classification\""
        return try checkpoint.resolved(task(name, type, rows: rows, in: folder)).labels
      }
      #expect(try labels("topic", ["dusk", "day"]) == ["day", "night", "dusk"])
      #expect(try labels("topic", ["dusk", "day", "noon"]) == ["day", "dusk", "noon"])
      #expect(try labels("other", ["dusk", "day"]) == ["day", "dusk"])
      func range(_ scores: [Double]) throws -> ClosedRange<Double>? {
        let rows = "text\tpair\tlabel\n" + scores.map { "a\tb\t\($0)\n" }.joined()
        return try checkpoint.resolved(
          task("closeness", "type: \"similarity\"", rows: rows, in: folder)
        ).range
      }
      #expect(try range([1, 4]) == 0...5)
      #expect(try range([1, 7]) == 1...7)
    }
  }

  @Test(
    "A head goes on where name, type, kind, labels and shapes are the same, and starts anew as a whole elsewhere"
  )
  func heads() throws {
    let before = try TestModel.make(seed: 9)
    try ModelFolderTests.withFolder(before) { folder in
      var tasks = TestModel.tasks()
      tasks[0].labels = ["night", "day", "dusk"]
      tasks[2].head = .init(type: "san")
      tasks[3].head.name = "entailment"
      let (model, report) = try ModelFolder(folder).modelForTraining(
        tasks, seed: 3, device: Device(threads: 1))
      #expect(
        report.heads == [
          HeadStart(name: "topic", kind: .other("its labels are day, night, dusk there")),
          HeadStart(name: "closeness", kind: .kept),
          HeadStart(name: "paraphrase", kind: .other("it is of kind linear there")),
          HeadStart(name: "entailment", kind: .new), HeadStart(name: "nli", kind: .kept),
          HeadStart(name: "answers", kind: .kept),
        ])
      #expect(report.keptHeads == ["closeness", "nli", "answers"] && report.unusedHeads == [])
      let fresh = try Model.new(
        TestModel.configuration, tokenizer: before.tokenizer, tasks: tasks, seed: 3,
        device: Device(threads: 1))
      for entry in model.parameters.layout.entries where entry.name.hasPrefix("heads.") {
        let isKept = report.keptHeads.contains { entry.name.hasPrefix("heads.\($0).") }
        #expect(
          model.parameters[entry.name] == (isKept ? before : fresh).parameters[entry.name], "\(entry.name)")
      }
    }
  }

  @Test("A head whose name goes on behind another's and a dot is neither taken for it nor with it")
  func dottedNames() throws {
    func task(_ name: String, _ labels: [String]) -> TaskDefinition {
      TaskDefinition(
        name: name, type: .classification, columns: [.text: .name("text"), .label: .name("label")],
        labels: labels)
    }
    let (coarse, fine) = (task("sst", ["a", "b"]), task("sst.fine", ["x", "y", "z"]))
    let before = try TestModel.make(tasks: [coarse, fine], seed: 9)
    func starts(_ tasks: [TaskDefinition]) throws -> (Model, ModelFolder.LoadingReport) {
      var result: (Model, ModelFolder.LoadingReport)?
      try ModelFolderTests.withFolder(before) { folder in
        result = try ModelFolder(folder).modelForTraining(tasks, seed: 3, device: Device(threads: 1))
      }
      return try #require(result)
    }
    let (_, alone) = try starts([coarse])
    #expect(alone.heads == [HeadStart(name: "sst", kind: .kept)])
    #expect(alone.unusedHeads == ["sst.fine"])
    // The head of `sst` starts anew; that of `sst.fine` goes on.
    let (model, report) = try starts([task("sst", ["b", "a"]), fine])
    #expect(report.keptHeads == ["sst.fine"] && report.unusedHeads == [])
    let layout = model.parameters.layout.entries.filter { $0.name.hasPrefix("heads.sst.fine.") }
    #expect(!layout.isEmpty)
    for entry in layout { #expect(model.parameters[entry.name] == before.parameters[entry.name]) }
  }
}
