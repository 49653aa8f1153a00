/// A = Σ λₖ vₖ vₖᵀ of a symmetric matrix, by cyclic Jacobi rotations (Jacobi 1846; Golub & Van Loan 2013,
/// section 8.5) until the entries off the diagonal are below 1e-15 of those on it.
package struct EigenDecomposition: Sendable {
  /// From the largest to the smallest.
  package let values: [Double]
  /// Of unit length, in the order of the values.
  package let vectors: [[Double]]

  package init(_ matrix: SymmetricMatrix) {
    let count = matrix.count
    var work = matrix
    var rows = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0 } }
    for _ in 0..<60 {
      var outside = 0.0
      for row in 0..<count {
        for column in 0..<row { outside += work[row, column] * work[row, column] }
      }
      guard outside > 1e-30 * inner(work.diagonal, work.diagonal) else { break }
      for first in 0..<count {
        for second in (first + 1)..<max(count, first + 1) where work[first, second] != 0 {
          Self.rotate(&work, &rows, first, second)
        }
      }
    }
    let diagonal = work.diagonal
    let order = diagonal.indices.sorted { (diagonal[$0], $1) > (diagonal[$1], $0) }
    values = order.map { diagonal[$0] }
    vectors = order.map { rows[$0] }
  }

  /// V f(Λ) Vᵀ x
  package func applying(_ function: (Double) -> Double, to vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: vector.count)
    for (value, direction) in zip(values, vectors) {
      let factor = function(value) * inner(direction, vector)
      for index in result.indices { result[index] += factor * direction[index] }
    }
    return result
  }

  /// Makes the entry at (p, q) zero.
  private static func rotate(_ work: inout SymmetricMatrix, _ rows: inout [[Double]], _ p: Int, _ q: Int) {
    let ratio = (work[q, q] - work[p, p]) / (2 * work[p, q])
    let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    let sine = tangent * cosine
    let change = tangent * work[p, q]
    work[p, p] -= change
    work[q, q] += change
    work[p, q] = 0
    for index in 0..<work.count where index != p && index != q {
      let (atP, atQ) = (work[p, index], work[q, index])
      work[p, index] = cosine * atP - sine * atQ
      work[q, index] = sine * atP + cosine * atQ
    }
    for index in 0..<work.count {
      let (atP, atQ) = (rows[p][index], rows[q][index])
      rows[p][index] = cosine * atP - sine * atQ
      rows[q][index] = sine * atP + cosine * atQ
    }
  }
}
