/// What happened in a run, as its `metrics.jsonl` tells it: every list in the order of the log.
package struct RunHistory: Sendable, Equatable {
  /// A logged step of the optimizer.
  package struct Step: Sendable, Equatable {
    package struct Task: Sendable, Equatable {
      package var name: String
      /// Nil where the loss was not a finite number.
      package var loss: Double?
      package var weight: Double?

      package init(name: String, loss: Double? = nil, weight: Double? = nil) {
        self.name = name
        self.loss = loss
        self.weight = weight
      }
    }

    package var step: Int
    package var epoch: Int?
    package var learningRate: Double?
    /// The norm of the whole gradient, before clipping.
    package var gradientNorm: Double?
    package var tokensPerSecond: Double?
    /// The tasks that had rows in the step.
    package var tasks: [Task]

    package init(
      step: Int, epoch: Int? = nil, learningRate: Double? = nil, gradientNorm: Double? = nil,
      tokensPerSecond: Double? = nil, tasks: [Task]
    ) {
      self.step = step
      self.epoch = epoch
      self.learningRate = learningRate
      self.gradientNorm = gradientNorm
      self.tokensPerSecond = tokensPerSecond
      self.tasks = tasks
    }
  }

  /// The tasks' gradients at one step.
  package struct Gradients: Sendable, Equatable {
    package struct Norm: Sendable, Equatable {
      package var task: String
      package var norm: Double?

      package init(task: String, norm: Double?) {
        self.task = task
        self.norm = norm
      }
    }

    package struct Cosine: Sendable, Equatable {
      package var first: String
      package var second: String
      package var cosine: Double?

      package init(first: String, second: String, cosine: Double?) {
        self.first = first
        self.second = second
        self.cosine = cosine
      }
    }

    package var step: Int
    package var norms: [Norm]
    package var cosines: [Cosine]

    package init(step: Int, norms: [Norm] = [], cosines: [Cosine] = []) {
      self.step = step
      self.norms = norms
      self.cosines = cosines
    }
  }

  /// Dev figures after a step.
  package struct Evaluation: Sendable, Equatable {
    package struct Task: Sendable, Equatable {
      package var name: String
      package var metrics: [Metric]

      package init(name: String, metrics: [Metric]) {
        self.name = name
        self.metrics = metrics
      }

      package subscript(metric: String) -> Double? { metrics.first { $0.name == metric }?.value }
    }

    package struct Metric: Sendable, Equatable {
      package var name: String
      /// Nil where the metric is not defined on the examples.
      package var value: Double?

      package init(name: String, value: Double?) {
        self.name = name
        self.value = value
      }
    }

    package var step: Int
    package var score: Double?
    /// Whether it was the best up to then.
    package var isBest: Bool
    package var tasks: [Task]

    package init(step: Int, score: Double?, isBest: Bool, tasks: [Task]) {
      self.step = step
      self.score = score
      self.isBest = isBest
      self.tasks = tasks
    }

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
    var names: [String] = []
    for step in steps { names += step.tasks.map(\.name) }
    for entry in gradients {
      names += entry.norms.map(\.task)
      for cosine in entry.cosines { names += [cosine.first, cosine.second] }
    }
    for evaluation in evaluations { names += evaluation.tasks.map(\.name) }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
