import Tasks

extension JSONValue {
  /// Null where a figure is not defined, or none that JSON can hold.
  package static func figure(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return JSONValue(.null) }
    return .number(value)
  }
}

extension TaskEvaluation {
  /// `{"metric": value}`
  package var encoded: JSONValue { .object(values.map { .init($0.metric, .figure($0.value)) }) }
}
