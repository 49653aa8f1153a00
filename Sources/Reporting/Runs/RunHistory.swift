/// What happened in a run, as its `metrics.jsonl` tells it: every list in the order of its steps, one entry a step.
package struct RunHistory: Sendable, Equatable {
  /// A logged step of the optimizer.
  package struct Step: Sendable, Equatable {
    package struct Task: Sendable, Equatable {
      package var name: String
      /// Nil where the loss was not a finite number.
      package var loss: Double?
      package var weight: Double?
    }

    package var step: Int
    package var epoch: Int?
    package var learningRate: Double?
    /// The norm of the whole gradient, before clipping.
    package var gradientNorm: Double?
    package var tokensPerSecond: Double?
    /// The tasks that had rows in the step.
    package var tasks: [Task]
  }

  /// The tasks' gradients at one step.
  package struct Gradients: Sendable, Equatable {
    package struct Norm: Sendable, Equatable {
      package var task: String
      package var norm: Double?
    }

    package struct Cosine: Sendable, Equatable {
      package var first: String
      package var second: String
      package var cosine: Double?
    }

    package var step: Int
    package var norms: [Norm]
    package var cosines: [Cosine]
  }

  /// Dev figures after a step.
  package struct Evaluation: Sendable, Equatable {
    package struct Task: Sendable, Equatable {
      package var name: String
      package var metrics: [Metric]

      package subscript(metric: String) -> Double? { metrics.first { $0.name == metric }?.value }
    }

    package struct Metric: Sendable, Equatable {
      package var name: String
      /// Nil where the metric is not defined on the examples.
      package var value: Double?
    }

    package var step: Int
    package var score: Double?
    /// Whether it was the best up to then.
    package var isBest: Bool
    package var tasks: [Task]

    package subscript(task: String) -> Task? { tasks.first { $0.name == task } }
  }

  package var steps: [Step]
  package var gradients: [Gradients]
  package var evaluations: [Evaluation]

  package init(steps: [Step] = [], gradients: [Gradients] = [], evaluations: [Evaluation] = []) {
    self.steps = steps
    self.gradients = gradients
    self.evaluations = evaluations
  }

  /// The evaluation whose parameters were kept.
  package var best: Evaluation? { evaluations.last(where: \.isBest) }

  /// The last step that anything is known of.
  package var lastStep: Int {
    max(steps.last?.step ?? 0, gradients.last?.step ?? 0, evaluations.last?.step ?? 0)
  }

  package var isEmpty: Bool { steps.isEmpty && gradients.isEmpty && evaluations.isEmpty }

  /// Every task that is named, in the order in which they first occur.
  package var tasks: [String] {
    var seen: Set<String> = []
    let named =
      steps.flatMap { $0.tasks.map(\.name) } + gradients.flatMap { $0.norms.map(\.task) }
      + gradients.flatMap { $0.cosines.flatMap { [$0.first, $0.second] } }
      + evaluations.flatMap { $0.tasks.map(\.name) }
    return named.filter { seen.insert($0).inserted }
  }
}
