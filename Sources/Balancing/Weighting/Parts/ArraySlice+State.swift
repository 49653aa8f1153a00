extension ArraySlice<Double> {
  /// Moves the first numbers into a part of a weighting's state, as many as it holds.
  mutating func fill(_ part: inout [Double]) {
    precondition(count >= part.count, "the state is of another set of tasks")
    part = Array(prefix(part.count))
    removeFirst(part.count)
  }
}
