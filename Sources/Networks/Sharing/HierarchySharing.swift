import Tasks
import Tensors
import Wording

/// One encoder in which each task's head reads the layer that the task names: simple tasks lower ones (Søgaard & Goldberg
/// 2016; Sanh et al. 2019). Each layer that is read below the last has a pooler of its own. A task may take another's output
/// for its own text as further input: the mean of learned vectors of the labels, weighed by their probabilities (Hashimoto
/// et al. 2017, eq. 2). Unlike there, it is added to the states, and no gradient goes back through the output.
///
/// Settings: `levels`, as in `{ sst: 2, rte: 4 }`: the layer, counted from 1, of each task that does not read the last; and
/// `inputs`, as in `{ rte: "mrpc" }`: whose output a task takes. That task's layer is not above the other's.
public struct HierarchySharing: Sharing {
  public static let name = "hierarchy"

  /// A task whose output another takes.
  private struct Source: Sendable {
    let task: Int
    let map: LinearParameters
  }

  /// Of the tasks.
  private let names: [String]
  private let layers: [EncoderLayer]
  /// Layers below each task's head.
  private let levels: [Int]
  private let sources: [Source?]
  /// By level; nil where none is read.
  private let poolers: [Pooler?]

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let levels = try Self.levels(from: &settings, tasks: tasks, layers: encoder.layers)
    let sources = try Self.sources(from: &settings, tasks: tasks, levels: levels)
    self.levels = levels
    names = tasks.map(\.name)
    layers = (0..<encoder.layers).map { EncoderLayer(encoder, in: scopes.encoder.layer($0)) }
    poolers = (0...encoder.layers).map { level in
      if level == encoder.layers { return Pooler(encoder, in: scopes.encoder) }
      guard levels.contains(level) else { return nil }
      let scope = scopes.shared.scope("layer").scope("\(level - 1)", copying: "encoder")
      return Pooler(encoder, in: scope)
    }
    self.sources = sources.enumerated().map { task, source in
      source.map { source in
        let map = scopes.own(task).linear(
          "input", inputs: max(tasks[source].labels.count, 1), outputs: encoder.hiddenSize,
          deviation: encoder.initializerDeviation, bias: false)
        return Source(task: source, map: map)
      }
    }
  }

  private static func levels(
    from settings: inout SharingSettings, tasks: [TaskDefinition], layers: Int
  ) throws(TaskFileError) -> [Int] {
    var levels = [Int](repeating: layers, count: tasks.count)
    let expected =
      "a layer from 1 to \(layers) for tasks of this run, as { \(tasks.first?.name ?? "sst"): 1 }"
    guard let (pairs, setting) = try settings.pairs("levels", expected: expected) else { return levels }
    for (name, value) in pairs {
      let task = try task(named: name, among: tasks, setting)
      guard let level = Int(value), (1...layers).contains(level) else {
        throw setting.error(found: "\(quoted(value)) for \(quoted(name))", expected: expected)
      }
      levels[task] = level
    }
    return levels
  }

  private static func sources(
    from settings: inout SharingSettings, tasks: [TaskDefinition], levels: [Int]
  ) throws(TaskFileError) -> [Int?] {
    var sources = [Int?](repeating: nil, count: tasks.count)
    let expected = "for a task the one whose output it takes, as { rte: \"mrpc\" }"
    guard let (pairs, setting) = try settings.pairs("inputs", expected: expected) else { return sources }
    for (name, value) in pairs {
      let task = try task(named: name, among: tasks, setting)
      let source = try self.task(named: value, among: tasks, setting)
      // Sums of label vectors need probabilities that add up to one, or a score.
      guard !tasks[source].type.target.isOfTokens, tasks[source].type.target != .labelSet else {
        throw setting.error(
          found: "\(quoted(value)) of type \(quoted(tasks[source].type.name))",
          expected: "a task whose output is one label or score of a whole text")
      }
      guard levels[source] <= levels[task] else {
        throw setting.error(
          found: "\(quoted(value)) of layer \(levels[source]) for \(quoted(name)) of layer \(levels[task])",
          expected: "the output of a task whose layer is not above")
      }
      sources[task] = source
    }
    for start in tasks.indices {
      var names = [tasks[start].name]
      var next = sources[start]
      while let task = next {
        names.append(tasks[task].name)
        guard task != start else {
          throw setting.error(
            found: "a circle: \(names.joined(separator: " takes "))", expected: "an order without one")
        }
        // A circle that does not come back to the start is found from one of its own tasks.
        guard names.count <= tasks.count else { break }
        next = sources[task]
      }
    }
    return sources
  }

  private static func task(
    named name: String, among tasks: [TaskDefinition], _ setting: Setting
  ) throws(TaskFileError) -> Int {
    if let task = tasks.firstIndex(where: { $0.name == name }) { return task }
    throw setting.error(found: "the task \(quoted(name))", expected: listed(tasks.map(\.name)))
  }

  /// The layers up to the one that the task reads, and the pooler there.
  public func plainEncoder(
    ofTask task: Int, from parameters: ParameterStore
  ) throws(NoPlainEncoder) -> PlainEncoder {
    if let source = sources[task] {
      throw NoPlainEncoder("it takes the output of '\(names[source.task])', which a model of it alone lacks")
    }
    let level = levels[task]
    guard level < layers.count else { return PlainEncoder(layers: level) }
    return PlainEncoder(layers: level) { name in
      name.hasPrefix("encoder.pooler.")
        ? "sharing.layer.\(level - 1)." + name.dropFirst("encoder.".count) : name
    }
  }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    let parts = input.parts(on: tape)
    /// By part and level.
    var read = parts.map { _ in [Int: EncodedPart]() }
    let needed = parts.map { part in Set(chain(from: part.task).map { levels[$0] }) }
    var states = input.states
    for level in 1...(needed.joined().max() ?? 1) {
      // Rows whose heads have been served go on while rows of other tasks do.
      states = tape.forward(states, through: [layers[level - 1]], input.rows)
      for (index, part) in parts.enumerated() where needed[index].contains(level) {
        let slice = input.rows.slice(states, part.rows, on: tape)
        read[index][level] = poolers[level]?.part(slice, part.rows, on: tape)
      }
    }
    return zip(parts, read).compactMap { part, read in encoded(part.task, read) }
  }

  /// A task, the one whose output it takes, the one whose output that takes, and so on.
  private func chain(from task: Int) -> [Int] {
    [task] + (sources[task].map { chain(from: $0.task) } ?? [])
  }

  private func encoded(_ task: Int, _ read: [Int: EncodedPart]) -> EncodedPart? {
    var part = read[levels[task]]
    if let source = sources[task], let lower = encoded(source.task, read) {
      part?.further = [FurtherInput(ofTask: source.task, reading: lower, map: source.map)]
    }
    return part
  }
}
