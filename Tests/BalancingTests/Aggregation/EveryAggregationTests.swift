import Balancing
import Foundation
import LinearAlgebra
import Testing

/// What holds for every aggregation that a run can name, and what defines some of them, for more tasks than a case has.
@Suite struct EveryAggregationTests {
  private static let names = GradientAggregationKind.names

  private func new(_ name: String, tasks: Int) throws -> any GradientAggregation {
    try #require(GradientAggregationKind.named(name)).init(taskCount: tasks)
  }

  /// Gradients that methods have trouble with: dependent, opposite, alike, absent, of very different lengths.
  private static func awkward(tasks: Int, seed: UInt64) -> [[[Double]]] {
    let random = randomGradients(tasks: tasks, elements: 30, seed: seed)
    func changed(_ change: (_ task: Int, _ row: [Double]) -> [Double]) -> [[Double]] {
      random.enumerated().map { change($0, $1) }
    }
    return [
      random, randomGradients(tasks: tasks, elements: 2, seed: seed), changed { _, _ in random[0] },
      changed { task, _ in random[0].map { task % 2 == 0 ? $0 : -$0 } },
      changed { task, row in row.map { task == 0 ? 0 : $0 } }, changed { _, row in row.map { _ in 0 } },
      changed { task, row in row.map { $0 * pow(10, Double(task % 5 * 6 - 12)) } },
      changed { task, row in task == tasks - 1 ? row.map { _ in .nan } : row },
    ]
  }

  @Test("Every aggregation is found by its name, and names differ")
  func registry() {
    for kind in GradientAggregationKind.all {
      #expect(GradientAggregationKind.named(kind.name).map { $0 == kind } == true)
    }
    #expect(Set(Self.names).count == Self.names.count)
    #expect(GradientAggregationKind.named("magic") == nil)
  }

  @Test("Coefficients are finite, and zero for a task without a gradient", arguments: names, [1, 2, 5, 20])
  func finite(name: String, tasks: Int) throws {
    var method = try new(name, tasks: tasks)
    for seed: UInt64 in 1...3 {
      for gradients in Self.awkward(tasks: tasks, seed: seed) {
        let losses = gradients.indices.map { Double($0) / 2 }
        let coefficients = method.coefficients(ofRows: gradients, losses: losses, seed: seed)
        #expect(coefficients.count == tasks)
        for (coefficient, gradient) in zip(coefficients, gradients) {
          let isThere = norm(gradient) > 0
          #expect(coefficient.isFinite && (isThere || coefficient == 0), "\(coefficients)")
        }
      }
    }
  }

  /// Weights of MoCo start as shares of all tasks.
  @Test(
    "A task without a gradient changes nothing for the others",
    arguments: names.filter { !["moco", "moco-softmax"].contains($0) })
  func absent(name: String) throws {
    let gradients = randomGradients(tasks: 4, elements: 10, seed: 2)
    var method = try new(name, tasks: 4)
    let alone = method.coefficients(ofRows: gradients, losses: [1, 2, 3, 4], seed: 7)
    var among = try new(name, tasks: 5)
    let nothing = gradients[0].map { _ in 0.0 }
    let coefficients = among.coefficients(
      ofRows: gradients[..<2] + [nothing] + gradients[2...], losses: [1, 2, 9, 3, 4], seed: 7)
    #expect(Array(coefficients[..<2] + coefficients[3...]) == alone)
  }

  @Test("A loss weight is a factor of the gradient", arguments: names)
  func weights(name: String) throws {
    let gradients = randomGradients(tasks: 3, elements: 10, seed: 3)
    let (losses, weights) = ([0.5, 2, 1], [0.25, 4, 1])
    var weighted = try new(name, tasks: 3)
    let found = weighted.coefficients(ofRows: gradients, losses: losses, weights: weights, seed: 7)
    var plain = try new(name, tasks: 3)
    let scaled = plain.coefficients(
      ofRows: zip(gradients, weights).map { gradient, weight in gradient.map { $0 * weight } },
      losses: zip(losses, weights).map(*), seed: 7)
    #expect(found == zip(scaled, weights).map(*))
  }

