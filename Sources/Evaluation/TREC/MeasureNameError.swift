/// A measure that is not there, or not with these parameters.
package enum MeasureNameError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknown(_ name: String, suggestion: String?)
  case emptyParameters(_ written: String)
  case badParameters(_ written: String, _ message: String)
  case wrongNumber(_ written: String, expected: Int)

  package var description: String {
    switch self {
    case .unknown(let name, let suggestion?):
      "there is no measure '\(name)'; did you mean '\(suggestion)'?"
    case .unknown(let name, nil):
      "there is no measure '\(name)'; there are "
        + (MeasureSelection.groupNames + MeasureSelection.names).joined(separator: ", ")
    case .emptyParameters(let written):
      "the measure '\(written)': nothing stands behind the point"
    case .badParameters(let written, let message):
      "the measure '\(written)': \(message)"
    case .wrongNumber(let written, let expected):
      "the measure '\(written)': it takes \(expected) numbers with commas between them"
    }
  }
}
