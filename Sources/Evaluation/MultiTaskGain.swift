/// What learning tasks together gains over learning each alone.
public enum MultiTaskGain {
  /// Δm of Maninis, Radosavovic & Kokkinos 2019 (section 4.1), in percent: the mean over tasks of the relative gain,
  /// (m − b) / |b|, where b is the metric of the model of the task alone; its sign is turned for metrics of which less is
  /// better. The paper has b for |b|: a correlation below zero would then count as a loss what is a gain.
  ///
  /// - Returns: nil without tasks, or where a single-task metric is zero.
  public static func percent(
    multiTask: [Double], singleTask: [Double], lowerIsBetter: [Bool]
  ) -> Double? {
    precondition(multiTask.count == singleTask.count && multiTask.count == lowerIsBetter.count)
    guard !multiTask.isEmpty, !singleTask.contains(0) else { return nil }
    let gains = multiTask.indices.map { task in
      let gain = (multiTask[task] - singleTask[task]) / abs(singleTask[task])
      return lowerIsBetter[task] ? -gain : gain
    }
    return 100 * gains.reduce(0, +) / Double(gains.count)
  }
}
