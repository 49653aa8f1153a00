extension Reference {
  /// Self-attention of packed sequences. `projections` holds query, key and value side by side,
  /// [rows, 3 · heads · size]; `factor(row, head, key)` is the dropout factor of a probability.
  package struct Attention {
    package let starts: [Int]
    package let heads: Int
    package let size: Int
    package let factor: (Int, Int, Int) -> Double

    package init(
      starts: [Int], heads: Int, size: Int, factor: @escaping (Int, Int, Int) -> Double = { _, _, _ in 1 }
    ) {
      self.starts = starts
      self.heads = heads
      self.size = size
      self.factor = factor
    }

    private var hidden: Int { heads * size }

    private func probabilities(_ p: [Double], row: Int, keys: Range<Int>, head: Int) -> [Double] {
      softmax(
        keys.map { key in
          var sum = 0.0
          for i in head * size..<(head + 1) * size {
            sum += p[row * 3 * hidden + i] * p[key * 3 * hidden + hidden + i]
          }
          return sum / Double(size).squareRoot()
        })
    }

    /// [rows, hidden].
    package func forward(_ projections: [Double]) -> [Double] {
      var output = Array(repeating: 0.0, count: projections.count / 3)
      each { row, keys, head in
        let weights = probabilities(projections, row: row, keys: keys, head: head)
        for (index, key) in keys.enumerated() {
          let weight = weights[index] * factor(row, head, index)
          for i in head * size..<(head + 1) * size {
            output[row * hidden + i] += weight * projections[key * 3 * hidden + 2 * hidden + i]
          }
        }
      }
      return output
    }

    /// The gradient of the projections from that of the output, by the chain rule written out key by key.
    package func backward(_ projections: [Double], gradient: [Double]) -> [Double] {
      var result = Array(repeating: 0.0, count: projections.count)
      each { row, keys, head in
        let weights = probabilities(projections, row: row, keys: keys, head: head)
        var slopes = weights
        var mean = 0.0
        for (index, key) in keys.enumerated() {
          slopes[index] = 0
          for i in head * size..<(head + 1) * size {
            let d = gradient[row * hidden + i] * factor(row, head, index)
            slopes[index] += d * projections[key * 3 * hidden + 2 * hidden + i]
            result[key * 3 * hidden + 2 * hidden + i] += d * weights[index]
          }
          mean += weights[index] * slopes[index]
        }
        for (index, key) in keys.enumerated() {
          let slope = weights[index] * (slopes[index] - mean) / Double(size).squareRoot()
          for i in head * size..<(head + 1) * size {
            result[row * 3 * hidden + i] += slope * projections[key * 3 * hidden + hidden + i]
            result[key * 3 * hidden + hidden + i] += slope * projections[row * 3 * hidden + i]
          }
        }
      }
      return result
    }

    private func each(_ body: (_ row: Int, _ keys: Range<Int>, _ head: Int) -> Void) {
      for (first, end) in zip(starts, starts.dropFirst()) {
        for row in first..<end {
          for head in 0..<heads { body(row, first..<end, head) }
        }
      }
    }
  }
}
