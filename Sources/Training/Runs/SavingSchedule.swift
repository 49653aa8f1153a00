/// When a run that is under way saves its state between evaluations.
///
/// Saving takes at most a fiftieth of the time, and a run that is killed loses a tenth of what it has done, but no more
/// than half a minute: or, where saving is slow, fifty times what saving takes.
package struct SavingSchedule {
  static let costFactor = 50
  static let longest = Duration.seconds(30)

  private let begin: ContinuousClock.Instant
  private var last: ContinuousClock.Instant
  private var cost = Duration.zero

  package init(begin: ContinuousClock.Instant) {
    self.begin = begin
    last = begin
  }

  package func isDue(at now: ContinuousClock.Instant) -> Bool {
    now - last >= max(cost * Self.costFactor, min((now - begin) / 10, Self.longest))
  }

  /// - Parameter saving: from when until when the state was saved.
  package mutating func note(_ saving: Range<ContinuousClock.Instant>) {
    last = saving.upperBound
    cost = saving.upperBound - saving.lowerBound
  }
}
