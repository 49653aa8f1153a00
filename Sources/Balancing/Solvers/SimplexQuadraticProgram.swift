import LinearAlgebra

/// min ½ wᵀAw + bᵀw over the simplex wᵢ ≥ 0, Σ wᵢ = 1, for a positive semidefinite A. With b = 0 and a
/// Gramian this is the point of least norm in the convex hull of the rows (Wolfe 1976, "Finding the nearest
/// point in a polytope").
///
/// A primal active-set method: on a support that grows by the task whose slope promises most and shrinks
/// where a weight would turn negative, the equality-constrained minimum is solved exactly. It ends after
/// finitely many supports; 20 tasks take some dozens. The optimality conditions then hold to about 1e-13 of
/// the terms in them. Where the minimum isn't unique (identical rows), earlier tasks are preferred.
package enum SimplexQuadraticProgram {
  package static func minimum(_ matrix: SymmetricMatrix, linear: [Double]? = nil) -> [Double] {
    let count = matrix.count
    let linear = linear ?? [Double](repeating: 0, count: count)
    let vertexValues = (0..<count).map { matrix[$0, $0] / 2 + linear[$0] }
    guard let start = vertexValues.indices.min(by: { vertexValues[$0] < vertexValues[$1] }) else { return [] }

    var weights = [Double](repeating: 0, count: count)
    weights[start] = 1
    var support = [start]
    var best = vertexValues[start]
    for _ in 0..<(50 + 50 * count) {
      guard let entering = entering(matrix, linear, weights, outside: support) else { break }
      var trial = weights
      support.append(entering)
      descend(matrix, linear, &trial, &support)
      let value = matrix.form(trial, trial) / 2 + inner(linear, trial)
      // What rounding leaves no room to improve is the minimum.
      guard value < best else { break }
      (weights, best) = (trial, value)
    }
    return weights
  }

  /// The task whose slope lies furthest below the common slope of the support; nil at the minimum.
  private static func entering(
    _ matrix: SymmetricMatrix, _ linear: [Double], _ weights: [Double], outside support: [Int]
  ) -> Int? {
    let products = matrix.times(weights)
    let slopes = zip(products, linear).map { $0 + $1 }
    let level = inner(weights, slopes)
    let candidates = slopes.indices.filter { index in
      guard !support.contains(index) else { return false }
      let row = matrix.row(index)
      let terms = row.indices.reduce(abs(linear[index]) + abs(level)) { $0 + abs(row[$1]) * weights[$1] }
      return slopes[index] < level - 1e-13 * terms
    }
    return candidates.min { slopes[$0] < slopes[$1] }
  }

  /// Moves towards the minimum on the support, and drops the tasks that stand in the way.
  private static func descend(
    _ matrix: SymmetricMatrix, _ linear: [Double], _ weights: inout [Double], _ support: inout [Int]
  ) {
    while let target = affineMinimum(matrix.restricted(to: support), support.map { linear[$0] }) {
      var step = 1.0
      var blocking: Int?
      for (position, index) in support.enumerated() where target[position] <= 0 {
        let ratio = weights[index] / (weights[index] - target[position])
        // 0 / 0: a weight that is to stay at zero.
        if !(ratio >= step) { (step, blocking) = (ratio.isNaN ? 0 : ratio, position) }
      }
      for (position, index) in support.enumerated() {
        weights[index] = max(0, weights[index] + step * (target[position] - weights[index]))
      }
      guard let blocking else { return }
      weights[support[blocking]] = 0
      support.remove(at: blocking)
    }
  }

  /// The minimum with Σ w = 1 alone, from A w + b = μ and rows scaled to a unit diagonal.
  private static func affineMinimum(_ matrix: SymmetricMatrix, _ linear: [Double]) -> [Double]? {
    let count = matrix.count
    let scales = matrix.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 1 }
    let largest = scales.max() ?? 1
    let sum = scales.map { $0 / largest }
    let unit = matrix.scaled(by: scales)
    let rows = (0..<count).map { unit.row($0) + [sum[$0]] } + [sum + [0]]
    let right = zip(scales, linear).map { -$0 * $1 } + [1 / largest]
    return LinearSystem.solve(rows, right).map { solution in zip(scales, solution).map { $0 * $1 } }
  }
}
