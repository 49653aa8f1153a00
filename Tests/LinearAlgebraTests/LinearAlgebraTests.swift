import LinearAlgebra
import Randomness
import Testing

@Suite struct LinearAlgebraTests {
  /// Numbers between −1 and 1.
  private func rows(_ count: Int, of length: Int) -> [[Double]] {
    var generator = SplitMix64(seed: UInt64(count))
    return (0..<count).map { _ in (0..<length).map { _ in 2 * generator.nextUniform() - 1 } }
  }

  @Test("A linear system's solution solves it, and a singular one has none", arguments: 1...12)
  func linear(count: Int) throws {
    let rows = rows(count, of: count)
    let wanted = (0..<count).map { Double($0) - 2.5 }
    let solution = try #require(LinearSystem.solve(rows, rows.map { inner($0, wanted) }))
    for (found, wanted) in zip(solution, wanted) { #expect(abs(found - wanted) < 1e-8) }
    #expect(LinearSystem.solve(rows.map { $0.map { _ in 0 } }, wanted) == nil)
  }

  @Test(
    "An eigendecomposition puts the matrix together again, with orthonormal vectors", arguments: 1...12,
    [0, 3])
  func eigen(count: Int, moreColumns: Int) {
    let matrix = SymmetricMatrix(gramianOf: rows(count, of: max(1, count + moreColumns - 1)))
    let decomposition = EigenDecomposition(matrix)
    #expect(decomposition.values == decomposition.values.sorted(by: >))
    for row in 0..<count {
      for column in 0...row {
        let entry = (0..<count).reduce(0) {
          $0 + decomposition.values[$1] * decomposition.vectors[$1][row] * decomposition.vectors[$1][column]
        }
        #expect(abs(entry - matrix[row, column]) < 1e-11)
        let product = inner(decomposition.vectors[row], decomposition.vectors[column])
        #expect(abs(product - (row == column ? 1 : 0)) < 1e-12)
      }
    }
  }
}
