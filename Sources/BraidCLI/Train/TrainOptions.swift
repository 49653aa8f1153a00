import Balancing
import CommandLineOptions
import Networks
import Tasks
import Tensors
import Training

/// The options of `braid train`.
enum TrainOptions {
  // MARK: The run

  static let encoder = CommandOption<String?>.path(
    "encoder", synonym: "from", "FOLDER", defaultShown: "a new encoder",
    help:
      "Start from this encoder: a Hugging Face folder, or a checkpoint, of which tasks go on with the heads of the same "
      + "name and shape.")
  static let output = CommandOption<String?>.path(
    "output", letter: "o", "RUN", defaultShown: "checkpoints/NAME",
    help: "The folder that the run is kept in.")
  static let resume = CommandOption<String?>.path(
    "resume", "RUN",
    help:
      "Go on with a run that was stopped, with the options that it was started with. Only --threads may differ."
  )
  static let force = CommandOption<Bool>.flag(
    "force", help: "Replace the run that --output names, if there is one.")
  static let seed = CommandOption<Int>.integer(
    "seed", in: .between(0, 4_294_967_295), default: 1,
    help: "Decides all that is random. The same seed gives the same checkpoint, to the last bit.")

  // MARK: Batches

  private static let standard = TrainingOptions()

  static let epochs = CommandOption<Int>.integer(
    "epochs", letter: "e", in: .between(1, 1_000_000), default: standard.epochs,
    help: "Passes over the training data.")
  static let batchSize = CommandOption<Int?>.integer(
    "batch-size", letter: "b", in: .between(1, 1_000_000), defaultShown: "32",
    help: "Examples a batch; each candidate of a ranking query counts as one.")
  static let batchTokens = CommandOption<Int?>.integer(
    "batch-tokens", in: .between(1, 10_000_000), help: "Tokens a batch, in place of --batch-size.")
  static let accumulation = CommandOption<Int>.integer(
    "accumulation", in: .between(1, 1024), default: standard.accumulation,
    help: "Batches whose gradients are added up before each step.")
  static let mixing = CommandOption<SamplingOptions.Mixing>.choice(
    "mixing", "HOW", default: standard.mixing,
    help: "Batches that hold rows of several tasks, or batches of one task each.")
  static let round = CommandOption<Int>.integer(
    "round", "EXAMPLES", in: .between(0, 1_000_000), default: standard.round,
    help:
      "The fewest examples, or ranking queries, of each task in every step; small tasks then come again within an epoch. "
      + "With --mixing batches a step then goes through a batch of each task.")
  static let shares = CommandOption<SamplingOptions.Shares?>.form(
    "shares", "HOW",
    expectation:
      "'proportional', 'uniform', 'temperature:T', 'annealed' or ratios by task such as 'sst=2,mrpc=1'",
    defaultShown: "proportional",
    help:
      "How often each task is drawn: proportional to its rows, uniform, temperature:T (rows to the power of 1/T), "
      + "annealed (from proportional towards uniform), or ratios by task such as sst=2,mrpc=1."
  ) { SamplingOptions.Shares($0) }
  static let maximumCandidates = CommandOption<Int>.integer(
    "max-candidates", in: .between(2, 1_000_000), default: standard.maximumCandidates,
    help:
      "Candidates of a ranking query in training; of longer lists the irrelevant ones are drawn anew each epoch."
  )

  static let maximumLength = CommandOption<Int?>.integer(
    "max-length", in: .between(4, 65536), defaultShown: "128, or what --encoder takes",
    help: "Tokens of the longest example; longer ones are cut.")

  // MARK: Learning

