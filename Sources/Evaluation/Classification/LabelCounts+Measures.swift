/// Measures of classification. A ratio with nothing below its line is 0 (as in scikit-learn's
/// `zero_division=0`); a measure over no examples at all is nil. None is ever NaN.
extension LabelCounts {
  /// The share of examples whose label was predicted; nil without examples.
  public var accuracy: Double? {
    total == 0 ? nil : ratio(truePositives.reduce(0, +), total)
  }

  /// Of the examples predicted as `label`, the share that are of it; 0 when there are none.
  public func precision(of label: Int) -> Double {
    ratio(truePositives[label], predicted[label])
  }

  /// Of the examples of `label`, the share that were predicted as it; 0 when there are none.
  public func recall(of label: Int) -> Double {
    ratio(truePositives[label], expected[label])
  }

  /// The harmonic mean of precision and recall, 2·tp / (predicted + expected); 0 for a label that does not occur.
  public func f1(of label: Int) -> Double {
    ratio(2 * truePositives[label], predicted[label] + expected[label])
  }

  /// The labels that were predicted or expected at least once.
  private var occurringLabels: [Int] {
    (0..<classCount).filter { predicted[$0] + expected[$0] > 0 }
  }

  /// The mean of the labels' precisions; nil without examples. As in scikit-learn every occurring label is counted alike,
  /// and of sets of labels every label.
  public var macroPrecision: Double? { macroAverage(precision) }

  /// The mean of the labels' recalls, over the same labels; nil without examples.
  public var macroRecall: Double? { macroAverage(recall) }

  /// The mean of the labels' F1 (the mean of the harmonic means), over the same labels; nil without examples.
  public var macroF1: Double? { macroAverage(f1) }

  /// F1 of the counts added up over all labels. With one label an example each mistake is one false
  /// positive and one false negative, so it equals accuracy; nil without examples.
  public var microF1: Double? {
    guard total > 0 else { return nil }
    return ratio(2 * truePositives.reduce(0, +), predicted.reduce(0, +) + expected.reduce(0, +))
  }

  /// Of all predicted labels, the share that are right. It differs from recall where examples have sets of labels.
  var microPrecision: Double? {
    total > 0 ? ratio(truePositives.reduce(0, +), predicted.reduce(0, +)) : nil
  }

  /// Of all expected labels, the share that were predicted.
  var microRecall: Double? {
    total > 0 ? ratio(truePositives.reduce(0, +), expected.reduce(0, +)) : nil
  }

  /// The Matthews correlation for any number of classes (Gorodkin 2004, "Comparing two K-category
  /// assignments by a K-category correlation coefficient"): with s examples, c of them right, and each
  /// label k predicted pₖ and expected tₖ times, (c·s − Σ pₖ·tₖ) / √((s² − Σ pₖ²)(s² − Σ tₖ²)).
  ///
  /// 0 when all predictions, or all expected labels, are one class; nil without examples.
  public var matthewsCorrelation: Double? {
    guard total > 0 else { return nil }
    let examples = Double(total)
    var product = 0.0
    var predictedSquares = 0.0
    var expectedSquares = 0.0
    for label in 0..<classCount {
      let guesses = Double(predicted[label])
      let truths = Double(expected[label])
      product += guesses * truths
      predictedSquares += guesses * guesses
      expectedSquares += truths * truths
    }
    let right = Double(truePositives.reduce(0, +))
    let spread = (examples * examples - predictedSquares) * (examples * examples - expectedSquares)
    guard spread > 0 else { return 0 }
    return (right * examples - product) / spread.squareRoot()
  }

  /// One row a label, in the order of the ids.
  public var perLabel: [LabelMeasures] {
    (0..<classCount).map { label in
      LabelMeasures(
        label: label, precision: precision(of: label), recall: recall(of: label), f1: f1(of: label),
        expected: expected[label], predicted: predicted[label])
    }
  }

  private func macroAverage(_ measure: (Int) -> Double) -> Double? {
    let labels = areOfSets ? Array(0..<classCount) : occurringLabels
    guard total > 0, !labels.isEmpty else { return nil }
    return labels.map(measure).reduce(0, +) / Double(labels.count)
  }
}

/// One label's line in a report.
public struct LabelMeasures: Sendable, Equatable {
  public let label: Int
  public let precision: Double
  public let recall: Double
  public let f1: Double
  /// Examples of the label (its support).
  public let expected: Int
  /// Examples predicted as the label.
  public let predicted: Int
}
