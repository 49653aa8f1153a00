import Tasks
import Training

extension TaskAffinity {
  /// `{"steps": …, "lookahead": {"FROM": {"TO": …}}, "cosine": …}`, and with a grouping `groups` and `score`.
  func json(_ grouping: TaskGrouping?) -> JSONValue {
    func objects(_ value: (Int, Int) -> Double?) -> JSONValue {
      .object(
        tasks.indices.map { first in
          JSONValue.Member(
            tasks[first],
            .object(tasks.indices.map { JSONValue.Member(tasks[$0], .number(value(first, $0))) }))
        })
    }
    var members: [JSONValue.Member] = [
      .init("steps", .number(steps)), .init("lookahead", objects { lookahead(from: $0, to: $1) }),
      .init("cosine", objects { cosine($0, $1) }),
    ]
    if let grouping {
      let groups = grouping.groups.map { group in JSONValue.list(group.map { .text(tasks[$0]) }) }
      members.append(.init("groups", .list(groups)))
      members.append(.init("score", .number(grouping.score)))
    }
    return .object(members)
  }
}
