import Tasks

extension JSONValue {
  /// Null where a figure is not defined, or none that JSON can hold.
  package static func figure(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return JSONValue(.null) }
    return .number(value)
  }

  /// The same for a number of single precision, in the fewest digits that read back as it.
  package static func figure(single value: Float) -> JSONValue {
    value.isFinite ? .number(single: value) : JSONValue(.null)
  }
}

extension TaskEvaluation {
  /// `{"metric": value}`
  package var encoded: JSONValue { .object(values.map { .init($0.metric, .figure($0.value)) }) }
}
