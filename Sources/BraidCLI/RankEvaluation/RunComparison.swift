import Evaluation

/// One figure of a run against that of the first run, over the queries that both have.
struct RunComparison {
  let measure: String
  /// The place of the run among all.
  let run: Int
  let queries: Int
  /// The mean of the run's figures less the first run's.
  let difference: Double
  let better: Int
  let worse: Int
  let t: Double?
  let tProbability: Double?
  let randomProbability: Double?
  /// Corrected for the number of runs that are compared with the first.
  var correctedT: Double?
  var correctedRandom: Double?

  /// Every run after the first, for each figure that can be compared; runs stand together, figure by figure.
  static func all(
    _ runs: [RunFigures], _ selection: MeasureSelection, rounds: Int, seed: UInt64
  ) -> [RunComparison] {
    guard let first = runs.first, runs.count > 1 else { return [] }
    let places = runs.map { commonPlaces(first.queryIDs, $0.queryIDs) }
    var comparisons: [RunComparison] = []
    var figure = 0
    for measure in selection.measures {
      for name in measure.names {
        defer { figure += 1 }
        guard measure.isComparable else { continue }
        let baseline = first.column(figure)
        var group: [RunComparison] = []
        for index in 1..<runs.count {
          let own = runs[index].column(figure)
          group.append(
            RunComparison(
              name, run: index, places[index].map { baseline[$0.first] },
              places[index].map { own[$0.second] }, rounds: rounds, seed: seed))
        }
        comparisons += corrected(group)
      }
    }
    return comparisons
  }

  private init(
    _ measure: String, run: Int, _ baseline: [Double], _ own: [Double], rounds: Int, seed: UInt64
  ) {
    self.measure = measure
    self.run = run
    queries = own.count
    let differences = zip(baseline, own).map { $1 - $0 }
    difference = differences.isEmpty ? 0 : differences.reduce(0, +) / Double(differences.count)
    better = differences.count { $0 > 0 }
    worse = differences.count { $0 < 0 }
    let test = Significance.pairedTTest(baseline, own)
    t = test?.t
    tProbability = test?.p
    randomProbability = Significance.randomisationTest(baseline, own, rounds: rounds, seed: seed)
  }

  /// Those of one figure make up a family of tests.
  private static func corrected(_ group: [RunComparison]) -> [RunComparison] {
    func holm(_ probabilities: [Double?]) -> [Double?] {
      var rest = Significance.holm(probabilities.compactMap { $0 })[...]
      return probabilities.map { $0 == nil ? nil : rest.popFirst() }
    }
    let t = holm(group.map(\.tProbability))
    let random = holm(group.map(\.randomProbability))
    return group.enumerated().map { index, comparison in
      var comparison = comparison
      comparison.correctedT = t[index]
      comparison.correctedRandom = random[index]
      return comparison
    }
  }

  /// Where the queries of both stand in either.
  private static func commonPlaces(
    _ first: [String], _ second: [String]
  ) -> [(first: Int, second: Int)] {
    let places = Dictionary(zip(second, second.indices)) { place, _ in place }
    return first.enumerated().compactMap { index, id in places[id].map { (index, $0) } }
  }
}
