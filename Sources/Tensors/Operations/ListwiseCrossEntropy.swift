/// loss = mean over columns and queries of −Σ_c (gain_c / Σ gains) log softmax(scores)_c, the softmax over the query's candidates
/// (Cao et al. 2007, ListNet's top-one loss with gains as the target distribution; with one positive it is MT-DNN's).
struct ListwiseCrossEntropy: Operation {
  let scores: Matrix
  let gains: Numbers
  let starts: Indices
  /// Kept for backward.
  let probabilities: Numbers
  let output: Matrix

  private var queries: Int { starts.count - 1 }

  /// Where the gains and probabilities of a column's candidates for a query are: column after column.
  private func candidates(of query: Int, column: Int) -> Range<Int> {
    column * scores.rows + starts[query]..<column * scores.rows + starts[query + 1]
  }

  /// Where in `scores` a candidate's score is.
  private func place(_ candidate: Int, column: Int) -> Int {
    (candidate - column * scores.rows) * scores.columns + column
  }

  private func gainSum(_ candidates: Range<Int>) -> Float {
    var sum: Float = 0
    for candidate in candidates { sum += gains[candidate] }
    return sum
  }

  func forward(on tape: Tape) {
    var total = 0.0
    for column in 0..<scores.columns {
      for query in 0..<queries {
        let candidates = candidates(of: query, column: column)
        for candidate in candidates {
          probabilities[candidate] = scores.values[place(candidate, column: column)]
        }
        let logSum = softmax(probabilities.part(candidates))
        let sum = gainSum(candidates)
        for candidate in candidates {
          total += Double(
            gains[candidate] / sum * (logSum - scores.values[place(candidate, column: column)]))
        }
      }
    }
    output.values[0] = Float(total / Double(queries * scores.columns))
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: scores) else { return }
    let scale = tape.gradient(of: output)[0] / Float(queries * scores.columns)
    for column in 0..<scores.columns {
      for query in 0..<queries {
        let candidates = candidates(of: query, column: column)
        let sum = gainSum(candidates)
        for candidate in candidates {
          target[place(candidate, column: column)] +=
            scale * (probabilities[candidate] - gains[candidate] / sum)
        }
      }
    }
  }
}

extension Tape {
  /// The mean over columns and queries of the cross-entropy between the candidates' gains, as a distribution, and the softmax of
  /// their scores, in nats. [1, 1].
  ///
  /// - Parameters:
  ///   - scores: [candidates, columns], the candidates of a query one after the other; each column is a softmax of its own.
  ///   - gains: relevance of each candidate, at least one above zero a query; column after column.
  ///   - starts: the first candidate of each query, and the end of the last.
  public func listwiseCrossEntropy(_ scores: Matrix, gains: Numbers, starts: Indices) -> Matrix {
    precondition(scores.count == gains.count && starts.count > 1, "one gain a score")
    precondition(
      starts[0] == 0 && starts[starts.count - 1] == scores.rows
        && (1..<starts.count).allSatisfy { starts[$0 - 1] < starts[$0] },
      "queries follow each other from the first candidate to the last, each with one at least")
    let output = matrix(rows: 1, columns: 1, in: scores.rowSpace, needsGradient: scores.needsGradient)
    return perform(
      ListwiseCrossEntropy(
        scores: scores, gains: gains, starts: starts, probabilities: floats(scores.count), output: output))
  }
}
