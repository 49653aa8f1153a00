import Foundation

/// What the gain of a document is divided by at its rank: log₂(rank + 1).
enum RankDiscount {
  /// Those of the ranks that most rankings have; a logarithm takes as long as all the rest.
  private static let first: [Double] = (0..<2000).map { log2(Double($0 + 2)) }

  /// - Parameter index: the rank, from 0.
  @inline(__always) static func at(_ index: Int) -> Double {
    let first = first
    return index < first.count ? first[index] : log2(Double(index + 2))
  }
}
