import Foundation

extension TRECMeasure {
  /// The measures of trec_eval 9 for judgements of documents, in its order, which is that of its lines.
  static let catalogue: [TRECMeasure] = [
    .plain("runid", summary: .runName, isShownPerQuery: false) { _, _ in 0 },
    .count("num_q", summary: .queryCount, isShownPerQuery: false) { _, _ in 1 },
    .count("num_ret") { query, _ in query.levels.count },
    .count("num_rel", summary: .relevantCount) { $0.relevantCount(relevantFrom: $1.relevantFrom) },
    .count("num_rel_ret") { $0.relevantRetrieved(relevantFrom: $1.relevantFrom) },
    .plain("map") { $0.averagePrecision(relevantFrom: $1.relevantFrom) },
    .plain("gm_map", summary: .geometricMean, isShownPerQuery: false) {
      log(max($0.averagePrecision(relevantFrom: $1.relevantFrom), ReportedMeasure.smallest))
    },
    .plain("Rprec") { $0.rPrecision(relevantFrom: $1.relevantFrom) },
    .plain("bpref") { $0.binaryPreference(relevantFrom: $1.relevantFrom) },
    .plain("recip_rank") { $0.reciprocalRank(relevantFrom: $1.relevantFrom) },
    .shares("iprec_at_recall", RankedQuery.elevenRecalls) { query, recalls, conditions in
      guard !query.levels.isEmpty else { return emptyPrecision(recalls, query, conditions) }
      return query.interpolatedPrecision(atRecall: recalls, relevantFrom: conditions.relevantFrom)
    },
    .cutoffs("P") { $0.precision(at: $1, relevantFrom: $2.relevantFrom) },
    relevanceString,
    .cutoffs("recall") { $0.recall(at: $1, relevantFrom: $2.relevantFrom) },
    .plain("infAP") { $0.inferredAveragePrecision(relevantFrom: $1.relevantFrom) },
    .plain("gm_bpref", summary: .geometricMean, isShownPerQuery: false) {
      log(max($0.binaryPreference(relevantFrom: $1.relevantFrom), ReportedMeasure.smallest))
    },
    .shares("Rprec_mult", [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2]) { query, shares, conditions in
      shares.map { query.rPrecision(multiple: $0, relevantFrom: conditions.relevantFrom) }
    },
    .numbers("utility", [1, -1, 0, 0], count: 4) { query, worth, conditions in
      query.utility(
        worth: (worth[0], worth[1], worth[2], worth[3]), collectionSize: conditions.collectionSize,
        relevantFrom: conditions.relevantFrom)
    },
    .numbers("11pt_avg", RankedQuery.elevenRecalls) { query, recalls, conditions in
      guard !query.levels.isEmpty else {
        return emptyPrecision(recalls, query, conditions).reduce(0, +) / Double(recalls.count)
      }
      return query.interpolatedAverage(atRecall: recalls, relevantFrom: conditions.relevantFrom)
    },
    .plain("binG") { $0.binaryGain(relevantFrom: $1.relevantFrom) },
    .gains("G") { query, gains, _ in query.normalisedGain(gains: gains) },
    .gains("ndcg") { query, gains, _ in query.ndcg(gains: gains) },
    .gains("ndcg_rel") { query, gains, _ in query.ndcgAtRelevant(gains: gains) },
    .gains("Rndcg") { $0.ndcgAtLevelEnds(gains: $1, relevantFrom: $2.relevantFrom) },
    .cutoffs("ndcg_cut") { query, cutoff, _ in query.ndcg(at: cutoff) },
    .cutoffs("map_cut") { $0.averagePrecision(at: $1, relevantFrom: $2.relevantFrom) },
    .cutoffs("relative_P") { $0.relativePrecision(at: $1, relevantFrom: $2.relevantFrom) },
    .cutoffs("success", [1, 5, 10]) { $0.success(at: $1, relevantFrom: $2.relevantFrom) },
    .plain("set_P") { $0.setPrecision(relevantFrom: $1.relevantFrom) },
    .plain("set_relative_P") { $0.setRelativePrecision(relevantFrom: $1.relevantFrom) },
    .plain("set_recall") { $0.setRecall(relevantFrom: $1.relevantFrom) },
    .plain("set_map") { $0.setAveragePrecision(relevantFrom: $1.relevantFrom) },
    .numbers("set_F", [1]) { $0.setF(weight: $1[0], relevantFrom: $2.relevantFrom) },
    .count("num_nonrel_judged_ret") { $0.nonrelevantRetrieved(relevantFrom: $1.relevantFrom) },
    .plain("yaap") { $0.smoothedAveragePrecision(relevantFrom: $1.relevantFrom) },
  ]

  /// Names that stand for several measures.
  static let groups: [String: [String]] = [
    "official": [
      "runid", "num_q", "num_ret", "num_rel", "num_rel_ret", "map", "gm_map", "Rprec", "bpref", "recip_rank",
      "iprec_at_recall", "P",
    ],
    "set": [
      "runid", "num_q", "num_ret", "num_rel", "num_rel_ret", "utility", "set_P", "set_recall",
      "set_relative_P", "set_map", "set_F",
    ],
    "all_trec": catalogue.map(\.name).filter { $0 != "yaap" },
  ]

  /// The relevance levels of the first documents, a character each: `-` without a judgement, `.` in the pool but
  /// not judged, `>` above 9.
  private static let relevanceString = TRECMeasure(
    name: "relstring", parameters: .numbers([10], count: nil)
  ) { parameters, _ in
    let length = Int(max(min(parameters.numbers[0], 1e9), 0))
    return ReportedMeasure(
      names: [fullName("relstring", parameters)], summary: .none,
      text: { query in
        let characters = query.levels.prefix(length).map { level in
          switch level {
          case 0...9: "\(level)"
          case 10...: ">"
          case RankedQuery.unjudged: "-"
          default: "."
          }
        }
        return "'\(characters.joined())'"
      },
      values: { _ in [0] })
  }

  /// For a ranking that `-J` left nothing of trec_eval divides 0 by 0, and its figures show it.
  private static func emptyPrecision(
    _ recalls: [Double], _ query: RankedQuery, _ conditions: MeasureConditions
  ) -> [Double] {
    let relevant = Double(query.relevantCount(relevantFrom: conditions.relevantFrom))
    return recalls.map { $0 * relevant + 0.9 < 1 ? .nan : 0 }
  }
}
