import Balancing
import Foundation
import Randomness
import Testing

/// What holds for every weighting that a run can name.
@Suite struct EveryWeightingTests {
  private static let names = TaskWeightingKind.names

  private static let adjustments = [
    WeightingAdjustment(),
    WeightingAdjustment(smoothing: 0.9, limits: 0.01...10, takesLogarithms: true),
  ]

  private func kind(_ name: String) throws -> any TaskWeighting.Type {
    try #require(TaskWeightingKind.named(name))
  }

  /// Steps of a made-up run with whatever a weighting may need; losses are at times zero, and tasks at times absent.
  private struct Run {
    private let tasks: Int
    private let oneTaskABatch: Bool
    private var generator = SplitMix64(seed: 5, stream: "weightings")
    private var step = 0

    init(tasks: Int, oneTaskABatch: Bool) {
      self.tasks = tasks
      self.oneTaskABatch = oneTaskABatch
    }

    /// - Returns: the weights that each gives.
    mutating func take(with weightings: inout [any TaskWeighting]) -> [[Double]] {
      let chosen = generator.next(below: tasks)
      func numbers() -> [Double?] {
        (0..<tasks).map { task in
          let value = generator.next(below: 6) == 0 ? 0 : generator.nextUniform() * 3
          let isPresent = oneTaskABatch ? task == chosen : task == chosen || generator.next(below: 4) > 0
          return isPresent ? value : nil
        }
      }
      let losses = numbers()
      let after = numbers()
      var input = WeightingInput(losses: losses, step: step, epoch: step / 7, seed: 3)
      func present(_ values: [Double?]) -> [Double?] { zip(losses, values).map { $0 == nil ? nil : $1 ?? 0 } }
      input.gradientNorms = present(numbers())
      input.entropies = present(numbers().map { $0.map { $0 / 3 } })
      input.variances = present(numbers())
      let metrics = step % 5 == 4 ? numbers().map { $0.map { $0 / 3 } } : nil
      step += 1
      return weightings.indices.map { index in
        let weights = weightings[index].weights(for: input)
        weightings[index].observe(lossesAfterStep: present(after))
        if let metrics { weightings[index].observe(metrics: metrics) }
        return weights
      }
    }
  }

  @Test(
    "Weights are finite and not negative, one a task, for any batch",
    arguments: names, [1, 2, 20])
  func finite(name: String, tasks: Int) throws {
    for adjustment in Self.adjustments {
      for oneTaskABatch in [false, true] {
        var run = Run(tasks: tasks, oneTaskABatch: oneTaskABatch)
        var weighting = [try kind(name).init(weightedTasks(tasks)).adjusted(by: adjustment, tasks: tasks)]
        for _ in 0..<200 {
          let weights = run.take(with: &weighting)[0]
          #expect(weights.count == tasks)
          #expect(weights.allSatisfy { $0.isFinite && $0 >= 0 && Float($0).isFinite }, "\(weights)")
        }
      }
    }
  }

  @Test("Losses of zero throughout keep weights finite for a long time", arguments: names)
  func zeros(name: String) throws {
    var weighting = try kind(name).init(weightedTasks(2))
    let zeros: [Double?] = [0, 0]
    for step in 0..<20_000 {
      let weights = weighting.weights(
        for: WeightingInput(
          losses: zeros, gradientNorms: zeros, entropies: zeros, variances: zeros, step: step,
          epoch: step / 1000))
      weighting.observe(lossesAfterStep: zeros)
      if step % 1000 == 999 { weighting.observe(metrics: zeros) }
      guard weights.allSatisfy({ $0.isFinite && $0 >= 0 && Float($0).isFinite }) else {
        Issue.record("step \(step): \(weights)")
        return
      }
    }
  }

  @Test("A run that tells nothing but losses gives weights all the same", arguments: names)
  func lossesAlone(name: String) throws {
    var weighting = try kind(name).init(weightedTasks(3))
    for step in 0..<20 {
      let weights = weighting.weights(
        for: WeightingInput(losses: [0.5, nil, 2], step: step, epoch: step / 4))
      #expect(weights.count == 3)
      #expect(weights.allSatisfy { $0.isFinite && $0 >= 0 })
    }
  }

  @Test("State that is put back goes on alike", arguments: names)
  func state(name: String) throws {
    for adjustment in Self.adjustments {
      for steps in [0, 1, 6, 23] {
        var run = Run(tasks: 3, oneTaskABatch: steps == 6)
        let new = try kind(name).init(weightedTasks(3)).adjusted(by: adjustment, tasks: 3)
        var weightings: [any TaskWeighting] = [new]
        for _ in 0..<steps { _ = run.take(with: &weightings) }
        var resumed = new
        #expect(resumed.state.count == weightings[0].state.count)
        resumed.state = weightings[0].state
        weightings.append(resumed)
        for _ in 0..<20 {
          let weights = run.take(with: &weightings)
          #expect(weights[0].map(\.bitPattern) == weights[1].map(\.bitPattern))
          #expect(weightings[0].state.map(\.bitPattern) == weightings[1].state.map(\.bitPattern))
        }
      }
    }
  }

  @Test("What a weighting needs changes its weights", arguments: names)
  func needs(name: String) throws {
    let kind = try kind(name)
    for need in WeightingNeed.allCases {
      var told = kind.init(weightedTasks(2))
      var untold = told
      for step in 0..<8 {
        let plain = WeightingInput(losses: [0.5, 2], step: step)
        var input = plain
        switch need {
        case .gradientNorms: input.gradientNorms = [0.2, 3]
        case .entropies: input.entropies = [0.2, 0.9]
        case .variances: input.variances = [0.2, 0.9]
        case .metrics: told.observe(metrics: [0.2 + 0.05 * Double(step), 0.9])
        case .lossesAfterStep: break
        }
        let weights = told.weights(for: input)
        let others = untold.weights(for: plain)
        if need == .lossesAfterStep { told.observe(lossesAfterStep: [0.3, 1.9]) }
        if step == 7 { #expect((weights != others) == kind.needs.contains(need), "\(need)") }
      }
    }
  }
}
