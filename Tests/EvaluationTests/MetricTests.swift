import Evaluation
import Testing

@Suite("Metrics by name") struct MetricTests {
  @Test("a name with a cut-off measures at it") func cutoff() throws {
    let queries = [
      try RankedQuery(scores: [3, 2, 1], gains: [0, 0, 1]),
      try RankedQuery(scores: [3, 2, 1], gains: [1, 1, 0]),
    ]
    func value(_ name: String) throws -> Double? { try Metric.named(name).value(for: .rankings(queries)) }
    #expect(try value("p@2") == 0.5)
    #expect(try value("P@1") == 0.5)
    #expect(try value("r@2") == 0.5)
    #expect(try value("success@3") == 1)
    #expect(try value("mrr") == (1.0 / 3 + 1) / 2)
    #expect(try value("mrr@2") == 0.5)
    #expect(try value("ndcg@1") == 0.5)
    #expect(try value("map@2") == 0.5)
    #expect(try Metric.named("NDCG@10").name == "ndcg@10")
  }

  @Test(
    "a wrong name says what would be right",
    arguments: [
      ("acuracy", "there is no metric 'acuracy'; did you mean 'accuracy'?"),
      ("ndgc@5", "there is no metric 'ndgc@5'; did you mean 'ndcg@5'?"),
      ("macro_f2", "there is no metric 'macro_f2'; did you mean 'macro-f1'?"),
      ("sucess", "there is no metric 'sucess'; did you mean 'success@10'?"),
      ("p", "the metric 'p' needs a cut-off, such as 'p@10'"),
      ("accuracy@3", "the metric 'accuracy' takes no cut-off: 'accuracy', not 'accuracy@3'"),
      ("ndcg@0", "the cut-off of 'ndcg' is a whole number of at least 1, not '0'"),
      ("p@ten", "the cut-off of 'p' is a whole number of at least 1, not 'ten'"),
    ])
  func wrongName(name: String, message: String) {
    let error = #expect(throws: MetricError.self) { try Metric.named(name) }
    #expect(error?.description == message)
  }

  @Test("a name like no other lists those there are") func unlikeAnyName() {
    let error = #expect(throws: MetricError.self) { try Metric.named("perplexity-of-tokens") }
    #expect(error?.description.contains("accuracy, f1, precision") == true)
    #expect(error?.description.contains("ndcg[@K], p@K") == true)
  }

  @Test("aliases, letter case and underscores are understood") func spellings() throws {
    #expect(try Metric.named("MCC").name == "matthews")
    #expect(try Metric.named("Macro_F1").name == "macro-f1")
  }

