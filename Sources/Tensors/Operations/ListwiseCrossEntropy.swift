/// loss = mean over queries of −Σ_c (gain_c / Σ gains) log softmax(scores)_c, the softmax over the query's candidates
/// (Cao et al. 2007, ListNet's top-one loss with gains as the target distribution; with one positive it is MT-DNN's).
struct ListwiseCrossEntropy: Operation {
  let scores: Matrix
  let gains: Numbers
  let starts: Indices
  /// Kept for backward.
  let probabilities: UnsafeMutablePointer<Float>
  let output: Matrix

  private var queries: Int { starts.count - 1 }

  private func gainSum(_ query: Int) -> Float {
    var sum: Float = 0
    for candidate in starts[query]..<starts[query + 1] { sum += gains[candidate] }
    return sum
  }

  func forward(on tape: Tape) {
    var total = 0.0
    probabilities.update(from: scores.values, count: scores.rows)
    for query in 0..<queries {
      let first = starts[query]
      let count = starts[query + 1] - first
      let logSum = softmax(probabilities + first, count: count)
      let sum = gainSum(query)
      for candidate in first..<first + count {
        total += Double(gains[candidate] / sum * (logSum - scores.values[candidate]))
      }
    }
    output.values.pointee = Float(total / Double(queries))
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: scores) else { return }
    let scale = tape.gradient(of: output).pointee / Float(queries)
    for query in 0..<queries {
      let sum = gainSum(query)
      for candidate in starts[query]..<starts[query + 1] {
        target[candidate] += scale * (probabilities[candidate] - gains[candidate] / sum)
      }
    }
  }
}

extension Tape {
  /// The mean over queries of the cross-entropy between the candidates' gains, as a distribution, and the softmax of
  /// their scores, in nats. [1, 1].
  ///
  /// - Parameters:
  ///   - scores: one a candidate, [candidates, 1], the candidates of a query side by side.
  ///   - gains: relevance of each candidate, at least one above zero a query.
  ///   - starts: the first candidate of each query, and the end of the last.
  public func listwiseCrossEntropy(_ scores: Matrix, gains: Numbers, starts: Indices) -> Matrix {
    precondition(scores.columns == 1 && scores.rows == gains.count && starts.count > 1, "one gain a score")
    precondition(
      starts[0] == 0 && starts[starts.count - 1] == scores.rows
        && (1..<starts.count).allSatisfy { starts[$0 - 1] < starts[$0] },
      "queries follow each other from the first candidate to the last, each with one at least")
    let output = matrix(rows: 1, columns: 1, in: scores.rowSpace, needsGradient: scores.needsGradient)
    return perform(
      ListwiseCrossEntropy(
        scores: scores, gains: gains, starts: starts, probabilities: floats(scores.rows), output: output))
  }
}
