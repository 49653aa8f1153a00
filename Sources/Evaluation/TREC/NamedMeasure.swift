/// A measure by the name that the Python package ir_measures has for it, with parameters in parentheses and a
/// cut-off after an @: `nDCG@10`, `AP(rel=2)`, `RBP(p=0.8)`.
struct NamedMeasure: Sendable {
  let name: String
  let aliases: [String]
  /// Parameters that may be given, beside `judged_only`, which all take.
  let parameters: [String]
  let cutoff: MetricFamily.Cutoff
  let measure: @Sendable (RankedQuery, Arguments) -> Double

  /// What stood in the parentheses, and behind the @.
  struct Arguments: Sendable {
    var cutoff: Int?
    /// The lowest level that counts as relevant.
    var level = 1
    var numbers: [String: Double] = [:]
    /// For nDCG, whether gains are 2^level − 1.
    var hasExponentialGains = false
    /// Whether documents without a judgement are left out.
    var judgedOnly = false
  }

  /// Every name. A measure that trec_eval lacks is one entry here.
  static let catalogue: [NamedMeasure] = [
    .init("AP", aliases: ["MAP"], ["rel"]) { $0.averagePrecision(at: $1.cutoff, relevantFrom: $1.level) },
    .init("Bpref", ["rel"], cutoff: .none) { $0.binaryPreference(relevantFrom: $1.level) },
    .init("ERR", ["max_rel"]) {
      $0.expectedReciprocalRank(at: $1.cutoff, highestLevel: Int($1.numbers["max_rel"] ?? 4))
    },
    .init("infAP", ["rel"], cutoff: .none) { $0.inferredAveragePrecision(relevantFrom: $1.level) },
    .init("IPrec", ["rel"], cutoff: .required) { query, arguments in
      query.interpolatedPrecision(
        atRecall: [arguments.numbers["recall"] ?? 0], relevantFrom: arguments.level)[0]
    },
    .init("Judged", [], cutoff: .required) { $0.judged(at: $1.cutoff) },
    .init("nDCG", aliases: ["NDCG"], ["dcg"]) {
      $1.hasExponentialGains ? $0.exponentialNDCG(at: $1.cutoff) : $0.ndcg(at: $1.cutoff)
    },
    .init("P", aliases: ["Precision"], ["rel"], cutoff: .required) {
      $0.precision(at: $1.cutoff ?? 0, relevantFrom: $1.level)
    },
    .init("R", aliases: ["Recall"], ["rel"], cutoff: .required) {
      $0.recall(at: $1.cutoff ?? 0, relevantFrom: $1.level)
    },
    .init("RBP", ["p", "rel"]) {
      $0.rankBiasedPrecision(
        persistence: $1.numbers["p"] ?? 0.8, at: $1.cutoff, relevantFrom: $1.level)
    },
    .init("Rprec", aliases: ["RPrec"], ["rel"], cutoff: .none) { $0.rPrecision(relevantFrom: $1.level) },
    .init("RR", aliases: ["MRR"], ["rel"]) { $0.reciprocalRank(at: $1.cutoff, relevantFrom: $1.level) },
    .init("SetAP", ["rel"], cutoff: .none) { $0.setAveragePrecision(relevantFrom: $1.level) },
    .init("SetF", ["beta", "rel"], cutoff: .none) {
      $0.setF(weight: $1.numbers["beta"] ?? 1, relevantFrom: $1.level)
    },
    .init("SetP", ["rel"], cutoff: .none) { $0.setPrecision(relevantFrom: $1.level) },
    .init("SetR", ["rel"], cutoff: .none) { $0.setRecall(relevantFrom: $1.level) },
    .init("Success", ["rel"], cutoff: .required) {
      $0.success(at: $1.cutoff ?? 0, relevantFrom: $1.level)
    },
  ]

  /// Whether a recall stands behind the @, not a rank.
  var takesRecall: Bool { name == "IPrec" }

  private init(
    _ name: String, aliases: [String] = [], _ parameters: [String], cutoff: MetricFamily.Cutoff = .optional,
    _ measure: @escaping @Sendable (RankedQuery, Arguments) -> Double
  ) {
    self.name = name
    self.aliases = aliases
    self.parameters = parameters
    self.cutoff = cutoff
    self.measure = measure
  }
}
