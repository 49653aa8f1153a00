import Balancing
import Foundation
import LinearAlgebra
import Randomness
import Testing

/// Each solver by itself, against searches that need no insight into the problem.
@Suite struct SolverTests {
  /// A Gramian of tasks that agree, conflict or, in fewer dimensions than tasks, depend on each other.
  private func gramian(_ tasks: Int, seed: UInt64) -> SymmetricMatrix {
    let elements = seed % 3 == 0 ? max(1, tasks - 1) : tasks + 2
    return SymmetricMatrix(gramianOf: randomGradients(tasks: tasks, elements: elements, seed: seed))
  }

  private func numbers(_ count: Int, _ range: ClosedRange<Double>, seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed &+ 1_000)
    return (0..<count).map { _ in
      range.lowerBound + generator.nextUniform() * (range.upperBound - range.lowerBound)
    }
  }

  /// Every subset of the first numbers.
  private func subsets(_ count: Int) -> [[Int]] {
    (0..<(1 << count)).map { bits in (0..<count).filter { bits & (1 << $0) != 0 } }
  }

  private func restricted(_ matrix: SymmetricMatrix, _ places: [Int]) -> [[Double]] {
    places.map { row in places.map { matrix[row, $0] } }
  }

  // MARK: Simplex

  @Test(
    "No point of a fine grid on the simplex is below the simplex program's minimum",
    arguments: 1...30 as ClosedRange<UInt64>)
  func simplexGrid(seed: UInt64) {
    let matrix = gramian(3, seed: seed)
    let linear = seed % 2 == 0 ? [0, 0, 0] : numbers(3, -1...1, seed: seed)
    func value(_ weights: [Double]) -> Double { matrix.form(weights, weights) / 2 + dot(linear, weights) }
    let found = SimplexQuadraticProgram.minimum(matrix, linear: linear)
    #expect(found.allSatisfy { $0 >= 0 } && abs(found.reduce(0, +) - 1) < 1e-12)
    let steps = 200
    var least = Double.infinity
    for first in 0...steps {
      for second in 0...(steps - first) {
        let weights = [first, second, steps - first - second].map { Double($0) / Double(steps) }
        least = min(least, value(weights))
      }
    }
    #expect(value(found) <= least + 1e-12)
    // A grid point is within a step of the minimum, and the function that smooth.
    #expect(value(found) > least - 0.1)
  }

  @Test(
    "The simplex program has the least of all supports' stationary points",
    arguments: 1...30 as ClosedRange<UInt64>)
  func simplexSupports(seed: UInt64) {
    let tasks = 6
    let matrix = gramian(tasks, seed: seed)
    let linear = numbers(tasks, -1...1, seed: seed)
    func value(_ weights: [Double]) -> Double { matrix.form(weights, weights) / 2 + dot(linear, weights) }
    var least = Double.infinity
    for support in subsets(tasks) where !support.isEmpty {
      let rows = restricted(matrix, support).map { $0 + [1] } + [support.map { _ in 1 } + [0]]
      guard let solution = LinearSystem.solve(rows, support.map { -linear[$0] } + [1]) else { continue }
      var weights = [Double](repeating: 0, count: tasks)
      for (place, task) in support.enumerated() { weights[task] = solution[place] }
      if weights.allSatisfy({ $0 >= 0 }), abs(weights.reduce(0, +) - 1) < 1e-9 {
        least = min(least, value(weights))
      }
    }
    #expect(abs(value(SimplexQuadraticProgram.minimum(matrix, linear: linear)) - least) < 1e-9)
  }

  // MARK: Bounds

  @Test(
    "The bounded program has the least of all choices of active bounds",
    arguments: 1...30 as ClosedRange<UInt64>)
  func bounds(seed: UInt64) {
    let tasks = 5
    let matrix = gramian(tasks, seed: seed)
    let lower = numbers(tasks, 0...1, seed: seed)
    func value(_ point: [Double]) -> Double { matrix.form(point, point) }
    let found = BoundedQuadraticProgram.minimum(matrix, above: lower)
    for (number, bound) in zip(found, lower) { #expect(number >= bound) }
    var least = Double.infinity
    for free in subsets(tasks) {
      let fixed = (0..<tasks).filter { !free.contains($0) }
      let right = free.map { row in -fixed.reduce(0) { $0 + matrix[row, $1] * lower[$1] } }
      guard let solution = LinearSystem.solve(restricted(matrix, free), right) else { continue }
      var point = lower
      for (place, task) in free.enumerated() { point[task] = solution[place] }
      if zip(point, lower).allSatisfy({ $0 >= $1 - 1e-12 }) { least = min(least, value(point)) }
    }
    #expect(value(found) <= least + 1e-9)
    #expect(value(found) > least - 1e-9)
  }

  // MARK: Equilibria

  @Test(
    "An equilibrium is the minimum that a search over ever finer grids finds", arguments: [0.5, 1, 2],
    1...10 as ClosedRange<UInt64>)
  func equilibrium(power: Double, seed: UInt64) {
    let matrix = SymmetricMatrix(gramianOf: randomGradients(tasks: 2, elements: 5, seed: seed))
    func value(_ point: [Double]) -> Double {
      let utilities = point.map { power == 1 ? log($0) : pow($0, 1 - power) / (1 - power) }
      return matrix.form(point, point) / 2 - utilities.reduce(0, +)
    }
    // Logarithms of the two numbers; the function has one minimum only.
    var middle = (0.0, 0.0)
    var reach = 8.0
    while reach > 1e-8 {
      var least = Double.infinity
      var next = middle
      for first in -10...10 {
        for second in -10...10 {
          let place = (middle.0 + reach * Double(first) / 10, middle.1 + reach * Double(second) / 10)
          let here = value([exp(place.0), exp(place.1)])
          if here < least { (least, next) = (here, place) }
        }
      }
      middle = next
      reach *= 0.5
    }
    let found = PowerEquilibrium.solve(matrix, power: power)
    #expect(abs(log(found[0]) - middle.0) < 1e-5)
    #expect(abs(log(found[1]) - middle.1) < 1e-5)
  }
}
