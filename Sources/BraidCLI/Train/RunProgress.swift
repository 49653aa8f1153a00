import CommandLineOptions
import Training

/// Shows a run while it goes on: the progress line with each task's running loss, and a line for each evaluation.
final class RunProgress {
  private let reporter = ProgressReporter(logInterval: 10)
  private var tasks: [String] = []
  private var losses: [String: RunningMean] = [:]
  private var tokenRate = RunningMean()
  private var begin = ContinuousClock.now
  private var firstStep = 0
  private var state: ProgressState?

  func report(_ event: TrainingEvent) {
    switch event {
    case .started(let summary):
      tasks = summary.tasks.map(\.name)
      firstStep = summary.firstStep
      begin = ContinuousClock.now
    case .stepped(let step): show(step)
    case .skipped(let skipped): reporter.print("left out: \(skipped.reason)")
    case .planned(let plan): reporter.print("Memory: \(plan)\n")
    case .evaluating: break
    case .evaluated(let evaluation): reporter.print(Self.line(evaluation))
    }
  }

  func finish() { reporter.finish() }

  private func show(_ step: StepReport) {
    for loss in step.losses { losses[loss.task, default: RunningMean()].add(loss.loss) }
    tokenRate.add(Double(step.tokens) / max(step.seconds, 1e-9))
    // Evaluations are in the time that is over, so they are in what is left too.
    let perStep = (ContinuousClock.now - begin).seconds / Double(max(step.step - firstStep, 1))
    reporter.update(
      ProgressState(
        epoch: step.epoch, epochs: step.epochs, step: step.step, steps: step.steps,
        losses: tasks.map { .init(task: $0, value: losses[$0]?.value) },
        tokensPerSecond: tokenRate.value, secondsLeft: perStep * Double(step.steps - step.step)))
  }

  /// `step 120  dev  sst 0.876  mrpc 0.815  score 0.846 *`: each task's main metric, and a star for the best so far.
  private static func line(_ evaluation: EvaluationReport) -> String {
    guard !evaluation.tasks.isEmpty else { return "step \(evaluation.step)  no dev data; checkpoint kept" }
    let figures = evaluation.tasks.map { task in
      "\(task.task) \(shownFigure(task.values.first?.value, decimals: 3))"
    }
    let score = "score \(shownFigure(evaluation.score, decimals: 3))" + (evaluation.isBest ? " *" : "")
    return (["step \(evaluation.step)  dev"] + figures + [score]).joined(separator: "  ")
  }
}

/// A mean in which older values count less and less, right from the first.
private struct RunningMean {
  private var sum = 0.0
  private var weight = 0.0
  private static let decay = 0.97

  mutating func add(_ value: Double) {
    sum = Self.decay * sum + value
    weight = Self.decay * weight + 1
  }

  /// Nil before the first value.
  var value: Double? { weight > 0 ? sum / weight : nil }
}