  static let learningRate = CommandOption<Double>.number(
    "learning-rate", letter: "l", in: .above(0, atMost: 10), default: standard.learningRate,
    help: "The highest learning rate.")
  static let schedule = CommandOption<LearningRateSchedule.Shape>.choice(
    "schedule", default: standard.schedule, help: "How the learning rate goes after the warm-up.")
  static let warmUp = CommandOption<Double>.number(
    "warmup", in: .between(0, 1), default: standard.warmUp,
    help: "Share of the steps in which the learning rate rises.")
  static let optimizer = CommandOption<Optimizer.Method>.choice(
    "optimizer", default: standard.optimizer.method, help: "The optimizer.")
  static let weightDecay = CommandOption<Double>.number(
    "weight-decay", in: .between(0, 10), default: 0.01,
    help: "Weight decay; biases and LayerNorms have none.")
  static let clip = CommandOption<Double>.number(
    "clip", in: .atLeast(0), default: standard.optimizer.clipNorm,
    help: "The longest gradient; longer ones are scaled down. 0 for no limit.")
  static let dropout = CommandOption<Double?>.number(
    "dropout", in: .between(0, below: 1), defaultShown: "0.1, or as --encoder says",
    help: "Dropout in the encoder and before the tasks' heads.")
  static let skipsNotFinite = CommandOption<Bool>.flag(
    "skip-not-finite",
    help: "Leave out steps whose loss or gradient is not finite, and count them, in place of stopping.")
  static let frozenLayers = CommandOption<Int>.integer(
    "freeze-layers", in: .between(0, 1_000_000), default: 0,
    help: "Layers, from below, that stay as they are, and the lexicon with them.")
  static let freezesLexicon = CommandOption<Bool>.flag(
    "freeze-lexicon", help: "Leave the embeddings as they are.")

  // MARK: Sharing

  static let sharing = CommandOption<SharingDefinition?>.form(
    "sharing", "NAME[:SETTING=VALUE,...]",
    expectation: "a way of sharing such as 'hard', with settings such as 'hard:trunk=2'",
    defaultShown: "hard, or as --encoder says",
    help: "Which parameters of the encoder tasks share. One of: "
      + SharingKind.all.map { $0.name }.joined(separator: ", ") + "."
  ) { SharingDefinition(spelling: $0) }

