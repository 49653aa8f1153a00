import Tasks

/// Steps whose numbers are not finite, in runs that leave these out.
extension Trainer {
  /// Steps that may be left out one after the other before the run ends: then it is not the data.
  private static let mostInARow = 20

  /// Takes a step; or leaves it out when a loss or the gradient is not finite and the options say so.
  ///
  /// A step that is left out moves nothing: no parameter, no moment, no state of weighting or aggregation.
  ///
  /// - Returns: what happened, and the counts are those after it.
  /// - Throws: as `takeStep`; `TrainingError.skippedTooMany`.
  func takeOrSkipStep(_ number: Int, of plan: BatchPlan, epoch: Int) throws -> TrainingEvent {
    let before = balance
    do {
      let report = try takeStep(number, of: plan, epoch: epoch)
      skippedInARow = 0
      return .stepped(report)
    } catch let error as TrainingError {
      guard options.skipsNotFinite, let finding = error.notFiniteFinding else { throw error }
      balance = before
      passes.gradients.clear()
      measuredSlots?.clear()
      step += 1
      skippedSteps += 1
      skippedInARow += 1
      guard skippedInARow < Self.mostInARow else {
        throw TrainingError.skippedTooMany(skippedInARow, step: step, last: finding)
      }
      return .skipped(SkippedStep(step: step, reason: finding, total: skippedSteps))
    }
  }
}
