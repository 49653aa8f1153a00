/// Arrays that cannot belong together.
public enum PredictionError: Error, Equatable, Sendable, CustomStringConvertible {
  case differentCounts(_ first: String, _ firstCount: Int, _ second: String, _ secondCount: Int)
  case unknownClass(_ id: Int, array: String, index: Int, classCount: Int)
  case notAProbability(_ value: Float, index: Int)

  public var description: String {
    switch self {
    case .differentCounts(let first, let firstCount, let second, let secondCount):
      "\(first) and \(second) belong together but hold \(firstCount) and \(secondCount) values"
    case .unknownClass(let id, let array, let index, let classCount):
      "\(array)[\(index)] is class \(id), but the ids of \(classCount) classes go from 0 to \(classCount - 1)"
    case .notAProbability(let value, let index):
      "probability \(index) is \(value), expected a number from 0 to 1"
    }
  }
}

extension PredictionError {
  /// Two arrays that belong together have one length.
  static func check(
    _ first: String, _ firstCount: Int, _ second: String, _ secondCount: Int
  ) throws(PredictionError) {
    if firstCount != secondCount { throw .differentCounts(first, firstCount, second, secondCount) }
  }

  /// Every id is in 0 ..< `classCount`.
  static func check(_ ids: [Int], array: String, classCount: Int) throws(PredictionError) {
    let known = 0..<max(classCount, 0)
    if let index = ids.firstIndex(where: { !known.contains($0) }) {
      throw .unknownClass(ids[index], array: array, index: index, classCount: classCount)
    }
  }

  /// Every value is a probability. A sum of rounded terms may be a little above 1; NaN fails either comparison.
  static func check(probabilities: [some BinaryFloatingPoint]) throws(PredictionError) {
    if let index = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1.001) }) {
      throw .notAProbability(Float(probabilities[index]), index: index)
    }
  }
}
