import Networks
import Tasks
import Testing
import Training

/// Aggregations of running averages, in steps that hold one task of several. The learning rate is too small to change a
/// gradient, and each batch holds all rows of a task: whatever differs between two of its steps comes from the averages.
@Suite struct AveragedGradientTests {
  private static func run(
    _ aggregation: String, sharing: String = "hard", epochs: Int, weighting: String = "equal"
  ) throws -> SmallRun {
    let sharing = try #require(SharingDefinition(spelling: sharing))
    return try SmallRun(tasks: ["one", "two", "three", "four"], sharing: sharing, dropout: 0) { options in
      options.aggregation = aggregation
      options.weighting = weighting
      options.mixing = .batches
      options.batchSize = .examples(12)
      options.learningRate = 1e-12
      options.optimizer.weightDecay = 0
      options.epochs = epochs
    }
  }

  @Test(
    "What one group's average puts into a step is not another's gradient in the next",
    arguments: ["moco", "db-mtl"])
  func groups(_ aggregation: String) throws {
    let run = try Self.run(aggregation, sharing: "groups:of=one:1;two:2;three:1;four:2", epochs: 6)
    #expect(run.steps.count == 24)
    for task in ["one", "two", "three", "four"] {
      let norms = run.steps.compactMap { $0.gradients?.norms.first { $0.task == task }?.value }
      try #require(norms.count == 6 && norms[0] > 0)
      for norm in norms { #expect(abs(norm - norms[0]) < 1e-4 * norms[0], "\(task): \(norms)") }
    }
  }

  @Test("A task's average counts by the task's last weight in steps without its rows")
  func weights() throws {
    // What a task's head adds to the norm of a step is known from steps that are the sum of one gradient.
    var heads: [String: Double] = [:]
    for step in try Self.run("sum", epochs: 1).steps {
      let shared = try #require(step.gradients?.norms.first)
      heads[shared.task] = (step.gradientNorm * step.gradientNorm - shared.value * shared.value).squareRoot()
    }
    let norms = try Self.run("moco", epochs: 20, weighting: "inverse-norm").steps.suffix(4).map { step in
      let present = try #require(step.losses.first)
      let own = present.weight * (try #require(heads[present.task]))
      return (step.gradientNorm * step.gradientNorm - own * own).squareRoot()
    }
    let least = try #require(norms.min())
    let greatest = try #require(norms.max())
    #expect(greatest < 1.1 * least, "\(norms)")
  }
}