  static let groups = CommandOption<SharingDefinition?>.form(
    "groups", "A+B,C,...", expectation: "the tasks of each group, such as 'rte+mrpc,sst'",
    help:
      "Train an encoder for each of these groups of tasks, which share nothing, and keep all in one checkpoint. 'braid "
      + "affinity --groups' proposes them. Short for --sharing groups."
  ) { text in
    var pairs: [String] = []
    for (index, group) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
      let names = group.split(separator: "+", omittingEmptySubsequences: false)
      guard names.allSatisfy({ !$0.isEmpty }) else { return nil }
      pairs += names.map { "\($0)=\(index + 1)" }
    }
    let setting = Setting(
      name: "of", value: .text(pairs.joined(separator: ",")), file: "--groups", key: "of")
    return SharingDefinition(GroupSharing.name, settings: [setting], file: "--groups")
  }

  // MARK: Teachers

  static let teachers = CommandOption<[TeacherSource]?>.form(
    "teacher", "[TASK=]TEACHER,...",
    expectation:
      "checkpoints or files of predictions such as 'checkpoints/rte' or 'rte=rte.jsonl,mrpc=mrpc.jsonl'",
    help:
      "Learn from these checkpoints too, or from what 'braid evaluate --split train --predictions' wrote: each teaches the "
      + "tasks that it knows by name, or the one named before it. What several say of a task is averaged."
  ) { TeacherSource.list($0) }
  static let teacherWeight = CommandOption<Double>.number(
    "teacher-weight", in: .between(0, 1), default: standard.teacherWeight,
    help: "The share of what a teacher says in a task's loss; the labels have the rest.")
  static let teacherTemperature = CommandOption<Double>.number(
    "teacher-temperature", in: .above(0, atMost: 100), default: standard.teacherTemperature,
    help:
      "What the logits of student and teacher are divided by: above 1, small probabilities count for more.")

  // MARK: Smoothing

  /// - Parameter help: what is descended also.
  private static func factors(_ name: String, help: String) -> CommandOption<TaskFactors?> {
    .form(
      name, "WEIGHT", expectation: "a number of at least 0, or one a task such as 'rte=1,mrpc=3'",
      defaultShown: "none",
      help: "Descend also, times this, \(help); a number, or one a task such as rte=1,mrpc=3."
    ) { TaskFactors($0) }
  }

  static let adversary = factors(
    "adversary",
    help: "how far the outputs move when embeddings are changed a little to their disadvantage")
  static let adversarySteps = CommandOption<Int>.integer(
    "adversary-steps", in: .between(1, 1000), default: standard.adversary.steps,
    help: "Steps in which the worst change is looked for.")
  static let adversaryRate = CommandOption<Double>.number(
    "adversary-rate", in: .above(0, atMost: 10), default: standard.adversary.rate,
    help: "How far each of these steps changes an embedding.")
  static let adversaryRadius = CommandOption<Double>.number(
    "adversary-radius", in: .above(0, atMost: 10), default: standard.adversary.radius,
    help: "How far an embedding may be changed in all.")
  static let adversaryNoise = CommandOption<Double>.number(
    "adversary-noise", in: .above(0, atMost: 10), default: standard.adversary.noise,
    help: "Standard deviation of the change that the search starts from.")
  static let proximal = factors(
    "proximal", help: "how far the outputs are from those of the average of all earlier parameters")
  static let proximalMomentum = CommandOption<Double>.number(
    "proximal-momentum", in: .between(0, below: 1), default: standard.proximal.momentum,
    help: "What that average keeps of itself in a step.")
  static let wordDropout = CommandOption<Double>.number(
    "word-dropout", in: .between(0, below: 1), default: standard.wordDropout,
    help: "The chance of each token of a training text to be replaced by [UNK].")

  // MARK: Balancing

  static let weighting = CommandOption<String>.choice(
    "weighting", "NAME[:SETTING=VALUE,...]", of: TrainingOptions.weightings, takesSettings: true,
    default: standard.weighting,
    help: "How the tasks' losses are weighed against each other; settings as in dwa:temperature=1.")
  static let weightSmoothing = CommandOption<Double>.number(
    "weight-smoothing", in: .between(0, below: 1), default: standard.weightAdjustment.smoothing,
    help: "How much of the average of its earlier weights each weight keeps.")
  static let weightLimits = CommandOption<ClosedRange<Double>?>.form(
    "weight-limits", "LEAST,GREATEST", expectation: "two numbers such as '0.1,10'",
    help: "Bring weights outside these limits to the nearest."
  ) { text in
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard numbers.count == 2, let least = numbers[0], let greatest = numbers[1], least >= 0,
      greatest.isFinite,
      least <= greatest
    else { return nil }
    return least...greatest
  }
  static let logarithms = CommandOption<Bool>.flag(
    "log-losses", help: "Descend the logarithms of the losses, so that a loss's scale does not matter.")
  static let aggregation = CommandOption<String>.choice(
    "aggregation", "NAME[:SETTING=VALUE,...]", of: TrainingOptions.aggregations, takesSettings: true,
    default: standard.aggregation,
    help: "How one gradient is made of the tasks' gradients; settings as in cagrad:radius=0.4.")
  static let aggregationScope = CommandOption<AggregationScope>.choice(
    "aggregation-scope", "WHAT", default: standard.aggregationScope,
    help: "Aggregate the gradients of the whole encoder at once, or of each layer by itself.")
  static let gradientLogInterval = CommandOption<Int>.integer(
    "log-gradients", "STEPS", in: .between(0, 1_000_000_000), default: standard.gradientLogInterval,
    help:
      "Steps between measurements of how the tasks' gradients agree, for metrics.jsonl and 'braid report'. 0 for none."
  )

  // MARK: Evaluation

  static let evaluationInterval = CommandOption<Int?>.integer(
    "evaluate-every", "STEPS", in: .between(1, 1_000_000_000), defaultShown: "an epoch",
    help: "Steps between evaluations on the dev data.")
  static let patience = CommandOption<Int?>.integer(
    "patience", in: .between(1, 1_000_000), defaultShown: "never",
    help: "Stop early after this many evaluations without a better one.")
  static let bestMetric = CommandOption<String?>.text(
    "best-metric", "TASK.METRIC", defaultShown: "mean of all tasks",
    help: "The dev figure that decides which checkpoint is kept, such as sst.accuracy.")
  static let queries = CommandOption<EvaluatedQueries>.choice(
    "queries", "WHICH", default: standard.queries,
    help: "The ranking queries that are evaluated: those with a relevant candidate, or all.")

  // MARK: A new encoder

  static let vocabulary = CommandOption<String?>.path(
    "vocab", defaultShown: "made from the training texts", help: "Its vocabulary, one token a line.")
  static let vocabularySize = CommandOption<Int?>.integer(
    "vocab-size", in: .between(200, 1_000_000), defaultShown: "4000",
    help: "The most tokens of a vocabulary made from the training texts.")
  static let cased = CommandOption<Bool>.flag(
    "cased", help: "Tell capitals from small letters, and accented letters from plain ones.")
  static let hiddenSize = CommandOption<Int?>.integer(
    "hidden", in: .between(1, 65536), defaultShown: "128", help: "Its hidden size.")
  static let layers = CommandOption<Int?>.integer(
    "layers", in: .between(1, 1024), defaultShown: "3", help: "Its Transformer layers.")
  static let heads = CommandOption<Int?>.integer(
    "heads", in: .between(1, 4096), defaultShown: "4",
    help: "Its attention heads, by which the hidden size can be divided.")
  static let feedForwardSize = CommandOption<Int?>.integer(
    "feed-forward", in: .between(1, 1_048_576), defaultShown: "4 times hidden",
    help: "The inner size of its feed-forward blocks.")
  static let deviation = CommandOption<Double?>.number(
    "deviation", in: .between(0, 1), defaultShown: "0.02",
    help: "Standard deviation of its new weights. Small encoders learn sooner with more, such as 0.08.")

  static let run = OptionGroup(
    "The run", encoder, GivenTasks.names, output, GivenTasks.data, resume, force, threads, seed)
  static let batches = OptionGroup(
    "Batches", epochs, batchSize, batchTokens, accumulation, mixing, round, shares, maximumCandidates,
    maximumLength)
  static let learning = OptionGroup(
    "Learning", learningRate, schedule, warmUp, optimizer, weightDecay, clip, dropout, skipsNotFinite,
    frozenLayers, freezesLexicon, trainingPrecision)
  static let sharingGroup = OptionGroup("Sharing", sharing, groups)
  static let teaching = OptionGroup("Teachers", teachers, teacherWeight, teacherTemperature)
  static let smoothing = OptionGroup(
    "Smoothing", adversary, adversarySteps, adversaryRate, adversaryRadius, adversaryNoise, proximal,
    proximalMomentum, wordDropout)
  static let balancing = OptionGroup(
    "Balancing tasks", weighting, weightSmoothing, weightLimits, logarithms, aggregation, aggregationScope,
    gradientLogInterval)
  /// Without the choice of a method.
  static let balancingAtAll = OptionGroup(
    "Balancing tasks", weightSmoothing, weightLimits, logarithms, aggregationScope)
  static let evaluation = OptionGroup("Evaluation", evaluationInterval, patience, bestMetric, queries)
  static let shape = OptionGroup(
    "A new encoder, without --encoder", vocabulary, vocabularySize, cased, hiddenSize, layers, heads,
    feedForwardSize, deviation)

  static let allGroups = [
    run, batches, learning, teaching, smoothing, sharingGroup, balancing, evaluation, shape,
  ]

  /// What a run cannot be told twice: all that decides its result, and `training` of a task file may set.
  static var settings: [OptionDeclaration] {
    let own = [seed.declaration, encoder.declaration]
    return own
      + [batches, learning, teaching, smoothing, sharingGroup, balancing, evaluation, shape].flatMap(
        \.options)
  }
}
