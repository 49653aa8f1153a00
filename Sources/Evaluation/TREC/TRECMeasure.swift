import Foundation
import Wording

/// A measure by the name that trec_eval has for it, with the parameters that may follow its name after a point:
/// `P.5,10`, `ndcg.1=3`.
struct TRECMeasure: Sendable {
  let name: String
  let parameters: Parameters
  let make: @Sendable (MeasureParameters, MeasureConditions) -> ReportedMeasure

  /// What parameters a measure takes, and its own.
  enum Parameters: Sendable {
    case none
    /// Ranks, each with a figure of its own.
    case cutoffs([Int])
    /// Numbers, each with a figure of its own.
    case shares([Double])
    /// Numbers that go into one figure; `count` of them where it must be so many.
    case numbers([Double], count: Int?)
    case gains
  }
}

/// Parameters as they were given, or a measure's own.
struct MeasureParameters: Sendable {
  /// As written behind the name; nil when they are the measure's own.
  var written: String?
  var cutoffs: [Int] = []
  var numbers: [Double] = []
  var gains = LevelGains()
}

/// The forms that entries of the catalogue have.
extension TRECMeasure {
  /// One figure without parameters.
  static func plain(
    _ name: String, summary: ReportedMeasure.Summary = .mean, isCount: Bool = false,
    isShownPerQuery: Bool = true,
    _ measure: @escaping @Sendable (RankedQuery, MeasureConditions) -> Double
  ) -> TRECMeasure {
    TRECMeasure(name: name, parameters: .none) { _, conditions in
      ReportedMeasure(
        names: [name], summary: summary, isCount: isCount, isShownPerQuery: isShownPerQuery
      ) { [measure($0, conditions)] }
    }
  }

  /// A count, summed up over the queries.
  static func count(
    _ name: String, summary: ReportedMeasure.Summary = .sum, isShownPerQuery: Bool = true,
    _ measure: @escaping @Sendable (RankedQuery, MeasureConditions) -> Int
  ) -> TRECMeasure {
    plain(name, summary: summary, isCount: true, isShownPerQuery: isShownPerQuery) {
      Double(measure($0, $1))
    }
  }

  /// A figure for each of some ranks.
  static func cutoffs(
    _ name: String, _ standard: [Int] = [5, 10, 15, 20, 30, 100, 200, 500, 1000],
    _ measure: @escaping @Sendable (RankedQuery, Int, MeasureConditions) -> Double
  ) -> TRECMeasure {
    TRECMeasure(name: name, parameters: .cutoffs(standard)) { parameters, conditions in
      let cutoffs = parameters.cutoffs
      return ReportedMeasure(names: cutoffs.map { "\(name)_\($0)" }) { query in
        cutoffs.map { measure(query, $0, conditions) }
      }
    }
  }

  /// A figure for each of some numbers, which stand in the names with two decimals.
  static func shares(
    _ name: String, _ standard: [Double],
    _ measure: @escaping @Sendable (RankedQuery, [Double], MeasureConditions) -> [Double]
  ) -> TRECMeasure {
    TRECMeasure(name: name, parameters: .shares(standard)) { parameters, conditions in
      let shares = parameters.numbers
      // trec_eval has room for 8 characters of a number and cuts what is over.
      let names = shares.map { "\(name)_\(String(format: "%.2f", $0).prefix(8))" }
      return ReportedMeasure(names: names) { measure($0, shares, conditions) }
    }
  }

  /// One figure that numbers go into.
  static func numbers(
    _ name: String, _ standard: [Double], count: Int? = nil,
    _ measure: @escaping @Sendable (RankedQuery, [Double], MeasureConditions) -> Double
  ) -> TRECMeasure {
    TRECMeasure(name: name, parameters: .numbers(standard, count: count)) { parameters, conditions in
      let numbers = parameters.numbers
      return ReportedMeasure(names: [fullName(name, parameters)]) { [measure($0, numbers, conditions)] }
    }
  }

  /// One figure that depends on what the levels are worth.
  static func gains(
    _ name: String, _ measure: @escaping @Sendable (RankedQuery, LevelGains, MeasureConditions) -> Double
  ) -> TRECMeasure {
    TRECMeasure(name: name, parameters: .gains) { parameters, conditions in
      let gains = parameters.gains
      return ReportedMeasure(names: [fullName(name, parameters)]) { [measure($0, gains, conditions)] }
    }
  }

  static func fullName(_ name: String, _ parameters: MeasureParameters) -> String {
    parameters.written.map { "\(name)_\($0)" } ?? name
  }
}
