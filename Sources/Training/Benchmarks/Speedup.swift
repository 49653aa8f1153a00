/// How much faster something is on all threads than on one.
enum Speedup {
  private static let turns = 5

  /// The median over some turns of one rate beside the other, which are measured one right after the other: a machine that
  /// others use as well does not keep its speed for long.
  ///
  /// - Parameters:
  ///   - alone: the rate on one thread, measured in a second or two.
  ///   - together: the same on all.
  static func median(alone: () throws -> Double, together: () throws -> Double) rethrows -> Double {
    var ratios: [Double] = []
    for _ in 0..<turns {
      let one = try alone()
      ratios.append(try together() / one)
    }
    ratios.sort()
    return ratios[ratios.count / 2]
  }
}
