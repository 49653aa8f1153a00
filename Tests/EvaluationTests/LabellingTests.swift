import Evaluation
import Foundation
import Testing

@Suite("Labels of words") struct LabellingTests {
  struct Fixture: Decodable {
    let name: String
    let labels: [String]
    let expected, predicted: [[Int]]
    let metrics: [String: Double]
    let entities: [Found]

    /// An entity that the reference found in the expected labels.
    struct Found: Decodable, Equatable {
      let sequence: Int
      let entity: Entity

      init(sequence: Int, entity: Entity) {
        self.sequence = sequence
        self.entity = entity
      }

      init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        sequence = try values.decode(Int.self)
        let type = try values.decode(String.self)
        let first = try values.decode(Int.self)
        entity = Entity(type: type, words: first..<(try values.decode(Int.self)) + 1)
      }
    }
  }

  struct SetFixture: Decodable {
    let name: String
    let labelCount: Int
    let expected, predicted: [[Int]]
    let metrics: [String: Double]
  }

  struct AnswerFixture: Decodable {
    let predicted: String
    let expected: [String]
    let exact, f1: Double
  }

  /// What `Fixtures/make_labelling.py` made.
  struct Fixtures: Decodable {
    let sequences: [Fixture]
    let sets: [SetFixture]
    let answers: [AnswerFixture]

    static func load() throws -> Fixtures {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/labelling.json")
      return try JSONDecoder().decode(Fixtures.self, from: Data(contentsOf: file))
    }
  }

  @Test("exact match and F1 of answers are those of SQuAD 1.1's evaluation") func answers() throws {
    let fixtures = try Fixtures.load().answers
    #expect(fixtures.count > 300)
    for fixture in fixtures {
      let one = try AnswerPredictions(predicted: [fixture.predicted], expected: [fixture.expected])
      #expect(one.exactMatch == fixture.exact, "\(fixture.predicted) beside \(fixture.expected)")
      #expect(abs((one.meanF1 ?? -1) - fixture.f1) < 1e-12, "\(fixture.predicted) beside \(fixture.expected)")
    }
    let all = Predictions.answers(
      try AnswerPredictions(predicted: fixtures.map(\.predicted), expected: fixtures.map(\.expected)))
    let count = Double(fixtures.count)
    let exact = try #require(try Metric.named("exact-match").value(for: all))
    let f1 = try #require(try Metric.named("answer-f1").value(for: all))
    #expect(abs(exact - fixtures.reduce(0) { $0 + $1.exact } / count) < 1e-12)
    #expect(abs(f1 - fixtures.reduce(0) { $0 + $1.f1 } / count) < 1e-12)
  }

  @Test("measures of sets of labels are scikit-learn's") func sets() throws {
    let fixtures = try Fixtures.load().sets
    #expect(fixtures.count == 5)
    for fixture in fixtures {
      let predictions = Predictions.labelSets(
        try LabelSetPredictions(
          predicted: fixture.predicted, expected: fixture.expected, labelCount: fixture.labelCount))
      #expect(fixture.metrics.count == 7)
      for (name, expected) in fixture.metrics {
        let value = try #require(try Metric.named(name).value(for: predictions))
        #expect(abs(value - expected) < 1e-12, "\(name) of \(fixture.name)")
      }
    }
    #expect(throws: PredictionError.unknownClass(3, array: "expected", index: 1, classCount: 3)) {
      try LabelSetPredictions(predicted: [[0], []], expected: [[], [3]], labelCount: 3)
    }
    #expect(throws: PredictionError.differentCounts("predicted", 1, "expected", 0)) {
      try LabelSetPredictions(predicted: [[0]], expected: [], labelCount: 3)
    }
  }

  @Test("entities, their F1 and the words' accuracy are seqeval's, which are conlleval's") func reference()
    throws
  {
    let fixtures = try Fixtures.load().sequences
    #expect(fixtures.count > 5)
    for fixture in fixtures {
      let labels = fixture.labels.map(EntityLabel.init)
      let found = fixture.expected.enumerated().flatMap { number, row in
        Entity.entities(in: row.map { labels[$0] }).map { Fixture.Found(sequence: number, entity: $0) }
      }
      #expect(found == fixture.entities, "\(fixture.name)")
      let predictions = Predictions.tags(
        try TagPredictions(
          predicted: fixture.predicted, expected: fixture.expected, labels: fixture.labels))
      #expect(fixture.metrics.count == 4)
      for (name, expected) in fixture.metrics {
        let value = try #require(try Metric.named(name).value(for: predictions))
        #expect(abs(value - expected) < 1e-12, "\(name) of \(fixture.name)")
      }
    }
  }

  @Test("entities are found by hand as on paper") func byHand() {
    func found(_ labels: String) -> [String] {
      Entity.entities(in: labels.split(separator: " ").map { EntityLabel(String($0)) }).map {
        "\($0.type) \($0.words.lowerBound)-\($0.words.upperBound - 1)"
      }
    }
    #expect(found("B-A I-A O B-B") == ["A 0-1", "B 3-3"])
    #expect(found("I-A I-A I-B B-B") == ["A 0-1", "B 2-2", "B 3-3"])
    #expect(found("S-A S-A B-A E-A I-A") == ["A 0-0", "A 1-1", "A 2-3", "A 4-4"])
    #expect(found("O NOUN B I-") == [" 3-3"])
    #expect(found("") == [])
  }

  @Test("labels that make no entities have no entity metrics, but accuracy") func partsOfSpeech() throws {
    let tags = Predictions.tags(
      try TagPredictions(predicted: [[0, 1]], expected: [[0, 0]], labels: ["NOUN", "VERB"]))
    #expect(try Metric.named("accuracy").value(for: tags) == 0.5)
    let error = #expect(throws: MetricError.self) { try Metric.named("entity-f1").value(for: tags) }
    #expect(error?.description.contains("these are words' labels without B- and I-") == true)
  }

  @Test("sequences that do not belong together are refused") func refused() {
    #expect(throws: PredictionError.differentCounts("predicted", 0, "expected", 1)) {
      try TagPredictions(predicted: [], expected: [[0]], labels: ["O"])
    }
    #expect(throws: PredictionError.differentCounts("predicted labels of a sequence", 2, "expected ones", 1))
    {
      try TagPredictions(predicted: [[0, 0]], expected: [[0]], labels: ["O"])
    }
    #expect(throws: PredictionError.self) {
      try TagPredictions(predicted: [[1]], expected: [[0]], labels: ["O"])
    }
  }
}
