extension Metric {
  /// Every metric that has a name. A new one is one entry here.
  public static let catalogue: [MetricFamily] = [
    .classes("accuracy", "share of examples, or of their words, given their label") { $0.counts.accuracy },
    .positiveClass("f1", "F1 of the positive class, id 1 of two") { $0.f1(of: 1) },
    .positiveClass("precision", "precision of the positive class, id 1 of two") { $0.precision(of: 1) },
    .positiveClass("recall", "recall of the positive class, id 1 of two") { $0.recall(of: 1) },
    .labels("macro-f1", "mean of the labels' F1") { $0.macroF1 },
    .labels("macro-precision", "mean of the labels' precision") { $0.macroPrecision },
    .labels("macro-recall", "mean of the labels' recall") { $0.macroRecall },
    .labels("micro-f1", "F1 of all labels' counts added up; of classes it equals accuracy") { $0.microF1 },
    .labelSets("micro-precision", "share of the predicted labels that are right") {
      $0.counts.microPrecision
    },
    .labelSets("micro-recall", "share of the expected labels that are predicted") { $0.counts.microRecall },
    .labelSets("subset-accuracy", "share of examples whose labels are all right, and no others") {
      $0.accuracy
    },
    .classes("matthews", aliases: ["mcc"], "Matthews correlation, for any number of labels") {
      $0.counts.matthewsCorrelation
    },

    .scores("pearson", "Pearson's correlation", measure: Regression.pearson),
    .scores("spearman", "Spearman's rank correlation", measure: Regression.spearman),
    .scores("mse", "mean squared error", higherIsBetter: false, measure: Regression.meanSquaredError),
    .scores("mae", "mean absolute error", higherIsBetter: false, measure: Regression.meanAbsoluteError),

    .entities("entity-f1", "F1 of entities, all types together, as conlleval counts them") { $0.f1 },
    .entities("entity-precision", "share of the predicted entities that are right") { $0.precision },
    .entities("entity-recall", "share of the expected entities that are found") { $0.recall },

    .answers("exact-match", "share of answers that are right, as SQuAD compares them") { $0.exactMatch },
    .answers("answer-f1", "mean F1 of the answers' words, as SQuAD counts it") { $0.meanF1 },

    .maskedTokens("masked-accuracy", "share of the hidden tokens that are told") { $0.accuracy },
    .maskedTokens("perplexity", "e to the mean cross-entropy of the hidden tokens", higherIsBetter: false) {
      $0.perplexity
    },

    .rankings("map", "mean average precision") { $0.averagePrecision(at: $1) },
    .rankings("mrr", "mean reciprocal rank of the first relevant candidate") { $0.reciprocalRank(at: $1) },
    .rankings("ndcg", "normalised discounted cumulative gain") { $0.ndcg(at: $1) },
    .rankingsAtCutoff("p", "share of the first K that are relevant") { $0.precision(at: $1) },
    .rankingsAtCutoff("r", "share of the relevant that are among the first K") { $0.recall(at: $1) },
    .rankingsAtCutoff("success", "share of queries with a relevant candidate among the first K") {
      $0.success(at: $1)
    },
  ]
}
