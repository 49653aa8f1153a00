import Balancing
import CommandLineOptions
import Networks
import Tasks
import Tensors
import Training

extension TrainingOptions {
  /// The options that decide what a run computes, from the command line and task files.
  ///
  /// - Throws: `UsageError` for those that exclude each other, and for those that are of no use.
  init(_ values: OptionValues) throws(UsageError) {
    try TrainOptions.refuseIdle(values)
    try self.init(recorded: values)
  }

  /// The options of a run that was made: its record has every option.
  init(recorded values: OptionValues) throws(UsageError) {
    self.init()
    typealias Names = TrainOptions
    epochs = values[Names.epochs]
    switch (values[Names.batchSize], values[Names.batchTokens]) {
    case (_?, _?): throw .other("--batch-size and --batch-tokens exclude each other: give one of them")
    case (let examples?, nil): batchSize = .examples(examples)
    case (nil, let tokens?): batchSize = .tokens(tokens)
    case (nil, nil): break
    }
    learningRate = values[Names.learningRate]
    schedule = values[Names.schedule]
    warmUp = values[Names.warmUp]
    optimizer.method = values[Names.optimizer]
    optimizer.weightDecay = Float(values[Names.weightDecay])
    optimizer.clipNorm = values[Names.clip]
    accumulation = values[Names.accumulation]
    mixing = values[Names.mixing]
    if let shares = values[Names.shares] { self.shares = shares }
    maximumCandidates = values[Names.maximumCandidates]
    round = values[Names.round]
    weighting = values[Names.weighting]
    weightAdjustment = WeightingAdjustment(
      smoothing: values[Names.weightSmoothing], limits: values[Names.weightLimits],
      takesLogarithms: values[Names.logarithms])
    aggregation = values[Names.aggregation]
    aggregationScope = values[Names.aggregationScope]
    gradientLogInterval = values[Names.gradientLogInterval]
    teacherWeight = values[Names.teacherWeight]
    teacherTemperature = values[Names.teacherTemperature]
    if let weights = values[Names.adversary] { adversary.weights = weights }
    adversary.steps = values[Names.adversarySteps]
    adversary.rate = values[Names.adversaryRate]
    adversary.radius = values[Names.adversaryRadius]
    adversary.noise = values[Names.adversaryNoise]
    if let weights = values[Names.proximal] { proximal.weights = weights }
    proximal.momentum = values[Names.proximalMomentum]
    wordDropout = values[Names.wordDropout]
    skipsNotFinite = values[Names.skipsNotFinite]
    frozenLayers = values[Names.frozenLayers]
    freezesLexicon = values[Names.freezesLexicon]
    evaluationInterval = values[Names.evaluationInterval]
    patience = values[Names.patience]
    bestMetric = values[Names.bestMetric]
    queries = values[Names.queries]
    seed = UInt64(values[Names.seed])
  }
}

extension TrainOptions {
  /// Refuses options that another one, which is not given, would have to call for.
  fileprivate static func refuseIdle(_ values: OptionValues) throws(UsageError) {
    func refuse(_ options: [any DeclaredOption], without other: any DeclaredOption) throws(UsageError) {
      for option in options where values.isGiven(option) && !values.isGiven(other) {
        throw .other("--\(option.declaration.name) is of no use without --\(other.declaration.name)")
      }
    }
    try refuse([teacherWeight, teacherTemperature], without: teachers)
    try refuse([adversarySteps, adversaryRate, adversaryRadius, adversaryNoise], without: adversary)
    try refuse([proximalMomentum], without: proximal)
    if values.isGiven(vocabulary), values.isGiven(vocabularySize) {
      throw .other("--vocab and --vocab-size exclude each other: a vocabulary that is there has its size")
    }
  }
}
