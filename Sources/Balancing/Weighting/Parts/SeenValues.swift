/// One number a task, not known until a batch or an evaluation has told it: how methods that need every task's value
/// get by with batches that do not hold every task.
struct SeenValues: Sendable {
  private(set) var values: [Double?]

  init(count: Int) { values = Array(repeating: nil, count: count) }

  /// Takes the numbers that are given, and leaves the others.
  mutating func replace(with new: [Double?]) { values = zip(new, values).map { $0 ?? $1 } }

  /// Takes the numbers of tasks that have none.
  mutating func keepFirst(of new: [Double?]) { values = zip(values, new).map { $0 ?? $1 } }

  mutating func forget() { values = values.map { _ in nil } }

  var isEmpty: Bool { values.allSatisfy { $0 == nil } }

  /// A task not seen yet counts as the mean of those seen, and as 1 when there are none.
  var filled: [Double] {
    let known = values.compactMap { $0 }
    let mean = known.isEmpty ? 1 : known.reduce(0, +) / Double(known.count)
    return values.map { $0 ?? mean }
  }

  var state: [Double] {
    get { values.map { $0 ?? .nan } }
    set { values = newValue.map { $0.isNaN ? nil : $0 } }
  }
}
