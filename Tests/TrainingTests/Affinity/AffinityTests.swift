import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Training

/// What tasks are to each other, measured while a small model is trained.
@Suite struct AffinityTests {
  private static func run(_ change: (inout TrainingOptions) -> Void) throws -> SmallRun {
    try SmallRun(tasks: ["one", "contrary", "other"]) { options in
      options.batchSize = .examples(36)
      change(&options)
    }
  }

  @Test("For small steps Z · L is the rate times the inner product of the gradients, for every ordered pair")
  func firstOrder() throws {
    let rate = 0.05
    let run = try Self.run { options in
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

  @Test("Measuring changes nothing that is learned, whatever is tried", arguments: [10, 1e30])
  func harmless(_ rate: Double) throws {
    let without = try Self.run { $0.gradientLogInterval = 0 }
    let with = try Self.run {
      $0.affinityInterval = 2
      $0.lookaheadRate = rate
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
