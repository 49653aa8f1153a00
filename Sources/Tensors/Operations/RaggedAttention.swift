/// One query vector a sequence attends to a stretch of that sequence's rows:
/// output[i] = Σ_j softmax_j(query[i] · memory[j]) memory[j] over rows firsts[i] ..< lasts[i]
struct RaggedAttention: Operation {
  let query: Matrix
  let memory: Matrix
  let firsts: Indices
  let lasts: Indices
  /// The weights of every stretch, one after the other: kept for backward.
  let weights: UnsafeMutablePointer<Float>
  let output: Matrix

  /// Scores, and what they weigh.
  var products: Double {
    var total = 0.0
    for row in 0..<query.rows { total += Double(lasts[row] - firsts[row]) }
    return 4 * total * Double(memory.columns)
  }

  func forward(on tape: Tape) {
    let columns = memory.columns
    var weight = weights
    output.values.update(repeating: 0, count: output.count)
    for row in 0..<query.rows {
      let first = firsts[row]
      let count = lasts[row] - first
      let question = query.values + row * columns
      for index in 0..<count {
        weight[index] = dotProduct(question, memory.values + (first + index) * columns, count: columns)
      }
      softmax(weight, count: count)
      for index in 0..<count {
        addScaled(
          memory.values + (first + index) * columns, by: weight[index], to: output.values + row * columns,
          count: columns)
      }
      weight += count
    }
  }

  /// With w the weights: dw_j = d · m_j, slope_j = w_j (dw_j − Σ w dw), dq = Σ slope_j m_j, dm_j = w_j d + slope_j q.
  func backward(on tape: Tape) {
    let columns = memory.columns
    let gradient = tape.gradient(of: output)
    let queryTarget = tape.gradientToSum(for: query)
    let memoryTarget = tape.gradientToSum(for: memory)
    var weight = weights
    for row in 0..<query.rows {
      let first = firsts[row]
      let count = lasts[row] - first
      let slope = gradient + row * columns
      let question = query.values + row * columns
      let mean = dotProduct(slope, output.values + row * columns, count: columns)
      for index in 0..<count {
        let place = (first + index) * columns
        let key = memory.values + place
        let score = weight[index] * (dotProduct(slope, key, count: columns) - mean)
        if let queryTarget { addScaled(key, by: score, to: queryTarget + row * columns, count: columns) }
        if let memoryTarget {
          addScaled(slope, by: weight[index], to: memoryTarget + place, count: columns)
          addScaled(question, by: score, to: memoryTarget + place, count: columns)
        }
      }
      weight += count
    }
  }
}

extension Tape {
  /// For each row of `query`, the softmax-weighted sum of memory rows `firsts[i] ..< lasts[i]`, weighted by their inner
  /// product with the query. A stretch without rows gives zeros.
  public func raggedAttention(query: Matrix, memory: Matrix, firsts: Indices, lasts: Indices) -> Matrix {
    precondition(query.columns == memory.columns && query.rows == firsts.count && firsts.count == lasts.count)
    var total = 0
    for row in 0..<firsts.count {
      precondition(0 <= firsts[row] && firsts[row] <= lasts[row] && lasts[row] <= memory.rows)
      total += lasts[row] - firsts[row]
    }
    let output = matrix(
      rows: query.rows, columns: query.columns, in: query.rowSpace,
      needsGradient: query.needsGradient || memory.needsGradient)
    return perform(
      RaggedAttention(
        query: query, memory: memory, firsts: firsts, lasts: lasts, weights: floats(total), output: output))
  }
}
