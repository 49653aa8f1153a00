import Tasks
import Tensors
import Wording

/// An encoder for each group of tasks, its lexicon too: tasks of one group share all of it, those of different groups nothing
/// (Standley et al. 2020; Fifty et al. 2021). The groups learn side by side in one run and are kept in one checkpoint.
///
/// Settings: `of`, as in `{ sst: 1, rte: 2, mrpc: 2 }`: the group of each task.
public struct GroupSharing: Sharing {
  public static let name = "groups"
  public static let ownsLexicons = true

  private struct Group {
    let name: String
    let lexicon: Lexicon
    let tower: Tower
    /// What the names of its parameters begin with.
    let path: String
  }

  private let groups: [Group]
  /// Of each task.
  private let places: [Int]

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let names = try Self.names(from: &settings, tasks: tasks)
    var groups: [Group] = []
    var places: [Int] = []
    for (task, name) in names.enumerated() {
      if let place = groups.firstIndex(where: { $0.name == name }) {
        places.append(place)
        continue
      }
      // A group of one task is that task's own.
      let scope = names.count { $0 == name } > 1 ? scopes.tower(task) : scopes.own(task)
      places.append(groups.count)
      groups.append(
        Group(
          name: name, lexicon: Lexicon(encoder, in: scope.scope("embeddings")),
          tower: Tower(encoder, layers: 0..<encoder.layers, in: scope), path: scope.path))
    }
    self.groups = groups
    self.places = places
  }

  /// The name of each task's group.
  private static func names(
    from settings: inout SharingSettings, tasks: [TaskDefinition]
  ) throws(TaskFileError) -> [String] {
    let expected = "a group for each task of this run, as { \(tasks.first?.name ?? "sst"): 1 }"
    guard let (pairs, setting) = try settings.pairs("of", expected: expected) else {
      // An encoder without tasks has no groups to be told.
      guard let task = tasks.first else { return [] }
      throw task.error(found: "no group of it in the sharing 'groups'", expected: "of: { \(task.name): 1 }")
    }
    for (index, pair) in pairs.enumerated() {
      guard tasks.contains(where: { $0.name == pair.name }) else {
        throw setting.error(found: "the task \(quoted(pair.name))", expected: listed(tasks.map(\.name)))
      }
      guard !pairs[..<index].contains(where: { $0.name == pair.name }) else {
        throw setting.error(found: "\(quoted(pair.name)) twice", expected: "one group for each task")
      }
    }
    var names: [String] = []
    for task in tasks {
      guard let pair = pairs.first(where: { $0.name == task.name }) else {
        throw setting.error(found: "no group of \(quoted(task.name))", expected: expected)
      }
      names.append(pair.value)
    }
    return names
  }

  public func lexicon(ofTask task: Int) -> Lexicon? { groups[places[task]].lexicon }

  public func scope(ofTask task: Int) -> String? { String(groups[places[task]].path.dropLast()) }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    input.parts(on: tape).map { part in
      groups[places[part.task]].tower.forward(
        input.rows.slice(input.states, part.rows, on: tape), part.rows, on: tape)
    }
  }

  public func plainEncoder(
    ofTask task: Int, from parameters: ParameterStore
  ) throws(NoPlainEncoder) -> PlainEncoder {
    let group = groups[places[task]]
    let path = group.path
    return PlainEncoder(layers: group.tower.layers.count) { path + $0.dropFirst("encoder.".count) }
  }
}
