import Foundation

enum WeightingArithmetic {
  /// Losses, norms and metrics that are divided by or whose logarithm is taken count as no less than this.
  static let floor = 1e-8

  static func inverse(_ value: Double) -> Double { 1 / max(value, floor) }

  static func softmax(_ values: [Double]) -> [Double] {
    let greatest = values.max() ?? 0
    return shares(values.map { exp($0 - greatest) })
  }

  /// Numbers that are not negative over their sum; all alike when all are zero.
  static func shares(_ values: [Double]) -> [Double] {
    let sum = values.reduce(0, +)
    return values.map { sum > 0 ? $0 / sum : 1 / Double(values.count) }
  }

  /// Metrics kept within 0...1: a correlation can be negative.
  static func withinUnit(_ metrics: [Double?]) -> [Double?] {
    metrics.map { $0.map { min(max($0, 0), 1) } }
  }
}
