import Evaluation
import Testing

/// Data that say little or nothing: tasks/DATA.md has the rules in words.
@Suite("Metrics of what can hardly be measured") struct DegenerateMetricsTests {
  /// What every metric of the catalogue makes of these predictions that reads such.
  private static func values(_ predictions: Predictions) throws -> [String: Double?] {
    var values: [String: Double?] = [:]
    for family in Metric.catalogue {
      let metric = try Metric.named(family.cutoff == .required ? "\(family.name)@3" : family.name)
      guard (try? metric.check(reads: predictions.kind)) != nil else { continue }
      let value = try metric.value(for: predictions)
      #expect(value.map(\.isFinite) != false, "\(family.name) is \(value ?? 0)")
      values[family.name] = .some(value)
    }
    #expect(!values.isEmpty)
    return values
  }

  @Test("one class only, predicted or expected: no figure is lost, and correlation is 0")
  func oneClass() throws {
    let cases: [(predicted: [Int], expected: [Int], accuracy: Double)] = [
      ([0, 0, 0], [0, 0, 0], 1), ([1, 1, 1], [1, 1, 1], 1), ([0, 0, 0], [1, 1, 1], 0),
      ([0, 1, 0], [1, 1, 1], 1.0 / 3),
      ([1, 1, 1], [0, 1, 0], 1.0 / 3),
    ]
    for (predicted, expected, accuracy) in cases {
      let values = try Self.values(
        .classes(try ClassPredictions(predicted: predicted, expected: expected, classCount: 2)))
      #expect(values["accuracy"] == accuracy)
      #expect(values["matthews"] == 0)
      #expect(values.values.allSatisfy { $0 != nil })
    }
  }

  @Test("scores that are all equal correlate 0; one that is not finite leaves nothing to measure")
  func scores() throws {
    for (predicted, expected) in [([1.0, 1, 1], [0.0, 1, 2]), ([0, 1, 2], [3, 3, 3]), ([7], [7])] {
      let values = try Self.values(.scores(try ScorePredictions(predicted: predicted, expected: expected)))
      #expect(values["pearson"] == 0 && values["spearman"] == 0)
      #expect(values.values.allSatisfy { $0 != nil })
    }
    for odd in [Double.nan, .infinity, -.infinity] {
      for (predicted, expected) in [([1, odd], [1.0, 2]), ([1.0, 2], [odd, 1])] {
        let values = try Self.values(.scores(try ScorePredictions(predicted: predicted, expected: expected)))
        #expect(values.values.allSatisfy { $0 == nil })
      }
    }
  }

  @Test("rankings without relevant documents, without documents, or with scores that are no numbers")
  func rankings() throws {
    let queries = [
      try RankedQuery(scores: [1, 2, 3], gains: [0, 0, 0]), try RankedQuery(scores: [], gains: []),
      try RankedQuery(scores: [], gains: [], missedGains: [1]),
    ]
    for query in queries {
      #expect(try Self.values(.rankings([query])).values.allSatisfy { $0 == 0 })
    }
    let odd = try RankedQuery(scores: [.nan, 1, .infinity, .nan], gains: [1, 0, 0, 1])
    // NaN is below everything else: relevant documents are third and fourth.
    #expect(try Self.values(.rankings([odd]))["mrr"] == 1.0 / 3)
    let equal = try RankedQuery(scores: [1, 1, 1], gains: [1, 0, 0])
    #expect(try Self.values(.rankings([equal]))["mrr"] == 1.0 / 3)
  }

  @Test("words without entities, empty sets of labels and empty answers")
  func words() throws {
    let plain = try Self.values(
      .tags(try TagPredictions(predicted: [[0, 0], []], expected: [[0, 0], []], labels: ["O", "B-X"])))
    #expect(plain["accuracy"] == 1 && plain["entity-f1"] == 0)
    let empty = try Self.values(
      .labelSets(try LabelSetPredictions(predicted: [[], []], expected: [[], []], labelCount: 2)))
    #expect(empty["subset-accuracy"] == 1 && empty["micro-f1"] == 0)
    let answers = try Self.values(
      .answers(try AnswerPredictions(predicted: ["", "x"], expected: [[""], [""]])))
    #expect(answers["exact-match"] == 0.5)
  }
}
