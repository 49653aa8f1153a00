import Tasks
import Tensors

/// Progressive layered extraction (PLE, Tang et al. 2020, section 4.2): levels of experts on the pooled state, each task with
/// experts of its own beside shared ones. In all levels but the last a gate over all experts makes what the next level's
/// shared experts read.
///
/// Settings: `levels` (2), `experts` of each task's own (1) and `shared` ones (1) in each level.
public struct ProgressiveSharing: Sharing {
  public static let name = "ple"

  /// What lies between two levels: a state for each task, and a shared one.
  private struct Streams {
    var tasks: [Matrix]
    var shared: Matrix
  }

  private struct Level: Sendable {
    let own: [[PooledExpert]]
    let shared: [PooledExpert]
    let gates: [LinearParameters]
    /// None in the last level.
    let sharedGate: LinearParameters?
  }

  private let layers: [EncoderLayer]
  private let pooler: Pooler
  private let levels: [Level]

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let count = try settings.count("levels", default: 2, in: 1...16)
    let own = try settings.count("experts", default: 1, in: 1...64)
    let shared = try settings.count("shared", default: 1, in: 1...64)
    layers = (0..<encoder.layers).map { EncoderLayer(encoder, in: scopes.encoder.layer($0)) }
    pooler = Pooler(encoder, in: scopes.encoder)
    levels = (0..<count).map { number in
      let isLast = number == count - 1
      let level = "level.\(number)"
      let common = scopes.shared.scope(level)
      // Below the last level every row goes through the experts of all tasks.
      let scope = { (task: Int) in
        isLast ? scopes.own(task).scope(level) : common.scope("task").scope(tasks[task].name)
      }
      func experts(_ count: Int, in scope: ParameterScope) -> [PooledExpert] {
        (0..<count).map { PooledExpert(encoder, in: scope.scope("expert").scope("\($0)")) }
      }
      return Level(
        own: tasks.indices.map { experts(own, in: scope($0)) }, shared: experts(shared, in: common),
        gates: tasks.indices.map { task in
          // What a task's gate makes for the last level only rows of the task read there.
          (number >= count - 2 ? scopes.own(task).scope(level) : scope(task))
            .gate(encoder, over: own + shared)
        },
        sharedGate: isLast ? nil : common.gate(encoder, over: own * tasks.count + shared))
    }
  }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    let states = tape.forward(input.states, through: layers, input.rows)
    let pooled = pooler.forward(states, input.rows, on: tape)
    var streams = Streams(tasks: levels[0].gates.map { _ in pooled }, shared: pooled)
    for level in levels.dropLast() { streams = forward(streams, through: level, on: tape) }
    guard let last = levels.last else { return input.output(states, pooled: pooled) }
    let shared = last.shared.map { $0.forward(streams.shared, on: tape) }
    let outputs = input.parts(on: tape).map { part in
      func slice(_ matrix: Matrix) -> Matrix { input.rows.slice(pooled: matrix, part.rows, on: tape) }
      let rows = slice(streams.tasks[part.task])
      let experts = last.own[part.task].map { $0.forward(rows, on: tape) } + shared.map(slice)
      return tape.gated(experts, by: tape.linear(rows, last.gates[part.task]))
    }
    return input.output(states, pooled: input.joined(pooled: outputs, on: tape))
  }

  private func forward(_ streams: Streams, through level: Level, on tape: Tape) -> Streams {
    let shared = level.shared.map { $0.forward(streams.shared, on: tape) }
    let own = zip(level.own, streams.tasks).map { experts, state in
      experts.map { $0.forward(state, on: tape) }
    }
    var next = streams
    for task in own.indices {
      next.tasks[task] = tape.gated(
        own[task] + shared, by: tape.linear(streams.tasks[task], level.gates[task]))
    }
    if let gate = level.sharedGate {
      next.shared = tape.gated(own.flatMap { $0 } + shared, by: tape.linear(streams.shared, gate))
    }
    return next
  }
}
