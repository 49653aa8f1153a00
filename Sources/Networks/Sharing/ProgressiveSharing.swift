import Tasks
import Tensors

/// Progressive layered extraction (PLE, Tang et al. 2020, section 4.2): levels of experts, each task with experts of its own
/// beside shared ones. There is a stream of states for each task and a shared one: a task's own experts read its stream, the
/// shared ones the shared stream, and gates over both make each task's next stream. In all levels but the last a gate over all
/// experts makes the next shared stream.
///
/// Settings: `levels` (2), `experts` of each task's own (1) and `shared` ones (1) in each level; `place`: `feed-forward`, where
/// the levels take the place of the feed-forward blocks of as many uppermost layers, and start as these, or `pooled`, where
/// they read the pooled state. All streams go through the same attention.
public struct ProgressiveSharing: Sharing {
  public static let name = "ple"

  private let lower: [EncoderLayer]
  private let upper: [Layer]
  private let pooler: Pooler
  private let pooledLevels: [ExpertLevel<PooledExpert>]

  /// A layer whose feed-forward block is a level.
  private struct Layer: Sendable {
    let attention: AttentionBlock
    let level: ExpertLevel<FeedForward>
    let norm: BlockNorm
  }

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let place = try settings.choice("place", default: ExpertPlace.feedForward)
    let count = try settings.count(
      "levels", default: place == .pooled ? 2 : min(2, encoder.layers),
      in: 1...(place == .pooled ? 16 : encoder.layers))
    let own = try settings.count("experts", default: 1, in: 1...64)
    let shared = try settings.count("shared", default: 1, in: 1...64)
    let names = tasks.map(\.name)
    let from = place == .pooled ? encoder.layers : encoder.layers - count
    lower = (0..<from).map { EncoderLayer(encoder, in: scopes.encoder.layer($0)) }
    upper = (from..<encoder.layers).map { layer in
      let scope = scopes.encoder.layer(layer)
      return Layer(
        attention: AttentionBlock(encoder, in: scope),
        level: ExpertLevel(
          encoder, levelsAbove: encoder.layers - 1 - layer, tasks: names, own: own, shared: shared,
          in: scopes, at: { $0.layer(layer) },
          expert: { FeedForward(encoder, in: $0.scope($1, copying: "encoder.layer.\(layer)")) }),
        norm: BlockNorm(encoder, in: scope.scope("feedForward")))
    }
    pooler = Pooler(encoder, in: scopes.encoder)
    pooledLevels = (0..<(place == .pooled ? count : 0)).map { level in
      ExpertLevel(
        encoder, levelsAbove: count - 1 - level, tasks: names, own: own, shared: shared, in: scopes,
        at: { $0.scope("level").scope("\(level)") }, expert: { PooledExpert(encoder, in: $0.scope($1)) })
    }
  }

  public var addsToPooledStatesAlone: Bool { upper.isEmpty }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    let parts = input.parts(on: tape)
    var states = tape.forward(input.states, through: lower, input.rows)
    if !upper.isEmpty {
      states = tape.recyclingMemory(like: states) { raised(states, parts, of: input, on: tape) }
    }
    let pooled = pooler.forward(states, input.rows, on: tape)
    guard let last = pooledLevels.last else { return input.output(states, pooled: pooled) }
    var streams = ExpertStreams(pooled, tasks: last.taskCount)
    for level in pooledLevels.dropLast() { streams = level.forward(streams, on: tape) }
    let shared = last.forward(shared: streams.shared, on: tape)
    let outputs = parts.map { part in
      func slice(_ matrix: Matrix) -> Matrix { input.rows.slice(pooled: matrix, part.rows, on: tape) }
      return last.forward(slice(streams.tasks[part.task]), shared.map(slice), task: part.task, on: tape)
    }
    return input.output(states, pooled: input.joined(pooled: outputs, on: tape))
  }

  /// Through the upper layers, in the last of which a task's stream is of its own rows alone.
  private func raised(
    _ states: Matrix, _ parts: [EncoderInput.Part], of input: EncoderInput, on tape: Tape
  ) -> Matrix {
    var streams = ExpertStreams(states, tasks: upper[0].level.taskCount)
    let starts = input.rows.starts
    for (number, layer) in upper.dropLast().enumerated() {
      let attended =
        number == 0
        // All streams begin as one.
        ? ExpertStreams(layer.attention.forward(states, starts: starts, on: tape), tasks: streams.tasks.count)
        : streams.map { layer.attention.forward($0, starts: starts, on: tape) }
      streams = layer.level.forward(attended, on: tape).map(with: attended) {
        layer.norm.forward($0, residual: $1, on: tape)
      }
    }
    let last = upper[upper.count - 1]
    let attended = last.attention.forward(streams.shared, starts: starts, on: tape)
    let shared = last.level.forward(shared: attended, on: tape)
    let outputs = parts.map { part in
      func slice(_ matrix: Matrix) -> Matrix { input.rows.slice(matrix, part.rows, on: tape) }
      let own =
        upper.count == 1
        ? slice(attended)
        : last.attention.forward(slice(streams.tasks[part.task]), starts: part.rows.starts, on: tape)
      let mixed = last.level.forward(own, shared.map(slice), task: part.task, on: tape)
      return last.norm.forward(mixed, residual: own, on: tape)
    }
    return input.joined(outputs, on: tape)
  }
}

