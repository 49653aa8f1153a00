import Networks
import Tasks

/// The heads of some tasks, and which of them a parameter is of.
struct HeadNames {
  private let names: Set<String>

  init(_ tasks: [TaskDefinition]) { names = Set(tasks.map { MultiTaskNetwork.headName(of: $0) }) }

  /// The head that a parameter belongs to by its name; nil for one of the encoder. Of a head that none of the tasks has, what
  /// stands before the first dot.
  func head(of parameter: String) -> String? {
    let start = "heads."
    guard parameter.hasPrefix(start) else { return nil }
    let rest = parameter.dropFirst(start.count)
    // A name may hold dots, and begin as another does.
    let own = rest.indices.lazy.filter { rest[$0] == "." }.map { String(rest[..<$0]) }
    return own.last { names.contains($0) } ?? String(rest.prefix { $0 != "." })
  }
}
