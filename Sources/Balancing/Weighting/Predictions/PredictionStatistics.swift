import Foundation

/// What weightings are told of predictions.
package enum PredictionStatistics {
  /// The mean over examples of the entropy of the predicted distribution in nats over ln C, from 0 to 1.
  ///
  /// - Parameter probabilities: one distribution over C classes an example.
  /// - Returns: nil without examples or with fewer than two classes.
  package static func normalizedEntropy(of probabilities: [[Double]]) -> Double? {
    guard let classes = probabilities.first?.count, classes > 1 else { return nil }
    let entropies = probabilities.map { $0.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
    return entropies.reduce(0, +) / Double(entropies.count) / log(Double(classes))
  }

  /// The mean over outputs of their population variance over passes.
  ///
  /// - Parameter passes: the same outputs (probabilities or scores of any number of examples) of each forward pass.
  /// - Returns: nil without passes or outputs.
  package static func variance(over passes: [[Double]]) -> Double? {
    guard let first = passes.first, !first.isEmpty else { return nil }
    let count = Double(passes.count)
    let variances = first.indices.map { output in
      let mean = passes.reduce(0) { $0 + $1[output] } / count
      return passes.reduce(0) { $0 + ($1[output] - mean) * ($1[output] - mean) } / count
    }
    return variances.reduce(0, +) / Double(variances.count)
  }
}
