import Foundation

/// The range of values along one side of a chart, with the values that are named there: 1, 2 or 5 times a power of ten.
package struct Axis: Sendable, Equatable {
  package enum Scale: Sendable { case linear, logarithmic }

  package struct Tick: Sendable, Equatable {
    package var value: Double
    package var label: String
  }

  package let domain: ClosedRange<Double>
  package let scale: Scale
  package let ticks: [Tick]

  /// An axis from one value to another.
  ///
  /// - Parameters:
  ///   - domain: for a logarithmic scale above 0. A range of no width is widened.
  ///   - tickLimit: the most ticks, at least 2.
  ///   - isWhole: whether only whole numbers are named, as for steps.
  package init(
    _ domain: ClosedRange<Double>, scale: Scale = .linear, tickLimit: Int = 6, isWhole: Bool = false
  ) {
    let domain = Self.widened(domain)
    let isLogarithmic = scale == .logarithmic && domain.lowerBound > 0
    self.domain = domain
    self.scale = isLogarithmic ? .logarithmic : .linear
    let logarithmic = isLogarithmic ? Self.logarithmicTicks(domain, limit: tickLimit) : []
    ticks = logarithmic.count > 1 ? logarithmic : Self.ticks(domain, limit: tickLimit, isWhole: isWhole)
  }

  /// An axis that holds all values with a little room, or up to the next tick: a logarithmic one where the values are
  /// positive and the largest is at least 20 times the smallest.
  package init(covering values: [Double], tickLimit: Int = 6) {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let most = finite.max() else {
      self.init(0...1, tickLimit: tickLimit)
      return
    }
    if least > 0, most / least >= 20 {
      let room = max(pow(most / least, 0.04), 1.02)
      self.init((least / room)...(most * room), scale: .logarithmic, tickLimit: tickLimit)
      return
    }
    var domain = Self.widened(least...most)
    let step = Self.step(domain, limit: tickLimit)
    let room = 0.04 * (domain.upperBound - domain.lowerBound)
    // To a tick that is near, else by as much as keeps lines off the frame.
    let below = (domain.lowerBound / step).rounded(.down) * step
    let above = (domain.upperBound / step).rounded(.up) * step
    let low = domain.lowerBound - below <= 0.4 * step ? below : domain.lowerBound - room
    let high = above - domain.upperBound <= 0.4 * step ? above : domain.upperBound + room
    domain = min(low, domain.lowerBound)...max(high, domain.upperBound)
    self.init(domain, tickLimit: tickLimit)
  }

  /// Where a value is between two coordinates; what lies outside the axis is at its end.
  package func position(_ value: Double, from start: Double, to end: Double) -> Double {
    let lower = transformed(domain.lowerBound)
    let upper = transformed(domain.upperBound)
    let value = min(max(value, domain.lowerBound), domain.upperBound)
    return start + (transformed(value) - lower) / (upper - lower) * (end - start)
  }

  private func transformed(_ value: Double) -> Double { scale == .logarithmic ? log10(value) : value }

  // MARK: Ticks

  /// The smallest of 1, 2 and 5 times powers of ten that is no less than a positive value.
  package static func rounded(up value: Double) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    return ([1.0, 2, 5].first { $0 * power >= value * (1 - 1e-9) } ?? 10) * power
  }

  private static func widened(_ domain: ClosedRange<Double>) -> ClosedRange<Double> {
    // So that the distance between any two values is a number.
    let domain = domain.clamped(to: -1e300...1e300)
    let size = max(abs(domain.lowerBound), abs(domain.upperBound))
    guard domain.upperBound - domain.lowerBound <= 1e-9 * size || size == 0 else { return domain }
    if size == 0 { return -1...1 }
    return (domain.lowerBound - 0.1 * size)...(domain.upperBound + 0.1 * size)
  }

  /// The smallest step that gives the range no more than `limit` ticks.
  private static func step(_ domain: ClosedRange<Double>, limit: Int, isWhole: Bool = false) -> Double {
    let least = (domain.upperBound - domain.lowerBound) / Double(max(limit - 1, 1))
    return isWhole ? max(1, rounded(up: least)) : rounded(up: least)
  }

  private static func ticks(_ domain: ClosedRange<Double>, limit: Int, isWhole: Bool) -> [Tick] {
    var step = step(domain, limit: limit, isWhole: isWhole)
    guard step.isNormal else { return [] }
    func bounds() -> (first: Double, last: Double) {
      (
        (domain.lowerBound / step - 1e-6).rounded(.up), (domain.upperBound / step + 1e-6).rounded(.down)
      )
    }
    var (first, last) = bounds()
    while last - first < 1, !isWhole || step > 1 {
      // One label alone does not tell how far apart values are.
      step = rounded(up: step / 2.5)
      (first, last) = bounds()
    }
    guard first <= last else { return [] }
    let decimals = max(0, -Int(log10(step * 1.0001).rounded(.down)))
    let largest = max(abs(first), abs(last)) * step
    return (0...Int(last - first)).map { index in
      let value = (first + Double(index)) * step
      let isPlain = decimals <= 5 && largest < 1e7
      return Tick(
        value: value,
        label: isPlain
          ? ChartText.decimal(value, decimals: decimals)
          : value == 0 ? "0" : ChartText.scientific(value, digits: 4))
    }
  }

  private static func logarithmicTicks(_ domain: ClosedRange<Double>, limit: Int) -> [Tick] {
    let low = Int(log10(domain.lowerBound).rounded(.down))
    let high = Int(log10(domain.upperBound).rounded(.up))
    func ticks(_ factors: [Double], every stride: Int) -> [Tick] {
      var result: [Tick] = []
      for exponent in low...high where exponent.isMultiple(of: stride) {
        for factor in factors {
          let value = factor * pow(10, Double(exponent))
          guard value >= domain.lowerBound * (1 - 1e-9), value <= domain.upperBound * (1 + 1e-9) else {
            continue
          }
          let isPlain = (-4...6).contains(exponent)
          result.append(
            Tick(
              value: value,
              label: isPlain
                ? ChartText.decimal(value, decimals: max(0, -exponent))
                : ChartText.scientific(value, digits: 1)))
        }
      }
      return result
    }
    for factors in [[1.0, 2, 5], [1, 3], [1]] {
      let found = ticks(factors, every: 1)
      if found.count <= limit { return found }
    }
    for stride in 2...max(2, high - low) {
      let found = ticks([1], every: stride)
      if found.count <= limit { return found }
    }
    return []
  }
}
