import Tasks

/// The batches of a run that show what memory it takes: the one with the fewest tokens, from which the others can be
/// foretold, the one with the most tokens, the one with the longest sequences, and the one with the most outputs where a task
/// has one for each token of the vocabulary.
struct BatchTrials {
  struct Batch {
    let epoch: Int
    let index: Int
    let tokens: Int
    /// The sum of the squares of the sequences' lengths.
    let squares: Int
    /// Of tasks that have one for each token of the vocabulary.
    let outputs: Int

    /// How much more a step with this batch takes: with its tokens, and in attention with the squares of lengths.
    func growth(over other: Batch) -> Double {
      max(
        Double(tokens) / Double(max(other.tokens, 1)), Double(squares) / Double(max(other.squares, 1)), 1)
    }

    /// What more outputs take, in each of so many passes whose outputs are kept: each is a score, a probability and a
    /// gradient, and one in turning.
    func outputBytes(over other: Batch, passes: Int) -> Double {
      16 * Double(passes) * Double(max(outputs - other.outputs, 0))
    }
  }

  private var least: Batch?
  private var mostTokens: Batch?
  private var mostSquares: Batch?
  private var mostOutputs: Batch?

  /// In the order in which they are tried.
  var batches: [Batch] { [least, mostTokens, mostSquares, mostOutputs].compactMap { $0 } }

  mutating func note(_ plan: BatchPlan, epoch: Int, data: [Examples]) {
    for index in 0..<plan.count {
      let (tokens, squares, outputs) = plan.size(of: index, in: data)
      let batch = Batch(epoch: epoch, index: index, tokens: tokens, squares: squares, outputs: outputs)
      if tokens < least?.tokens ?? .max { least = batch }
      if tokens > mostTokens?.tokens ?? 0 { mostTokens = batch }
      if squares > mostSquares?.squares ?? 0 { mostSquares = batch }
      if outputs > mostOutputs?.outputs ?? 0 { mostOutputs = batch }
    }
  }
}
