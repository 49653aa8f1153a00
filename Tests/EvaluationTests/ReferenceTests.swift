import Evaluation
import Foundation
import Testing

/// Metrics against scikit-learn's and scipy's; `Fixtures/make_fixtures.py` made the expected values.
@Suite("Reference measures") struct ReferenceTests {
  struct Fixtures: Decodable {
    struct Classification: Decodable {
      let name: String
      let classCount: Int
      let predicted, expected, confusion, labelSupport: [Int]
      let metrics: [String: Double]
      let labelPrecision, labelRecall, labelF1: [Double]
    }
    struct Regression: Decodable {
      let name: String
      let predicted, expected: [Double]
      let metrics: [String: Double]
    }
    let classification: [Classification]
    let regression: [Regression]
  }

  static func fixtures() throws -> Fixtures {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/measures.json")
    return try JSONDecoder().decode(Fixtures.self, from: Data(contentsOf: file))
  }

  @Test("classification metrics are scikit-learn's") func classification() throws {
    for fixture in try Self.fixtures().classification {
      let predictions = try ClassPredictions(
        predicted: fixture.predicted, expected: fixture.expected, classCount: fixture.classCount)
      for (name, expected) in fixture.metrics {
        let value = try #require(try Metric.named(name).value(for: .classes(predictions)))
        #expect(abs(value - expected) < 1e-12, "\(name) of \(fixture.name)")
      }
      let matrix = ConfusionMatrix(predictions)
      let ids = 0..<matrix.classCount
      let counts = ids.flatMap { expected in ids.map { matrix[expected: expected, predicted: $0] } }
      #expect(counts == fixture.confusion)
      let table = predictions.counts.perLabel
      #expect(table.map(\.expected) == fixture.labelSupport)
      for (row, label) in table.enumerated() {
        #expect(abs(label.precision - fixture.labelPrecision[row]) < 1e-12)
        #expect(abs(label.recall - fixture.labelRecall[row]) < 1e-12)
        #expect(abs(label.f1 - fixture.labelF1[row]) < 1e-12)
      }
    }
  }

  @Test("regression metrics are scipy's and scikit-learn's") func regression() throws {
    for fixture in try Self.fixtures().regression {
      let predictions = Predictions.scores(
        try ScorePredictions(predicted: fixture.predicted, expected: fixture.expected))
      // Far from zero, the values themselves carry only ten digits of their differences.
      let tolerance = fixture.name == "far from zero" ? 1e-6 : 1e-10
      for (name, expected) in fixture.metrics {
        let value = try #require(try Metric.named(name).value(for: predictions))
        #expect(abs(value - expected) <= tolerance * max(1, abs(expected)), "\(name) of \(fixture.name)")
      }
    }
  }
}
