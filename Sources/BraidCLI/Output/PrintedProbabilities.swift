/// Probabilities with six decimals that add up to 1 as they are printed.
package enum PrintedProbabilities {
  private static let units = 1_000_000

  /// Rounds down, and gives what is then missing from 1 to those that lost most (the largest-remainder method), of
  /// equal ones to the first. No number is off by a millionth or more, and a greater one is never printed as the less.
  package static func decimals(_ probabilities: [Float]) -> [String] {
    guard probabilities.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      return probabilities.map { "\($0)" }
    }
    // In double precision, where the sum is 1 to more digits than are printed.
    let sum = probabilities.reduce(0.0) { $0 + Double($1) }
    let exact = probabilities.map { sum > 0 ? Double($0) / sum * Double(units) : 0 }
    var counts = exact.map { Int($0.rounded(.down)) }
    let missing = units - counts.reduce(0, +)
    if sum > 0, missing > 0 {
      let order = exact.indices.sorted {
        let (left, right) = (exact[$0] - exact[$0].rounded(.down), exact[$1] - exact[$1].rounded(.down))
        return left != right ? left > right : $0 < $1
      }
      for index in order.prefix(missing) { counts[index] += 1 }
    }
    return counts.map(decimal)
  }

  /// Of labels that do not exclude each other, each with six decimals by itself.
  static func separate(_ probabilities: [Float]) -> [String] {
    probabilities.map {
      $0.isFinite ? decimal(Int((Double($0) * Double(units)).rounded())) : "\($0)"
    }
  }

  private static func decimal(_ count: Int) -> String {
    let digits = String(count % units)
    return "\(count / units)." + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
