import Foundation
import Randomness

/// Tests of whether two systems differ, from their figures on the same queries. Probabilities are two-sided:
/// how likely a mean difference at least as large would be if the systems were the same.
public enum Significance {
  /// Student's paired t-test: t = d̄ / (s / √n) with n − 1 degrees of freedom, where d̄ is the mean and s the
  /// standard deviation of the differences `second` − `first`.
  ///
  /// When all differences are equal, t is 0 with probability 1 if they are 0, else infinite with probability 0.
  ///
  /// - Returns: nil for fewer than two pairs, for arrays of two lengths and for values that are not finite.
  public static func pairedTTest(_ first: [Double], _ second: [Double]) -> (t: Double, p: Double)? {
    guard let differences = differences(first, second), differences.count > 1 else { return nil }
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let isConstant = differences.allSatisfy { $0 == differences[0] }
    guard !isConstant, squares > 0 else {
      return differences[0] == 0 ? (0, 1) : (differences[0] > 0 ? .infinity : -.infinity, 0)
    }
    let t = mean / (squares / (count - 1) / count).squareRoot()
    return (t, StudentT.twoSided(t, freedom: count - 1))
  }

  /// Fisher's randomisation test (Smucker, Allan & Carterette 2007, "A comparison of statistical significance
  /// tests for information retrieval evaluation"): the share of the ways to swap the two systems' figures query
  /// by query that make the mean differ at least as much.
  ///
  /// All ways are tried when there are no more than `rounds` of them. Else `rounds` are drawn, and the share is
  /// (found + 1) / (rounds + 1), which is never 0.
  ///
  /// - Returns: nil for no pairs, for arrays of two lengths and for values that are not finite.
  public static func randomisationTest(
    _ first: [Double], _ second: [Double], rounds: Int = 10_000, seed: UInt64 = 1
  ) -> Double? {
    guard let all = differences(first, second), !all.isEmpty else { return nil }
    // A difference of 0 is the same both ways.
    let differences = all.filter { $0 != 0 }
    guard !differences.isEmpty else { return 1 }
    let total = differences.reduce(0) { $0 + abs($1) }
    // Sums in another order differ in their last bits: such are equal.
    let bound = abs(differences.reduce(0, +)) - total * 1e-12
    let count = differences.count
    if count < 31, 1 << count <= rounds {
      let found = (0..<1 << count).count { signs in
        abs(signedSum(differences[...], UInt64(signs))) >= bound
      }
      return Double(found) / Double(1 << count)
    }
    var generator = SplitMix64(seed: seed)
    var found = 0
    for _ in 0..<rounds {
      var sum = 0.0
      var start = 0
      while start < count {
        let end = min(start + 64, count)
        sum += signedSum(differences[start..<end], generator.next())
        start = end
      }
      if abs(sum) >= bound { found += 1 }
    }
    return Double(found + 1) / Double(rounds + 1)
  }

  /// Probabilities of several tests, corrected so that any false alarm among them is as unlikely as each says
  /// (Holm 1979, "A simple sequentially rejective multiple test procedure"): in rising order the i-th of m, from
  /// 0, is multiplied by m − i, and none is below the one before it or above 1.
  public static func holm(_ probabilities: [Double]) -> [Double] {
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    var corrected = probabilities
    var highest = 0.0
    for (place, index) in order.enumerated() {
      highest = max(highest, min(probabilities[index] * Double(order.count - place), 1))
      corrected[index] = highest
    }
    return corrected
  }

  private static func differences(_ first: [Double], _ second: [Double]) -> [Double]? {
    guard first.count == second.count else { return nil }
    let differences = zip(first, second).map { $1 - $0 }
    return differences.allSatisfy(\.isFinite) ? differences : nil
  }

  /// The sum, with the sign of each value turned where the bit of its place is set.
  private static func signedSum(_ values: ArraySlice<Double>, _ signs: UInt64) -> Double {
    var signs = signs
    var sum = 0.0
    for value in values {
      sum += Double(bitPattern: value.bitPattern ^ signs << 63)
      signs >>= 1
    }
    return sum
  }
}

/// Student's t distribution.
enum StudentT {
  /// The probability of a value at least as far from 0 as t: the regularised incomplete beta function at
  /// x = ν/(ν + t²) with a = ν/2 and b = 1/2 (Abramowitz & Stegun 26.7.1 and 26.5.27).
  static func twoSided(_ t: Double, freedom: Double) -> Double {
    min(max(incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5), 0), 1)
  }

  /// I_x(a, b) by its continued fraction (Abramowitz & Stegun 26.5.8), evaluated as Lentz's method does.
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges fast on this side; the other follows from I_x(a, b) = 1 − I_(1−x)(b, a).
    guard x <= (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, b, a) }
    let logFront = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    let tiny = 1e-300
    var upper = 1.0
    var lower = 0.0
    var fraction = 1.0
    for step in 0..<10_000 {
      let m = Double(step / 2)
      let term: Double
      if step == 0 {
        term = 1
      } else if step % 2 == 0 {
        term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      } else {
        term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      }
      lower = 1 + term * lower
      lower = 1 / (abs(lower) < tiny ? tiny : lower)
      upper = 1 + term / upper
      if abs(upper) < tiny { upper = tiny }
      let change = upper * lower
      fraction *= change
      if abs(change - 1) < 1e-15 { break }
    }
    return exp(logFront) * (fraction - 1) / a
  }
}