  @Test(
    "The order of the tasks does not matter, where a method does not go by it",
    arguments: names.filter { !["orthogonal-projection", "pcgrad", "gradvac"].contains($0) })
  func order(name: String) throws {
    let gradients = randomGradients(tasks: 5, elements: 10, seed: 4)
    let losses = [1, 0.5, 2, 3, 0.2]
    var forwards = try new(name, tasks: 5)
    var backwards = try new(name, tasks: 5)
    for _ in 0..<3 {
      let expected = forwards.coefficients(ofRows: gradients, losses: losses)
      let reversed = backwards.coefficients(ofRows: gradients.reversed(), losses: losses.reversed())
      for (found, expected) in zip(reversed.reversed(), expected) {
        #expect(abs(found - expected) < 1e-9 * max(1, abs(expected)))
      }
    }
  }

  @Test("State that is put back goes on alike", arguments: names)
  func state(name: String) throws {
    var method = try new(name, tasks: 4)
    func take(_ step: Int, _ method: inout any GradientAggregation) -> [Double] {
      method.coefficients(
        ofRows: randomGradients(tasks: 4, elements: 6, seed: UInt64(step)), losses: [1, 2, 3, 4],
        seed: UInt64(step))
    }
    for step in 0..<5 { _ = take(step, &method) }
    var resumed = try new(name, tasks: 4)
    #expect(resumed.state.count == method.state.count)
    resumed.state = method.state
    for step in 5..<10 { #expect(take(step, &resumed) == take(step, &method)) }
    #expect(resumed.state == method.state)
  }

  @Test("Gradients that don't conflict are left as they are")
  func orthogonal() throws {
    let gradients = [[2.0, 0, 0], [0, 0.5, 0], [0, 0, 3]]
    for (name, share) in [
      ("weighted-average", 1.0), ("orthogonal-projection", 1), ("pcgrad", 1), ("gradvac", 1),
      ("upgrad", 1 / 3.0), ("dualproj", 1 / 3.0),
    ] {
      var method = try new(name, tasks: 3)
      #expect(method.coefficients(ofRows: gradients) == [share, share, share], "\(name)")
    }
  }

  @Test(
    "Where no direction is against a task, none is taken",
    arguments: ["mgda", "nash-mtl", "fairgrad", "imtl-g", "upgrad", "dualproj"])
  func conflicts(name: String) throws {
    for seed: UInt64 in 1...20 {
      // Far apart, with a direction that all have something of.
      let gradients = randomGradients(tasks: 20, elements: 50, seed: seed).map { $0.map { $0 + 0.05 } }
      var method = try new(name, tasks: 20)
      let direction = mix(method.coefficients(ofRows: gradients), gradients)
      for gradient in gradients {
        #expect(dot(gradient, direction) > -1e-9 * norm(gradient) * norm(direction), "seed \(seed)")
      }
    }
  }

  @Test("What defines a method holds for twenty tasks")
  func definitions() throws {
    let gradients = randomGradients(tasks: 20, elements: 50, seed: 6)
    func solved(_ name: String) throws -> (coefficients: [Double], products: [Double], square: Double) {
      var method = try new(name, tasks: 20)
      let coefficients = method.coefficients(ofRows: gradients)
      let direction = mix(coefficients, gradients)
      return (coefficients, gradients.map { dot($0, direction) }, dot(direction, direction))
    }
    // No vector of the convex hull is shorter (Désidéri 2012).
    let shortest = try solved("mgda")
    #expect(abs(shortest.coefficients.reduce(0, +) - 1) < 1e-12)
    #expect(shortest.products.allSatisfy { $0 > shortest.square * (1 - 1e-9) })
    let bargained = try solved("nash-mtl")
    for (gain, coefficient) in zip(bargained.products, bargained.coefficients) {
      #expect(abs(gain * coefficient - 1) < 1e-9)
    }
    // The solver adds a ridge of 1e-9 of the diagonal.
    let fair = try solved("fairgrad")
    for (gain, coefficient) in zip(fair.products, fair.coefficients) {
      #expect(abs(gain * coefficient.squareRoot() - 1) < 1e-8)
    }
    let impartial = try solved("imtl-g")
    #expect(abs(impartial.coefficients.reduce(0, +) - 1) < 1e-12)
    let projections = zip(impartial.products, gradients).map { $0 / norm($1) }
    for projection in projections { #expect(abs(projection / projections[0] - 1) < 1e-9) }
    // All singular values of the aligned gradients are that of the shortest: their sum is √T of it long.
    let aligned = try solved("aligned-mtl")
    let least = EigenDecomposition(SymmetricMatrix(gramianOf: gradients)).values[19]
    #expect(abs(aligned.square / (20 * least) - 1) < 1e-9)
  }
}