  @Test("a metric that does not suit the predictions is refused before there are any") func wrongInput()
    throws
  {
    try Metric.named("f1").check(reads: .classes(count: 2))
    let error = #expect(throws: MetricError.self) { try Metric.named("f1").check(reads: .classes(count: 3)) }
    #expect(
      error?.description
        == "the metric 'f1' reads two classes, and these are 3 classes: choose from "
        + "accuracy, macro-f1, macro-precision, macro-recall, micro-f1, matthews")
    #expect(throws: MetricError.self) { try Metric.named("map").check(reads: .scores) }
    #expect(throws: MetricError.self) { try Metric.named("accuracy").value(for: .rankings([])) }
  }

  @Test("errors are better when lower, all else when higher") func direction() {
    #expect(Metric.catalogue.filter { !$0.higherIsBetter }.map(\.name) == ["mse", "mae", "perplexity"])
  }

  @Test("every entry of the catalogue measures the kind it names, and gives nil for no examples")
  func catalogue() throws {
    let some: [Predictions] = [
      .classes(try ClassPredictions(predicted: [0, 1], expected: [1, 1], classCount: 2)),
      .scores(try ScorePredictions(predicted: [0, 1], expected: [1, 3])),
      .rankings([try RankedQuery(scores: [1, 2], gains: [1, 0])]),
      .tags(try TagPredictions(predicted: [[0, 1]], expected: [[1, 1]], labels: ["O", "B-X"])),
      .labelSets(try LabelSetPredictions(predicted: [[0], []], expected: [[0, 1], []], labelCount: 2)),
      .answers(try AnswerPredictions(predicted: ["x"], expected: [["y", "x"]])),
      .maskedTokens(
        try MaskedTokenPredictions(predicted: [3, 4], expected: [3, 5], logProbabilities: [-1, -3])),
    ]
    let none: [Predictions] = [
      .classes(try ClassPredictions(predicted: [], expected: [], classCount: 2)),
      .scores(try ScorePredictions(predicted: [], expected: [])),
      .rankings([]),
      .tags(try TagPredictions(predicted: [], expected: [], labels: ["O", "B-X"])),
      .labelSets(try LabelSetPredictions(predicted: [], expected: [], labelCount: 2)),
      .answers(try AnswerPredictions(predicted: [], expected: [])),
      .maskedTokens(try MaskedTokenPredictions(predicted: [], expected: [], logProbabilities: [])),
    ]
    for family in Metric.catalogue {
      let metric = try Metric.named(family.cutoff == .required ? "\(family.name)@3" : family.name)
      let values = some.compactMap { try? metric.value(for: $0) }
      // A measure of classes is one of texts and of words, and some are of sets too.
      let kinds = family.input == .labels ? 3 : family.input == .classes ? 2 : 1
      #expect(values.count == kinds, "\(family.name)")
      #expect(values.allSatisfy { $0.isFinite })
      for predictions in none where (try? metric.check(reads: predictions.kind)) != nil {
        #expect(try metric.value(for: predictions) == nil, "\(family.name)")
      }
    }
    #expect(Set(Metric.catalogue.flatMap { [$0.name] + $0.aliases }).count == Metric.catalogue.count + 1)
  }

  @Test("hidden tokens are counted, and perplexity is e to their mean cross-entropy") func maskedTokens()
    throws
  {
    let tokens = Predictions.maskedTokens(
      try MaskedTokenPredictions(predicted: [3, 4], expected: [3, 5], logProbabilities: [-1, -3]))
    #expect(try Metric.named("masked-accuracy").value(for: tokens) == 0.5)
    #expect(try abs((Metric.named("perplexity").value(for: tokens) ?? 0) - 7.389056098930650) < 1e-9)
    #expect(throws: PredictionError.self) {
      try MaskedTokenPredictions(predicted: [3], expected: [3], logProbabilities: [])
    }
  }

  /// Every metric that reads these predictions, with its value.
  private func values(of predictions: Predictions) throws -> [String: Double?] {
    var values: [String: Double?] = [:]
    for family in Metric.catalogue {
      let metric = try Metric.named(family.cutoff == .required ? "\(family.name)@3" : family.name)
      if (try? metric.check(reads: predictions.kind)) != nil {
        values[metric.name] = try metric.value(for: predictions)
      }
    }
    return values
  }

  @Test(
    "one class for all, all examples of one class, and a class that is never right have figures that are known"
  )
  func degenerateClasses() throws {
    func values(_ predicted: [Int], _ expected: [Int]) throws -> [String: Double?] {
      try self.values(
        of: .classes(ClassPredictions(predicted: predicted, expected: expected, classCount: 2)))
    }
    #expect(
      try values([0, 0, 0, 0], [0, 1, 1, 0]) == [
        "accuracy": 0.5, "f1": 0, "precision": 0, "recall": 0, "macro-f1": 2.0 / 3 / 2,
        "macro-precision": 0.25,
        "macro-recall": 0.5, "micro-f1": 0.5, "matthews": 0,
      ])
    #expect(
      try values([0, 0], [0, 0]) == [
        "accuracy": 1, "f1": 0, "precision": 0, "recall": 0, "macro-f1": 1, "macro-precision": 1,
        "macro-recall": 1, "micro-f1": 1, "matthews": 0,
      ])
    #expect(
      try values([0, 0], [1, 1]).allSatisfy { $0.value == 0 } && values([0, 1], [1, 0])["matthews"] == -1)
  }

  @Test(
    "constant scores, and rankings without a relevant candidate or without any, have figures that are known")
  func degenerateScoresAndRankings() throws {
    let constant = try values(of: .scores(ScorePredictions(predicted: [2, 2], expected: [1, 2])))
    #expect(constant == ["pearson": 0, "spearman": 0, "mse": 0.5, "mae": 0.5])
    let broken = try values(of: .scores(ScorePredictions(predicted: [2, .nan], expected: [1, 2])))
    #expect(broken.count == 4 && broken.allSatisfy { $0.value == nil })
    for query in [RankedQuery(rankedLevels: [0, RankedQuery.unjudged]), RankedQuery(rankedLevels: [])] {
      let rankings = try values(of: .rankings([query]))
      #expect(rankings.count == 6 && rankings.allSatisfy { $0.value == 0 })
    }
  }

  @Test("a metric of one's own is a value") func ownMetric() throws {
    let metric = Metric(name: "bias", summary: "mean error", input: .scores) { predictions in
      guard case .scores(let scores) = predictions, !scores.predicted.isEmpty else { return nil }
      return zip(scores.predicted, scores.expected).map { $0 - $1 }.reduce(0, +)
        / Double(scores.predicted.count)
    }
    #expect(try metric.value(for: .scores(ScorePredictions(predicted: [1, 3], expected: [0, 2]))) == 1)
  }
}
