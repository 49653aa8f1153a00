import Foundation
import TestSupport

/// The operations that have no kernel, plainly, in double precision.
enum OperationReference {
  static func rows(_ values: [Double], columns: Int) -> [[Double]] {
    stride(from: 0, to: values.count, by: columns).map { Array(values[$0..<$0 + columns]) }
  }

  static func gather(_ values: [Double], rows picked: [Int], columns: Int) -> [Double] {
    picked.flatMap { values[$0 * columns..<($0 + 1) * columns] }
  }

  static func softmaxCrossEntropy(_ logits: [Double], labels: [Int], classes: Int) -> Double {
    zip(rows(logits, columns: classes), labels).reduce(0) { sum, row in
      sum + Reference.logSum(row.0) - row.0[row.1]
    } / Double(labels.count)
  }

  static func binaryCrossEntropy(_ logits: [Double], targets: [Double]) -> Double {
    -zip(logits, targets).reduce(0) { sum, pair in
      let probability = Reference.sigmoid(pair.0)
      return sum + pair.1 * log(probability) + (1 - pair.1) * log(1 - probability)
    } / Double(logits.count)
  }

  static func squaredError(_ scores: [Double], targets: [Double]) -> Double {
    zip(scores, targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(scores.count)
  }

  static func listwiseCrossEntropy(_ scores: [Double], gains: [Double], starts: [Int]) -> Double {
    var total = 0.0
    for (first, end) in zip(starts, starts.dropFirst()) {
      let sum = gains[first..<end].reduce(0, +)
      let logSum = Reference.logSum(Array(scores[first..<end]))
      for index in first..<end { total += gains[index] / sum * (logSum - scores[index]) }
    }
    return total / Double(starts.count - 1)
  }

  static func raggedAttention(
    query: [Double], memory: [Double], stretches: [Range<Int>], columns: Int
  ) -> [Double] {
    let questions = rows(query, columns: columns)
    let keys = rows(memory, columns: columns)
    return zip(questions, stretches).flatMap { question, stretch in
      var output = Array(repeating: 0.0, count: columns)
      guard !stretch.isEmpty else { return output }
      let weights = Reference.softmax(
        stretch.map { key in zip(question, keys[key]).reduce(0) { $0 + $1.0 * $1.1 } })
      for (weight, key) in zip(weights, stretch) {
        for column in 0..<columns { output[column] += weight * keys[key][column] }
      }
      return output
    }
  }

  static func gatedRecurrentUnit(
    fromInput: [Double], fromState: [Double], state: [Double], columns: Int
  ) -> [Double] {
    let a = rows(fromInput, columns: 3 * columns)
    let b = rows(fromState, columns: 3 * columns)
    return state.indices.map { index in
      let row = index / columns
      let i = index % columns
      let reset = Reference.sigmoid(a[row][i] + b[row][i])
      let update = Reference.sigmoid(a[row][columns + i] + b[row][columns + i])
      let new = tanh(a[row][2 * columns + i] + reset * b[row][2 * columns + i])
      return (1 - update) * new + update * state[index]
    }
  }

  static func matchFeatures(_ first: [Double], _ second: [Double], columns: Int) -> [Double] {
    let pairs = zip(rows(first, columns: columns), rows(second, columns: columns))
    return pairs.flatMap { a, b -> [Double] in
      let differences = zip(a, b).map { abs($0 - $1) }
      let products = zip(a, b).map { $0 * $1 }
      return [a, b, differences, products].flatMap { $0 }
    }
  }

  static func meanProbability(_ steps: [[Double]], kept: [[Bool]], classes: Int) -> [Double] {
    let probabilities = steps.map { rows($0, columns: classes).map(Reference.softmax) }
    return kept.indices.flatMap { row -> [Double] in
      let used = steps.indices.filter { kept[row][$0] }
      return (0..<classes).map { c in
        log(used.reduce(0) { $0 + probabilities[$1][row][c] } / Double(used.count))
      }
    }
  }

  static func negativeLogLikelihood(_ logProbabilities: [Double], labels: [Int], classes: Int) -> Double {
    -zip(rows(logProbabilities, columns: classes), labels).reduce(0) { $0 + $1.0[$1.1] }
      / Double(labels.count)
  }
}
