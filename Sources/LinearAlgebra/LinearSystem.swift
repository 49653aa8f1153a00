/// Square systems of linear equations, by elimination with partial pivoting.
package enum LinearSystem {
  /// The x with A x = b; nil if a pivot is zero or the numbers overflow.
  package static func solve(_ rows: [[Double]], _ right: [Double]) -> [Double]? {
    let count = rows.count
    var rows = rows
    var solution = right
    for pivot in 0..<count {
      guard let best = (pivot..<count).max(by: { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) }),
        rows[best][pivot] != 0
      else { return nil }
      rows.swapAt(pivot, best)
      solution.swapAt(pivot, best)
      for row in (pivot + 1)..<max(count, pivot + 1) {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        guard factor != 0 else { continue }
        for column in pivot..<count { rows[row][column] -= factor * rows[pivot][column] }
        solution[row] -= factor * solution[pivot]
      }
    }
    for row in (0..<count).reversed() {
      for column in (row + 1)..<max(count, row + 1) { solution[row] -= rows[row][column] * solution[column] }
      solution[row] /= rows[row][row]
    }
    return solution.allSatisfy(\.isFinite) ? solution : nil
  }
}
