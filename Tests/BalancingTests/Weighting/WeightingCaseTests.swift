import Balancing
import Foundation
import TestSupport
import Testing

/// Every case of the fixture that is of a weighting.
@Suite struct WeightingCaseTests {
  private typealias Check = @Sendable (BalancingCase) throws -> Void

  @Test("A weighting gives the numbers of the case", arguments: try BalancingCase.weightings())
  func reproduced(_ run: BalancingCase) throws {
    let check = try #require(Self.checks[run.id], "no check covers \(run.id)")
    try check(run)
  }

  @Test("Every check has its case, and every family of cases is known")
  func covered() throws {
    #expect(Set(try BalancingCase.weightings().map(\.id)) == Set(Self.checks.keys))
    let known = BalancingCase.families.union(BalancingCase.otherFamilies)
    #expect(Set(try BalancingCase.all().map(\.family)).isSubset(of: known))
  }

  private static let checks: [String: Check] = staticChecks.merging(lossChecks) { $1 }
    .merging(learnedChecks) { $1 }.merging(evaluationChecks) { $1 }.merging(normChecks) { $1 }

  // MARK: Static

  private static let staticChecks: [String: Check] = [
    "equal": {
      let losses = try $0.numbers("losses")
      let weights = EqualWeighting(weightedTasks(3)).weights(for: WeightingInput(losses: losses))
      try $0.expect("weights", weights)
      try $0.expect("loss_sum", [sum(weights, losses)])
      try $0.expect("loss_mean", [sum(weights, losses) / 3])
    },
    "inverse_initial_loss": {
      var weighting = InitialLossWeighting(weightedTasks(3))
      _ = weighting.weights(for: WeightingInput(losses: try $0.numbers("initial_losses")))
      let losses = try $0.numbers("losses")
      let weights = weighting.weights(for: WeightingInput(losses: losses))
      try $0.expect("weights", weights)
      try $0.expect("weighted_losses", zip(weights, losses).map(*))
      try $0.expect("loss", [sum(weights, losses)])
    },
    // The prior losses themselves are computed where the labels are counted.
    "prior_loss": {
      let losses = try $0.numbers("losses")
      let priors = try #require($0.expected["prior_losses"]).numbers
      let weighting = PriorWeighting(weightedTasks(3, priors: priors))
      let weights = weighting.weights(for: WeightingInput(losses: losses))
      try $0.expect("weights", weights)
      try $0.expect("weighted_losses", zip(weights, losses).map(*))
    },
    "prior_loss_logC": {
      let weighting = PriorWeighting(weightedTasks(3, priors: try $0.numbers("num_classes").map { log($0) }))
      try $0.expect("weights", weighting.weights(for: WeightingInput(losses: [1, 1, 1])))
    },
  ]

  // MARK: From losses

