import Tasks
import Tensors
import Wording

/// One encoder in which each task's head reads the layer that the task names: simple tasks lower ones (Søgaard & Goldberg
/// 2016; Sanh et al. 2019). Each layer that is read below the last has a pooler of its own.
///
/// Settings: `levels`, as in `{ sst: 2, rte: 4 }`: the layer, counted from 1, of each task that does not read the last.
public struct HierarchySharing: Sharing {
  public static let name = "hierarchy"

  private let layers: [EncoderLayer]
  /// Layers below each task's head.
  private let levels: [Int]
  /// By level.
  private let poolers: [Int: Pooler]

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    var levels = [Int](repeating: encoder.layers, count: tasks.count)
    let expected =
      "a layer from 1 to \(encoder.layers) for tasks of this run, as { \(tasks.first?.name ?? "sst"): 1 }"
    if let (pairs, setting) = try settings.pairs("levels", expected: expected) {
      for (name, value) in pairs {
        guard let task = tasks.firstIndex(where: { $0.name == name }) else {
          throw setting.error(found: "a layer for \(quoted(name))", expected: listed(tasks.map(\.name)))
        }
        guard let level = Int(value), (1...encoder.layers).contains(level) else {
          throw setting.error(found: "\(quoted(value)) for \(quoted(name))", expected: expected)
        }
        levels[task] = level
      }
    }
    self.levels = levels
    layers = (0..<encoder.layers).map { EncoderLayer(encoder, in: scopes.encoder.layer($0)) }
    var poolers: [Int: Pooler] = [:]
    for level in 1...encoder.layers where level == encoder.layers || levels.contains(level) {
      let scope =
        level == encoder.layers
        ? scopes.encoder : scopes.shared.scope("layer").scope("\(level - 1)", copying: "encoder")
      poolers[level] = Pooler(encoder, in: scope)
    }
    self.poolers = poolers
  }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    let parts = input.parts(on: tape)
    var outputs = [EncodedPart?](repeating: nil, count: parts.count)
    var states = input.states
    for level in 1...layers.count {
      let rest = parts.indices.filter { levels[parts[$0].task] >= level }
      guard !rest.isEmpty else { break }
      // Rows whose heads have been served go on only while rows of other tasks do.
      states = tape.forward(states, through: [layers[level - 1]], input.rows)
      for index in rest where levels[parts[index].task] == level {
        let slice = input.rows.slice(states, parts[index].rows, on: tape)
        outputs[index] = poolers[level].map {
          EncodedPart(
            states: slice, pooled: $0.forward(slice, parts[index].rows, on: tape), rows: parts[index].rows)
        }
      }
    }
    return outputs.compactMap { $0 }
  }
}
