import Foundation
import Tasks

extension MethodComparison {
  func write() throws {
    let runs = outcomes.map { outcome in
      JSONValue.object([
        .init("method", outcome.run.balancing.map { .text($0) } ?? JSONValue(.null)),
        .init("sharing", outcome.run.sharing.map { .text($0) } ?? JSONValue(.null)),
        .init("task", outcome.run.task.map { .text($0) } ?? JSONValue(.null)),
        .init("seed", .number(Int(outcome.run.seed))),
        .init("secondsAStep", .number(outcome.secondsAStep)),
        .init("parameters", .number(outcome.parameters)),
        .init("dev", .object(outcome.dev.map { .init($0.task, $0.kept) })),
      ])
    }
    let content = JSONValue.object([
      .init("version", .text(Braid.version)),
      .init("options", .object(options.map { .init($0.name, .text($0.value)) })),
      .init("fingerprint", .text(fingerprint.description)), .init("runs", .list(runs)),
    ])
    try AtomicFile.write(content.encoded() + "\n", to: file)
  }

  mutating func read() throws {
    guard let data = FileManager.default.contents(atPath: file.path),
      let content = try? JSONReader.read(Array(data)[...]), let members = content["options"]?.members,
      let runs = content["runs"]?.elements
    else { throw ModelError("\(file.path): this is not the file of a comparison") }
    for (name, value) in options {
      let there = members.first { $0.name == name }?.value.string ?? "nothing"
      guard there == value else {
        throw ModelError(
          "\(file.path): its comparison was made with \(name) \(there), not \(value); give another --output")
      }
    }
    if let text = content["fingerprint"]?.string { try checkFingerprint(text, version: content["version"]) }
    outcomes = try runs.enumerated().map { try outcome($1, number: $0 + 1) }
  }

  private func checkFingerprint(_ text: String, version: JSONValue?) throws(ModelError) {
    let recorded = RunFingerprint(text)
    let changes = recorded.map { fingerprint.changes(from: $0) } ?? ["its fingerprint, which is none"]
    guard changes.isEmpty else {
      throw ModelError(
        "\(file.path): what its comparison was made with has changed: \(changes.joined(separator: ", ")); what it holds "
          + "can't stand beside new results: give another --output, or remove the file")
    }
    let version = version?.string ?? "another version"
    guard version == Braid.version else {
      throw ModelError(
        "\(file.path): its comparison was made by braid \(version), this is \(Braid.version): give another --output, or "
          + "remove the file")
    }
  }

  /// - Throws: `ModelError` for what can't be read: as the file is written anew, it would be lost.
  private func outcome(_ run: JSONValue, number: Int) throws(ModelError) -> Outcome {
    func failure(_ problem: String) -> ModelError {
      ModelError("\(file.path): run \(number), line \(run.line): \(problem); give another --output")
    }
    guard let seed = run["seed"]?.integer.flatMap(UInt64.init(exactly:)),
      let seconds = run["secondsAStep"]?.number, let dev = run["dev"]?.members
    else { throw failure("found no outcome, expected an object with \"seed\", \"secondsAStep\" and \"dev\"") }
    var evaluations: [TaskEvaluation] = []
    for member in dev {
      guard let task = tasks.first(where: { $0.name == member.name }) else {
        throw failure("found figures of the task '\(member.name)', which is not compared here")
      }
      evaluations.append(TaskEvaluation(member.value, of: task))
    }
    return Outcome(
      run: Run(
        balancing: run["method"]?.string, sharing: run["sharing"]?.string, task: run["task"]?.string,
        seed: seed),
      dev: evaluations, secondsAStep: seconds, parameters: run["parameters"]?.integer ?? 0)
  }
}

extension TaskEvaluation {
  /// With the number of examples before the metrics.
  fileprivate var kept: JSONValue {
    .object([JSONValue.Member("examples", .number(count))] + (encoded.members ?? []))
  }

  fileprivate init(_ value: JSONValue, of task: TaskDefinition) {
    let members = value.members ?? []
    self.init(
      task: task.name, count: value["examples"]?.integer ?? 0,
      values: members.filter { $0.name != "examples" }.map { .init(metric: $0.name, value: $0.value.number) },
      mainMetric: task.mainMetric)
  }
}
