/// Stretches of a matrix's values that are a distribution each: its rows, or the candidates of each query.
struct Distributions: BitwiseCopyable {
  let count: Int
  private let columns: Int
  /// Where each begins, and the end of the last; nil: they are rows. Rows are not listed, as a batch may have more logits than
  /// 32-bit numbers count.
  private let starts: Indices?

  init(of logits: Matrix, starts: Indices?) {
    columns = logits.columns
    self.starts = starts
    count = starts.map { $0.count - 1 } ?? logits.rows
    guard let starts else { return }
    precondition(
      count > 0 && starts[0] == 0 && starts[count] == logits.count
        && (1...count).allSatisfy { starts[$0 - 1] < starts[$0] },
      "distributions follow each other from the first logit to the last, each with one at least")
  }

  subscript(_ distribution: Int) -> Range<Int> {
    guard let starts else { return distribution * columns..<(distribution + 1) * columns }
    return starts[distribution]..<starts[distribution + 1]
  }
}
