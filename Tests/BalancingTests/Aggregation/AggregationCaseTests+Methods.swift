import Balancing
import Foundation
import LinearAlgebra
import TestSupport
import Testing

extension AggregationCaseTests {
  /// Two steps; the second starts from targets that the case gives.
  @Sendable static func gradVac(_ run: BalancingCase) throws -> Results {
    var method = try GradVac(taskCount: run.gradients.count)
      .with(["rate": run.number("beta"), "order": run.order.rawValue])
    var results: Results = [:]
    for step in ["step1", "step2"] {
      method.state = try #require(run.inputs["target_\(step)"]).numbers
      results["weights_\(step)"] = method.coefficients(ofRows: run.gradients)
      results["target_after_\(step)"] = method.state
    }
    return results
  }

  @Sendable static func caGrad(_ run: BalancingCase) throws -> Results {
    let tasks = run.gradients.count
    let method = try CAGrad(taskCount: tasks).with(["radius": run.number("c")])
    var results = plain(method, run)
    let input = AggregationInput(gramian: SymmetricMatrix(gramianOf: run.gradients), losses: run.losses)
    results["simplex_w"] = method.worstMixture(of: try #require(TaskGradients(input)))
    for (name, rescaling) in [("1", "onePlusSquaredRadius"), ("2", "onePlusRadius")] {
      let rescaled = try method.with(["rescaling": rescaling])
      results["direction_rescale\(name)"] = plain(rescaled, run)["direction"]
    }
    return results
  }

  static func mgda<Normaliser: GradientNormaliser>(_: Normaliser.Type, _ run: BalancingCase) -> Results {
    var results = plain(MGDA<Normaliser>(taskCount: run.gradients.count), run)
    let weights = results["weights"] ?? []
    let lengths = zip(run.gradients, run.losses).map { Normaliser.length(norm: norm($0), loss: $1) }
    results["normalisers"] = lengths
    results["direction_libmtl"] = mix(zip(weights, lengths).map { $0 / $1 }, run.gradients)
    results["kkt_inner_products"] = results["products"]
    results["min_norm_sq"] = results["direction"].map { [dot($0, $0)] }
    results["closed_form_gamma"] = Array(weights.prefix(1))
    // The official code's bounds, which this one does without.
    results["official_clamped_gamma"] = weights.prefix(1).map { min(max($0, 0.001), 0.999) }
    return results
  }

  @Sendable static func dbMTL(_ run: BalancingCase) throws -> Results {
    var method = try DBMTL(taskCount: run.losses.count)
      .with(["forgetting": run.number("beta"), "forgettingDecay": run.number("beta_sigma")])
    var averages = try #require(GradientAverages(method.gradients, tasks: run.losses.count, elements: 4))
    var results: Results = [:]
    for step in ["step1", "step2"] {
      averages.take(try #require(run.inputs["gradients_\(step)"]).rows, losses: run.losses)
      let weights = method.coefficients(ofRows: averages.rows, losses: run.losses)
      results["\(step).buffer_norms"] = averages.rows.map(norm)
      results["\(step).weights_on_buffer"] = weights
      results["\(step).direction"] = mix(weights, averages.rows)
    }
    return results
  }

  @Sendable static func moCo(_ run: BalancingCase) throws -> Results {
    var method = try MoCo<SoftmaxMoCo>(taskCount: run.losses.count).with([
      "averagingRate": run.number("beta"), "averagingDecay": run.number("beta_sigma"),
      "weightRate": run.number("gamma"), "weightDecay": run.number("gamma_sigma"),
      "ridge": run.number("rho"),
    ])
    var averages = try #require(GradientAverages(method.gradients, tasks: run.losses.count, elements: 4))
    averages.take(run.gradients, losses: run.losses)
    let weights = method.coefficients(ofRows: averages.rows, losses: run.losses)
    return ["y": averages.rows.flatMap { $0 }, "weights": weights, "direction": mix(weights, averages.rows)]
  }

  /// What most cases expect, and the inner products of the gradients with the direction.
  static func plain(_ method: some GradientAggregation, _ run: BalancingCase) -> Results {
    var method = method
    let weights = method.coefficients(ofRows: run.gradients, losses: run.losses)
    let direction = mix(weights, run.gradients)
    let gramian = SymmetricMatrix(gramianOf: run.gradients)
    return [
      "weights": weights, "direction": direction, "products": run.gradients.map { dot($0, direction) },
      "gramian": (0..<gramian.count).flatMap { gramian.row($0) },
    ]
  }

  /// The largest |K a − a^(−p)|.
  static func residual(_ results: Results, power: Double) -> Double {
    zip(results["products"] ?? [], results["weights"] ?? []).map { abs($0 - pow($1, -power)) }.max() ?? .nan
  }
}
