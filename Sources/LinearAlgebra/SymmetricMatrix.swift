/// A small symmetric matrix, such as the inner products of the tasks' gradients.
public struct SymmetricMatrix: Sendable, Equatable {
  /// Rows, and as many columns.
  public let count: Int
  private var values: [Double]

  /// All zeros.
  public init(count: Int) {
    self.count = count
    values = [Double](repeating: 0, count: count * count)
  }

  /// Entry (i, j) is the inner product of rows i and j.
  public init(gramianOf rows: [[Double]]) {
    self.init(count: rows.count)
    for row in rows.indices {
      for column in 0...row { self[row, column] = inner(rows[row], rows[column]) }
    }
  }

  /// Setting one entry sets the one across the diagonal too.
  public subscript(row: Int, column: Int) -> Double {
    get { values[row * count + column] }
    set {
      values[row * count + column] = newValue
      values[column * count + row] = newValue
    }
  }

  package var diagonal: [Double] { (0..<count).map { self[$0, $0] } }

  package func row(_ row: Int) -> [Double] { Array(values[(row * count)..<((row + 1) * count)]) }

  /// A v
  package func times(_ vector: [Double]) -> [Double] { (0..<count).map { inner(row($0), vector) } }

  /// uᵀ A v
  package func form(_ left: [Double], _ right: [Double]) -> Double { inner(left, times(right)) }

  /// The length of Σ vᵢ gᵢ when this is the Gramian of the gᵢ; rounding can't make it imaginary.
  package func length(_ vector: [Double]) -> Double { max(0, form(vector, vector)).squareRoot() }

  /// The rows and columns at `indices`.
  package func restricted(to indices: [Int]) -> SymmetricMatrix {
    filled(count: indices.count) { self[indices[$0], indices[$1]] }
  }

  /// Entry (i, j) times fᵢ fⱼ: the Gramian of the rows fᵢ gᵢ.
  package func scaled(by factors: [Double]) -> SymmetricMatrix {
    filled(count: count) { factors[$0] * self[$0, $1] * factors[$1] }
  }

  private func filled(count: Int, _ entry: (Int, Int) -> Double) -> SymmetricMatrix {
    var matrix = SymmetricMatrix(count: count)
    for row in 0..<count {
      for column in 0...row { matrix[row, column] = entry(row, column) }
    }
    return matrix
  }
}

package func inner(_ left: [Double], _ right: [Double]) -> Double {
  var sum = 0.0
  for index in left.indices { sum += left[index] * right[index] }
  return sum
}