/// What lies between two levels: states for each task, and shared ones.
private struct ExpertStreams {
  var tasks: [Matrix]
  var shared: Matrix

  init(tasks: [Matrix], shared: Matrix) {
    self.tasks = tasks
    self.shared = shared
  }

  /// All alike.
  init(_ states: Matrix, tasks: Int) { self.init(tasks: (0..<tasks).map { _ in states }, shared: states) }

  func map(_ body: (Matrix) -> Matrix) -> ExpertStreams {
    ExpertStreams(tasks: tasks.map(body), shared: body(shared))
  }

  func map(with other: ExpertStreams, _ body: (Matrix, Matrix) -> Matrix) -> ExpertStreams {
    ExpertStreams(tasks: zip(tasks, other.tasks).map(body), shared: body(shared, other.shared))
  }
}

/// Experts of each task and shared ones, and the gates over them.
private struct ExpertLevel<E: Expert>: Sendable {
  private let own: [[E]]
  private let shared: [E]
  private let gates: [LinearParameters]
  /// None in the last level.
  private let sharedGate: LinearParameters?

  var taskCount: Int { gates.count }

  /// - Parameters:
  ///   - levelsAbove: 0 in the last level.
  ///   - tasks: their names.
  ///   - place: where the level is within the scopes of all tasks and of each.
  ///   - expert: makes an expert in the scope of the name, within that of the level's experts.
  init(
    _ encoder: EncoderConfiguration, levelsAbove: Int, tasks: [String], own: Int, shared: Int,
    in scopes: SharingScopes, at place: (ParameterScope) -> ParameterScope,
    expert: (_ experts: ParameterScope, _ name: String) -> E
  ) {
    let common = place(scopes.shared)
    // Below the last level every row goes through the experts of all tasks.
    func scope(_ task: Int) -> ParameterScope {
      levelsAbove == 0 ? place(scopes.own(task)) : common.scope("task").scope(tasks[task])
    }
    func experts(_ count: Int, in scope: ParameterScope) -> [E] {
      (0..<count).map { expert(scope.scope("expert"), "\($0)") }
    }
    self.own = tasks.indices.map { experts(own, in: scope($0)) }
    self.shared = experts(shared, in: common)
    gates = tasks.indices.map { task in
      // What a task's gate makes for the last level only rows of the task read there.
      (levelsAbove <= 1 ? place(scopes.own(task)) : scope(task)).gate(encoder, over: own + shared)
    }
    sharedGate = levelsAbove == 0 ? nil : common.gate(encoder, over: own * tasks.count + shared)
  }

  /// What the experts make of streams of all rows, mixed for the streams of the next level.
  func forward(_ streams: ExpertStreams, on tape: Tape) -> ExpertStreams {
    let shared = forward(shared: streams.shared, on: tape)
    let own = zip(self.own, streams.tasks).map { experts, states in
      experts.map { $0.forward(states, on: tape) }
    }
    var next = streams
    for task in own.indices {
      next.tasks[task] = tape.gated(
        own[task] + shared, by: tape.linear(streams.tasks[task], gates[task]))
    }
    if let gate = sharedGate {
      next.shared = tape.gated(own.flatMap { $0 } + shared, by: tape.linear(streams.shared, gate))
    }
    return next
  }

  /// What the shared experts make of the shared stream.
  func forward(shared stream: Matrix, on tape: Tape) -> [Matrix] {
    shared.map { $0.forward(stream, on: tape) }
  }

  /// What a task's own experts make of rows of its stream, mixed with what the shared ones made for these rows.
  func forward(_ rows: Matrix, _ shared: [Matrix], task: Int, on tape: Tape) -> Matrix {
    tape.gated(own[task].map { $0.forward(rows, on: tape) } + shared, by: tape.linear(rows, gates[task]))
  }
}
