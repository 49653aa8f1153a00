/// A mean for each task over the batches of a step, in which every sequence counts alike.
struct TaskMeans: Sendable {
  private var sums: [Double]
  /// Sequences of each task.
  private(set) var counts: [Double]

  init(tasks: Int) {
    sums = Array(repeating: 0, count: tasks)
    counts = sums
  }

  mutating func add(_ mean: Double, task: Int, sequences: Int) {
    sums[task] += mean * Double(sequences)
    counts[task] += Double(sequences)
  }

  /// Nil for tasks that the step does not hold.
  var values: [Double?] { zip(sums, counts).map { $1 > 0 ? $0 / $1 : nil } }
}