  private static let lossChecks: [String: Check] = [
    "realtime_inverse": {
      let losses = try $0.numbers("losses")
      let weights = InverseLossWeighting(weightedTasks(3)).weights(for: WeightingInput(losses: losses))
      try $0.expect("weights", weights)
      try $0.expect("loss", [sum(weights, losses)])
      try $0.expect("direction", direction(weights, try $0.rows("gradients")))
    },
    "loss_swapped_2": { try $0.expect("weights", weights(LossSwappedWeighting(weightedTasks(2)), $0)) },
    "loss_swapped_T": { try $0.expect("weights", weights(LossSwappedWeighting(weightedTasks(3)), $0)) },
    "loss_swapped_equal_contribution": {
      let weighted = zip(try weights(LossSwappedWeighting(weightedTasks(3)), $0), try $0.numbers("losses"))
      try $0.expect("weighted_losses", weighted.map(*))
    },
    "dwa": {
      var weighting = try DynamicWeightAverage(weightedTasks(3)).with(["temperature": $0.hyper("temperature")]
      )
      let before = try $0.numbers("loss_epoch_t_minus_2")
      let last = try $0.numbers("loss_epoch_t_minus_1")
      for (epoch, means) in [before, last].enumerated() {
        // Two batches, whose mean is the epoch's.
        for factor in [0.5, 1.5] {
          let input = WeightingInput(losses: means.map { $0 * factor }, epoch: epoch)
          for weight in weighting.weights(for: input) { #expect(abs(weight - 1) < 1e-12) }
        }
      }
      try $0.expect("weights", weighting.weights(for: WeightingInput(losses: [7, 8, 9], epoch: 2)))
    },
    "lbtw": {
      for (key, normalized) in [("weights_paper", false), ("weights_reference_code", true)] {
        var weighting = try LossBalancedWeighting(weightedTasks(3))
          .with(["alpha": $0.hyper("alpha"), "normalized": normalized])
        _ = weighting.weights(for: WeightingInput(losses: [5, 5, 5], epoch: 0))
        let references = try $0.numbers("reference_losses")
        _ = weighting.weights(for: WeightingInput(losses: references, epoch: 1))
        try $0.expect(
          key, weighting.weights(for: WeightingInput(losses: try $0.numbers("losses"), epoch: 1)))
      }
    },
    "gls": {
      let weights = try weights(GeometricLossWeighting(weightedTasks(3)), $0)
      try $0.expect("weights", weights)
      // Each of the T terms is G / T.
      try $0.expect("loss", [sum(weights, try $0.numbers("losses"))])
    },
    "rlw": { try $0.expect("weights", RandomWeighting.weights(of: try $0.numbers("standard_normals"))) },
    "famo": { run in
      var weighting = try FastAdaptiveWeighting(weightedTasks(3))
        .with(["learningRate": run.hyper("lr"), "decay": run.hyper("weight_decay")])
      // Three losses not seen yet, then the logits.
      let logits = try run.numbers("logits")
      weighting.state = [.nan, .nan, .nan] + scalarState(logits)
      let losses = try run.numbers("losses_before")
      try run.expect("weights", weighting.weights(for: WeightingInput(losses: losses)))
      weighting.observe(lossesAfterStep: try run.numbers("losses_after"))
      let after = weighting.state.dropFirst(3)
      try run.expect("logits_after_adam_step1", stride(from: 3, to: 15, by: 4).map { after[$0] })
      // The first moment after one step is a tenth of the slope.
      let decay = try run.hyper("weight_decay")
      try run.expect(
        "grad_logits",
        stride(from: 4, to: 15, by: 4).enumerated().map { after[$1] * 10 - decay * logits[$0] })
    },
    "stch_paper": {
      let weighting = try SmoothTchebycheffWeighting(weightedTasks(3)).with(["smoothness": $0.hyper("mu")])
      try $0.expect("weights", weights(weighting, $0))
    },
    "stch_mtl": {
      var weighting = try NadirTchebycheffWeighting(weightedTasks(3)).with(["smoothness": $0.hyper("mu")])
      let nadir = try $0.numbers("nadir")
      for (weight, loss) in zip(weighting.weights(for: WeightingInput(losses: nadir)), nadir) {
        #expect(abs(weight - 1 / loss) < 1e-9)
      }
      try $0.expect(
        "weights", weighting.weights(for: WeightingInput(losses: try $0.numbers("losses"), epoch: 1)))
    },
  ]

  // MARK: Learned

  private static let learnedChecks: [String: Check] = [
    "uncertainty_kendall_regression": {
      let tasks = weightedTasks(3, loss: .squaredError)
      try learned(UncertaintyWeighting(tasks), "log_var", $0) { $0 / 2 }
    },
    "uncertainty_kendall_classification": {
      try learned(UncertaintyWeighting(weightedTasks(3)), "log_var", $0) { $0 / 2 }
    },
    "uncertainty_revised": {
      try learned(RevisedUncertaintyWeighting(weightedTasks(3)), "log_var", $0) { log(1 + exp($0)) }
    },
    "imtl_l": { try learned(ImpartialLossWeighting(weightedTasks(3)), "log_scale", $0) { -$0 } },
  ]

  /// The weights at given scalars, the sum they are of, the scalars' slopes, and that the optima have none.
  private static func learned(
    _ weighting: some TaskWeighting, _ key: String, _ run: BalancingCase,
    regularizer: (Double) -> Double
  ) throws {
    let scalars = try run.numbers(key)
    let losses = try run.numbers("losses")
    func step(from scalars: [Double]) -> (weights: [Double], slopes: [Double]) {
      var weighting = weighting
      weighting.state = scalarState(scalars)
      let weights = weighting.weights(for: WeightingInput(losses: losses))
      return (weights, stride(from: 1, to: 12, by: 4).map { weighting.state[$0] * 10 })
    }
    let (weights, slopes) = step(from: scalars)
    try run.expect("weights", weights)
    try run.expect("grad_\(key)", slopes)
    try run.expect("loss", [sum(weights, losses) + scalars.map(regularizer).reduce(0, +)])
    if let optimum = run.expected["optimum_\(key)"]?.numbers {
      for slope in step(from: optimum).slopes { #expect(abs(slope) < 1e-9) }
    }
  }

  // MARK: From metrics and predictions

  private static let evaluationChecks: [String: Check] = [
    "inverse_accuracy": {
      var weighting = InverseAccuracyWeighting(weightedTasks(2))
      weighting.observe(metrics: try $0.numbers("accuracies"))
      try $0.expect("weights", weighting.weights(for: WeightingInput(losses: [1, 1])))
    },
    "performance_weighting_seed": {
      var weighting = PerformanceWeighting(weightedTasks(2))
      weighting.observe(metrics: try $0.numbers("accuracies"))
      try $0.expect("weights", weighting.weights(for: WeightingInput(losses: [1, 1])))
    },
    "validation_trend": {
      var weighting = try ValidationTrendWeighting(weightedTasks(2))
        .with(["temperature": $0.hyper("temperature")])
      let history = try $0.rows("metric_history")
      for evaluation in history[0].indices { weighting.observe(metrics: history.map { $0[evaluation] }) }
      try $0.expect("weights", weighting.weights(for: WeightingInput(losses: [1, 1])))
    },
    "dtp": { run in
      let gammas = try #require(run.hyper["gamma"]).numbers
      try #require(Set(gammas).count == 1)
      var weighting = try DynamicTaskPrioritization(weightedTasks(2))
        .with(["alpha": run.hyper("alpha"), "gamma": gammas[0]])
      weighting.observe(metrics: try run.numbers("previous_average"))
      weighting.observe(metrics: try run.numbers("kpi"))
      try run.expect("kpi_average", weighting.state)
      try run.expect("weights", weighting.weights(for: WeightingInput(losses: [1, 1])))
    },
    "max_entropy_seed": {
      let entropies = try $0.rows("probabilities").map { PredictionStatistics.normalizedEntropy(of: [$0]) }
      // Over ln 2 in nats is in bits.
      try $0.expect("entropies_bits", entropies.compactMap { $0 })
      try $0.expect("weights", entropyWeights(entropies))
    },
    "max_entropy_batch": {
      let entropies = [try $0.rows("task1"), try $0.rows("task2")]
        .map { PredictionStatistics.normalizedEntropy(of: $0) }
      try $0.expect("normalised_entropies", entropies.compactMap { $0 })
      try $0.expect("weights_normalised", entropyWeights(entropies))
      let nats = zip(entropies, [2.0, 3]).map { entropy, classes in entropy.map { $0 * log(classes) } }
      try $0.expect("mean_entropies_nats", nats.compactMap { $0 })
      try $0.expect("weights", entropyWeights(nats))
    },
    "bayesian_uncertainty": {
      let variances = [try $0.rows("mc_task1"), try $0.rows("mc_task2")]
        .map { PredictionStatistics.variance(over: $0) }
      try $0.expect("variances", variances.compactMap { $0 })
      var weighting = PredictiveVarianceWeighting(weightedTasks(2))
      try $0.expect(
        "weights", weighting.weights(for: WeightingInput(losses: [1, 1], variances: variances)))
    },
  ]

  private static func entropyWeights(_ entropies: [Double?]) -> [Double] {
    var weighting = MaximumEntropyWeighting(weightedTasks(entropies.count))
    return weighting.weights(for: WeightingInput(losses: entropies.map { _ in 1 }, entropies: entropies))
  }

  // MARK: From gradient norms

  private static let normChecks: [String: Check] = [
    "grad_norm_share_seed": {
      try $0.expect("weights", weights(NormShareWeighting(weightedTasks(2)), norms: try $0.numbers("norms")))
    },
    "grad_norm_share": {
      let norms = try $0.rows("gradients").map { sum($0, $0).squareRoot() }
      try $0.expect("norms", norms)
      try $0.expect("weights", weights(NormShareWeighting(weightedTasks(3)), norms: norms))
    },
    "gradient_state": {
      let gradients = try $0.rows("gradients")
      let norms = gradients.map { sum($0, $0).squareRoot() }
      let weights = weights(InverseNormWeighting(weightedTasks(3)), norms: norms)
      try $0.expect("weights", weights)
      try $0.expect("direction", direction(weights, gradients))
    },
    "gradnorm_sgd_step": {
      var weighting = try GradNormWeighting(weightedTasks(3))
        .with(["alpha": $0.hyper("alpha"), "learningRate": $0.hyper("weight_lr")])
      let unknown = [Double](repeating: .nan, count: 6)
      weighting.state = try $0.numbers("initial_losses") + unknown + $0.numbers("weights")
      let input = WeightingInput(
        losses: try $0.numbers("losses"), gradientNorms: try $0.numbers("unweighted_grad_norms"))
      #expect(weighting.weights(for: input) == (try $0.numbers("weights")))
      try $0.expect("weights_next", weighting.weights(for: input))
    },
    "gradnorm_softmax_grad": {
      var weighting = try SoftmaxGradNormWeighting(weightedTasks(3)).with(["alpha": $0.hyper("alpha")])
      let unknown = [Double](repeating: .nan, count: 6)
      let logits = scalarState(try $0.numbers("logits"))
      weighting.state = try $0.numbers("initial_losses") + unknown + logits
      let input = WeightingInput(
        losses: try $0.numbers("losses"), gradientNorms: try $0.numbers("unweighted_grad_norms"))
      try $0.expect("weights", weighting.weights(for: input))
      try $0.expect("grad_logits", stride(from: 10, to: 21, by: 4).map { weighting.state[$0] * 10 })
    },
  ]

  // MARK: Arithmetic

  /// Learned scalars that have taken no step: value, two moments and number of steps of each.
  private static func scalarState(_ values: [Double]) -> [Double] { values.flatMap { [$0, 0, 0, 0] } }

  private static func weights(_ weighting: some TaskWeighting, _ run: BalancingCase) throws -> [Double] {
    var weighting = weighting
    return weighting.weights(for: WeightingInput(losses: try run.numbers("losses")))
  }

  private static func weights(_ weighting: some TaskWeighting, norms: [Double]) -> [Double] {
    var weighting = weighting
    return weighting.weights(for: WeightingInput(losses: norms.map { _ in 1 }, gradientNorms: norms))
  }

  private static func sum(_ weights: [Double], _ values: [Double]) -> Double {
    zip(weights, values).map(*).reduce(0, +)
  }

  private static func direction(_ weights: [Double], _ gradients: [[Double]]) -> [Double] {
    gradients[0].indices.map { column in sum(weights, gradients.map { $0[column] }) }
  }
}
