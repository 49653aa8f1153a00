import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Tokenization
import Training

/// What tasks are to each other, measured while a small model is trained.
@Suite struct AffinityTests {
  private final class Run {
    let trainer: Trainer
    var steps: [StepReport] = []

    /// Three tasks, all of whose rows are in every step.
    init(_ folder: URL, _ change: (inout TrainingOptions) -> Void) throws {
      let words = ["lamp", "lamps", "dim", "glow", "è", "the"]
      var files = ["", "", ""].map { _ in "text\tlabel\n" }
      for row in 0..<12 {
        let text = (0..<3).map { words[(row * (2 * $0 + 1) + row / 3) % 6] }.joined(separator: " ")
        files[0] += "\(text)\t\(row % 2)\n"
        files[1] += "\(text)\t\(1 - row % 2)\n"
        files[2] += "\(text)\t\(row / 3 % 2)\n"
      }
      var members: [String] = []
      for (name, text) in zip(["one", "contrary", "other"], files) {
        try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).tsv"))
        members.append(
          "\(name): { type: \"classification\", train: \"\(name).tsv\", labels: [\"0\", \"1\"] }")
      }
      let file = folder.appendingPathComponent("tasks.json5").path
      let tasks = try TaskFile.parse(
        "{ tasks: { \(members.joined(separator: ", ")) } }", file: file, types: HeadKind.taskTypes
      ).tasks
      let model = try TestModel.make(tasks: tasks)
      var options = TrainingOptions()
      options.epochs = 4
      options.batchSize = .examples(36)
      options.warmUp = 0
      options.gradientLogInterval = 1
      change(&options)
      trainer = try Trainer(model, options: options)
      _ = try trainer.run(report: { if case .stepped(let step) = $0 { steps.append(step) } })
    }
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "braid-affinity-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("For small steps Z · L is the rate times the inner product of the gradients, for every ordered pair")
  func firstOrder() throws {
    try withFolder { folder in
      let rate = 0.05
      let run = try Run(folder) { options in
        options.epochs = 1
        options.affinityInterval = 1
        options.lookaheadRate = rate
      }
      let affinity = run.trainer.affinity
      #expect(affinity.steps == 1 && affinity.tasks == ["one", "contrary", "other"])
      let gradients = try #require(run.steps[0].gradients)
      let norms = gradients.norms.map(\.value)
      let losses = run.steps[0].losses.map(\.loss)
      try #require(norms.count == 3 && losses.count == 3)
      for source in 0..<3 {
        for target in 0..<3 {
          let cosine = try #require(affinity.cosine(source, target))
          if let logged = gradients.cosines.first(where: {
            $0.first == affinity.tasks[min(source, target)]
              && $0.second == affinity.tasks[max(source, target)]
          }) {
            #expect(cosine == logged.value)
          } else {
            #expect(source == target && cosine == 1)
          }
          let expected = rate * cosine * norms[source] * norms[target]
          let found = try #require(affinity.lookahead(from: source, to: target)) * losses[target]
          let scale = rate * norms[source] * norms[target]
          #expect(abs(found - expected) < 0.03 * scale, "\(source) to \(target): \(found), not \(expected)")
        }
      }
      // A small step along its own gradient lowers every loss.
      for task in 0..<3 { #expect(affinity.matrix[task][task] > 0) }
    }
  }

  @Test("Measuring changes nothing that is learned, whatever is tried")
  func harmless() throws {
    try withFolder { folder in
      let without = try Run(folder) { $0.gradientLogInterval = 0 }
      let with = try Run(folder) {
        $0.affinityInterval = 2
        $0.lookaheadRate = 10
      }
      #expect(with.trainer.affinity.steps == 2 && without.trainer.affinity.steps == 0)
      #expect(without.trainer.affinity.lookahead(from: 0, to: 1) == nil)
      for entry in with.trainer.model.parameters.layout.entries {
        #expect(
          with.trainer.model.parameters[entry.name] == without.trainer.model.parameters[entry.name],
          "\(entry.name)")
      }
    }
  }
}
