import Foundation
import Networks
import Tasks
import Testing
import Training

/// A run of a small model on a few tasks of two classes, twelve rows each of the same texts.
final class SmallRun {
  let trainer: Trainer
  private(set) var steps: [StepReport] = []

  init(
    tasks names: [String], sharing: SharingDefinition = .hard, dropout: Float? = nil,
    _ change: (inout TrainingOptions) -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "braid-small-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let words = ["lamp", "lamps", "dim", "glow", "è", "the"]
    var members: [String] = []
    for (task, name) in names.enumerated() {
      var rows = "text\tlabel\n"
      for row in 0..<12 {
        let text = (0..<3).map { words[(row * (2 * $0 + 1) + row / 3) % 6] }.joined(separator: " ")
        let labels = [row % 2, 1 - row % 2, row / 3 % 2, row / 2 % 2]
        rows += "\(text)\t\(labels[task])\n"
      }
      try Data(rows.utf8).write(to: folder.appendingPathComponent("\(name).tsv"))
      members.append(
        "\(name): { type: \"classification\", train: \"\(name).tsv\", labels: [\"0\", \"1\"] }")
    }
    let file = folder.appendingPathComponent("tasks.json5").path
    let tasks = try TaskFile.parse(
      "{ tasks: { \(members.joined(separator: ", ")) } }", file: file, types: HeadKind.taskTypes
    ).tasks
    let model = try TestModel.make(tasks: tasks, sharing: sharing, dropout: dropout)
    var options = TrainingOptions()
    options.epochs = 4
    options.warmUp = 0
    options.gradientLogInterval = 1
    change(&options)
    trainer = try Trainer(model, options: options)
    _ = try trainer.run(report: { if case .stepped(let step) = $0 { steps.append(step) } })
  }
}
