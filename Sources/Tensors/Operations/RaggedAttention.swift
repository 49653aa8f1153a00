/// One query vector a sequence attends to a stretch of that sequence's rows:
/// output[i] = Σ_j softmax_j(query[i] · memory[j]) memory[j] over rows firsts[i] ..< lasts[i]
struct RaggedAttention: Operation {
  let query: Matrix
  let memory: Matrix
  let firsts: Indices
  let lasts: Indices
  /// The weights of every stretch, one after the other: kept for backward.
  let weights: Numbers
  let output: Matrix

  /// Scores, and what they weigh.
  var products: Double {
    var total = 0.0
    for row in 0..<query.rows { total += Double(lasts[row] - firsts[row]) }
    return 4 * total * Double(memory.columns)
  }

  func forward(on tape: Tape) {
    var place = 0
    output.values.update(repeating: 0)
    for row in 0..<query.rows {
      let first = firsts[row]
      let weight = weights.part(from: place, count: lasts[row] - first)
      for index in 0..<weight.count { weight[index] = dotProduct(query.row(row), memory.row(first + index)) }
      softmax(weight)
      for index in 0..<weight.count {
        addScaled(memory.row(first + index), by: weight[index], to: output.row(row))
      }
      place += weight.count
    }
  }

  /// With w the weights: dw_j = d · m_j, slope_j = w_j (dw_j − Σ w dw), dq = Σ slope_j m_j, dm_j = w_j d + slope_j q.
  func backward(on tape: Tape) {
    let columns = memory.columns
    let gradient = tape.gradient(of: output)
    let queryTarget = tape.gradientToSum(for: query)
    let memoryTarget = tape.gradientToSum(for: memory)
    var place = 0
    for row in 0..<query.rows {
      let first = firsts[row]
      let weight = weights.part(from: place, count: lasts[row] - first)
      let slope = gradient.part(from: row * columns, count: columns)
      let mean = dotProduct(slope, output.row(row))
      for index in 0..<weight.count {
        let key = memory.row(first + index)
        let score = weight[index] * (dotProduct(slope, key) - mean)
        if let queryTarget {
          addScaled(key, by: score, to: queryTarget.part(from: row * columns, count: columns))
        }
        if let target = memoryTarget?.part(from: (first + index) * columns, count: columns) {
          addScaled(slope, by: weight[index], to: target)
          addScaled(query.row(row), by: score, to: target)
        }
      }
      place += weight.count
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
