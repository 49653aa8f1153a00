import LinearAlgebra

/// min vᵀAv over v ≥ u, for a positive semidefinite A: the dual of projecting Σ uᵢ gᵢ onto the cone of
/// directions that conflict with no gᵢ, when A is their Gramian.
///
/// Cyclic coordinate descent: each coordinate in turn goes to its exact minimum, max(uⱼ, −Σₖ≠ⱼ Aⱼₖ vₖ / Aⱼⱼ).
/// It converges linearly to one minimum, for singular matrices too (Luo & Tseng 1992), and the scale of the
/// rows doesn't matter.
package enum BoundedQuadraticProgram {
  /// It stops when no coordinate moves by more than this part of the largest (each in units of its row's
  /// length) …
  package static let tolerance = 1e-13
  /// … or after so many sweeps.
  package static let sweeps = 10_000

  package static func minimum(_ matrix: SymmetricMatrix, above lower: [Double]) -> [Double] {
    let lengths = matrix.diagonal.map { max(0, $0).squareRoot() }
    var values = lower
    for _ in 0..<sweeps {
      var moved = 0.0
      var largest = 0.0
      for index in values.indices where matrix[index, index] > 0 {
        let product = inner(matrix.row(index), values)
        let value = max(lower[index], values[index] - product / matrix[index, index])
        moved = max(moved, abs(value - values[index]) * lengths[index])
        largest = max(largest, abs(value) * lengths[index])
        values[index] = value
      }
      if moved <= tolerance * largest { break }
    }
    return values
  }
}
