/// The mean of each task's losses over the batches of an epoch.
struct EpochMeans: Sendable {
  private var epoch = 0.0
  private var sums: [Double]
  private var counts: [Double]

  init(count: Int) {
    sums = Array(repeating: 0, count: count)
    counts = sums
  }

  /// - Returns: with the first batch of an epoch the means of the one before, nil for tasks that it did not hold.
  mutating func add(_ losses: [Double?], epoch: Int) -> [Double?]? {
    var finished: [Double?]?
    if Double(epoch) != self.epoch {
      finished = zip(sums, counts).map { $1 > 0 ? $0 / $1 : nil }
      self = EpochMeans(count: sums.count)
      self.epoch = Double(epoch)
    }
    for (index, loss) in losses.enumerated() {
      guard let loss else { continue }
      sums[index] += loss
      counts[index] += 1
    }
    return finished
  }

  var state: [Double] {
    get { [epoch] + sums + counts }
    set {
      var rest = newValue.dropFirst()
      epoch = newValue[0]
      rest.fill(&sums)
      rest.fill(&counts)
    }
  }
}
