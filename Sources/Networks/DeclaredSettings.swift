import Tasks
import Wording

/// The settings of a head or of a way of sharing that are left to read.
public struct DeclaredSettings {
  private var remaining: [Setting]
  /// The names that were asked for.
  private var known: [String] = []

  init(_ settings: [Setting]) { remaining = settings }

  private mutating func take(_ name: String) -> Setting? {
    known.append(name)
    return remaining.firstIndex { $0.name == name }.map { remaining.remove(at: $0) }
  }

  /// Takes a number within a range, or its default.
  public mutating func number(
    _ name: String, default value: Double, in range: ClosedRange<Double>
  ) throws(TaskFileError) -> Double {
    guard let setting = take(name) else { return value }
    guard case .number(let number) = setting.value, range.contains(number) else {
      let bounds = [range.lowerBound, range.upperBound].map { bound in
        Int(exactly: bound).map { "\($0)" } ?? "\(bound)"
      }
      throw setting.error(expected: "a number from \(bounds[0]) to \(bounds[1])")
    }
    return number
  }

  /// Takes a whole number within a range, or its default.
  public mutating func count(
    _ name: String, default value: Int, in range: ClosedRange<Int>
  ) throws(TaskFileError) -> Int {
    try count(name, in: range) ?? value
  }

  /// Takes a whole number within a range if it is given.
  public mutating func count(_ name: String, in range: ClosedRange<Int>) throws(TaskFileError) -> Int? {
    guard let setting = take(name) else { return nil }
    guard case .number(let number) = setting.value, let count = Int(exactly: number), range.contains(count)
    else {
      throw setting.error(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }

  /// Takes a dropout rate, or its default.
  public mutating func dropout(
    _ name: String = "dropout", default rate: Float
  ) throws(TaskFileError) -> Float {
    Float(try number(name, default: Double(rate), in: 0...0.95))
  }

  /// Takes one of an enumeration's names, or its default.
  public mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, default value: Choice
  ) throws(TaskFileError) -> Choice {
    guard let setting = take(name) else { return value }
    guard case .text(let text) = setting.value, let choice = Choice(rawValue: text) else {
      throw setting.error(expected: listed(Choice.allCases.map(\.rawValue)))
    }
    return choice
  }

  /// Takes texts by name, as in `{ sst: 2, rte: 4 }`, or none.
  ///
  /// - Parameter expected: what they are, for messages.
  public mutating func pairs(
    _ name: String, expected: String
  ) throws(TaskFileError) -> (pairs: [(name: String, value: String)], setting: Setting)? {
    guard let setting = take(name) else { return nil }
    var pairs: [(name: String, value: String)] = []
    for part in setting.spelling.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2 else { throw setting.error(expected: expected) }
      pairs.append((String(sides[0]), String(sides[1])))
    }
    return (pairs, setting)
  }

  /// - Parameter owner: whose settings they are, for messages.
  /// - Throws: `TaskFileError` for the first setting that nothing has taken.
  func finish(_ owner: String) throws(TaskFileError) {
    guard let setting = remaining.first else { return }
    throw setting.error(
      found: "an unknown setting of \(owner)",
      expected: nearestName(to: setting.name, among: known).map { quoted($0) }
        ?? (known.isEmpty ? "none" : listed(known)))
  }
}

/// The settings of a head.
public typealias HeadSettings = DeclaredSettings
/// The settings of a way of sharing.
public typealias SharingSettings = DeclaredSettings
