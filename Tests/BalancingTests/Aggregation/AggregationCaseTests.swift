import Balancing
import TestSupport
import Testing

/// Runs every case that holds gradients. A method's entry recomputes each number that its cases expect.
@Suite struct AggregationCaseTests {
  typealias Results = [String: [Double]]

  static let recomputations: [String: @Sendable (BalancingCase) throws -> Results] = [
    "weightedAverage": { run in
      var method = WeightedAverage(taskCount: 2)
      let weights = run.inputs["weights"]?.numbers
      return ["direction": mix(method.coefficients(ofRows: run.gradients, weights: weights), run.gradients)]
    },
    "orthogonalProjection": { run in
      var results = plain(OrthogonalProjection(taskCount: 2), run)
      let projected = zip(results["direction"] ?? [], run.gradients[0]).map { $0 - $1 }
      results["gB_projected"] = projected
      results["dot_after"] = [dot(projected, run.gradients[0])]
      return results
    },
    "PCGrad": { run in
      var results = plain(try PCGrad(taskCount: run.gradients.count).with(["order": run.order.rawValue]), run)
      results["direction_sum"] = results["direction"]
      results["direction_mean"] = results["direction"]?.map { $0 / Double(run.gradients.count) }
      return results
    },
    "GradVac": gradVac,
    "CAGrad": caGrad,
    "Nash-MTL": { run in
      let tasks = run.gradients.count
      var results = plain(NashMTL(taskCount: tasks), run)
      results["residual"] = [residual(results, power: 1)]
      results["direction_norm"] = [norm(results["direction"] ?? [])]
      results["sqrt_T"] = results["direction_norm"]
      let clipped = try NashMTL(taskCount: tasks).with(["maximumNorm": 1])
      results["direction_clipped_1"] = plain(clipped, run)["direction"]
      return results
    },
    "FairGrad": { run in
      let alpha = run.number("alpha")
      var results = plain(try FairGrad(taskCount: run.gradients.count).with(["alpha": alpha]), run)
      results["residual"] = [residual(results, power: 1 / alpha)]
      return results
    },
    "IMTL-G": { run in
      var results = plain(IMTLG(taskCount: run.gradients.count), run)
      results["equal_projections"] = zip(results["products"] ?? [], run.gradients).map { $0 / norm($1) }
      return results
    },
    "Aligned-MTL": { run in
      let tasks = run.gradients.count
      let share = 1 / Double(tasks)
      let mean = try AlignedMTL(taskCount: tasks).with(["preference": share])
      let rootMeanSquare = try mean.with(["scale": "rootMeanSquare"])
      let results = plain(mean, run)
      return [
        "weights_sum": plain(AlignedMTL(taskCount: tasks), run)["weights"] ?? [],
        "weights_mean": results["weights"] ?? [], "direction_mean": results["direction"] ?? [],
        "weights_mean_rmse": plain(rootMeanSquare, run)["weights"] ?? [],
      ]
    },
    "UPGrad": { run in
      var results = plain(UPGrad(taskCount: run.gradients.count), run)
      results["conflict"] = results["products"]
      return results
    },
    "DualProj": { plain(DualProj(taskCount: $0.gradients.count), $0) },
    "MGDA": { run in
      switch run.hyper["normalisation"]?.text {
      case nil: mgda(UnscaledGradients.self, run)
      case "l2": mgda(UnitGradients.self, run)
      case "loss": mgda(LossScaledGradients.self, run)
      case "loss+": mgda(LossAndNormScaledGradients.self, run)
      default: [:]
      }
    },
    "GradDrop": { run in
      let gradients = run.gradients.map { $0.map { Float($0) } }
      let uniforms = (run.inputs["uniforms"]?.numbers ?? []).map { Float($0) }
      let leak = gradients.map { _ in Float(run.number("leak")) }
      return [
        "purity": uniforms.indices.map { element in Double(GradDrop.purity(gradients.map { $0[element] })) },
        "direction": GradDrop.direction(gradients, uniforms: uniforms, leak: leak).map { Double($0) },
      ]
    },
    "DB-MTL": dbMTL,
    "MoCo": moCo,
  ]

  /// Cases with gradients that other parts of the framework are to reproduce.
  static let elsewhere: Set = [
    "realtimeInverse", "gradNormShare", "gradientState",  // loss weightings
    "multiTaskAdam", "perTaskLearningRate",  // optimizers
  ]

  @Test("Every case that holds gradients is reproduced here or known to belong elsewhere")
  func nothingForgotten() throws {
    let cases = try BalancingCase.all().filter(\.holdsGradients)
    #expect(cases.count == 47)
    for run in cases {
      #expect(
        (Self.recomputations[run.method] != nil) != Self.elsewhere.contains(run.method), "\(run.id)")
    }
  }

  @Test(
    "Coefficients and directions are those of the published formulas",
    arguments: try BalancingCase.all().filter { $0.holdsGradients && !elsewhere.contains($0.method) })
  func reproduced(_ run: BalancingCase) throws {
    let recompute = try #require(Self.recomputations[run.method])
    let results = try recompute(run)
    #expect(!run.expectations.isEmpty)
    for (name, numbers) in run.expectations {
      let result = try #require(results[name], "\(name) is not recomputed")
      #expect(result.count == numbers.count, "\(name)")
      for (value, number) in zip(result, numbers) {
        #expect(abs(value - number) <= run.tolerance, "\(name)")
      }
    }
  }
}
