import Foundation
import Tasks

extension RunHistory {
  /// Reads `metrics.jsonl` of a run's folder.
  ///
  /// A last line that was cut off when the machine stopped says nothing.
  ///
  /// - Throws: `DataError`.
  package init(folder: URL) throws(DataError) {
    let file = folder.appendingPathComponent("metrics.jsonl").path
    guard let data = FileManager.default.contents(atPath: file) else {
      throw DataError(file: file, found: "no such file", expected: "the log of a run")
    }
    try self.init(Array(data), file: file)
    if isEmpty { throw DataError(file: file, found: "no lines", expected: "the log of a run") }
  }

  /// Reads the bytes of a `metrics.jsonl`.
  ///
  /// - Parameter file: what messages call it.
  /// - Throws: `DataError`.
  package init(_ bytes: [UInt8], file: String) throws(DataError) {
    self.init()
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated() where bytes.contains(where: { $0 > UInt8(ascii: " ") }) {
      let value: JSONValue
      do { value = try JSONReader.readStrictly(Array(bytes)) } catch {
        if index == lines.count - 1 { break }
        throw DataError(file: file, line: index + 1, found: error.found, expected: error.expected)
      }
      let line = LoggedLine(value: value, file: file, line: index + 1)
      let step = try line.step()
      if let entry = try line.tasks(of: step) { steps.append(entry) }
      if let entry = try line.gradients(of: step) { gradients.append(entry) }
      if let entry = try line.evaluation(of: step) { evaluations.append(entry) }
    }
  }
}

/// A line of `metrics.jsonl`, and where it is.
private struct LoggedLine {
  let value: JSONValue
  let file: String
  let line: Int

  func step() throws(DataError) -> Int {
    guard value.members != nil else { throw error(value, "an object with a step") }
    guard let member = value["step"] else {
      throw DataError(
        file: file, line: line, found: "a line without \"step\"", expected: "the number of a step")
    }
    guard let step = member.integer, step >= 0, step <= 1 << 53 else {
      throw error(member, "the number of a step")
    }
    return step
  }

  func tasks(of step: Int) throws(DataError) -> RunHistory.Step? {
    guard let logged = value["tasks"] else { return nil }
    var tasks: [RunHistory.Step.Task] = []
    for member in try members(of: logged, "losses and weights by task") {
      _ = try members(of: member.value, "the loss and the weight of a task")
      tasks.append(
        .init(
          name: member.name, loss: try number("loss", in: member.value),
          weight: try number("weight", in: member.value)))
    }
    return RunHistory.Step(
      step: step, epoch: value["epoch"]?.integer, learningRate: try number("learningRate", in: value),
      gradientNorm: try number("gradientNorm", in: value),
      tokensPerSecond: try number("tokensPerSecond", in: value), tasks: tasks)
  }

  func gradients(of step: Int) throws(DataError) -> RunHistory.Gradients? {
    guard let logged = value["gradients"] else { return nil }
    _ = try members(of: logged, "norms and cosines")
    var result = RunHistory.Gradients(step: step, norms: [], cosines: [])
    if let norms = logged["norms"] {
      for member in try members(of: norms, "norms by task") {
        result.norms.append(.init(task: member.name, norm: try number(member.value)))
      }
    }
    guard let cosines = logged["cosines"] else { return result }
    guard let entries = cosines.elements else { throw error(cosines, "a list of cosines") }
    for entry in entries {
      guard let parts = entry.elements, parts.count == 3, let first = parts[0].string,
        let second = parts[1].string
      else { throw error(entry, "[\"task\", \"task\", cosine]") }
      result.cosines.append(.init(first: first, second: second, cosine: try number(parts[2])))
    }
    return result
  }

  func evaluation(of step: Int) throws(DataError) -> RunHistory.Evaluation? {
    guard let logged = value["dev"] else { return nil }
    var tasks: [RunHistory.Evaluation.Task] = []
    for task in try members(of: logged, "metrics by task") {
      var metrics: [RunHistory.Evaluation.Metric] = []
      for metric in try members(of: task.value, "values by metric") {
        metrics.append(.init(name: metric.name, value: try number(metric.value)))
      }
      tasks.append(.init(name: task.name, metrics: metrics))
    }
    return RunHistory.Evaluation(
      step: step, score: try number("score", in: value), isBest: value["best"]?.flag ?? false, tasks: tasks)
  }

  private func members(
    of value: JSONValue, _ expected: String
  ) throws(DataError) -> [JSONValue.Member] {
    guard let members = value.members else { throw error(value, expected) }
    return members
  }

  /// Nil where it is absent or null, as a number that is not finite is logged.
  private func number(_ name: String, in object: JSONValue) throws(DataError) -> Double? {
    guard let value = object[name] else { return nil }
    return try number(value)
  }

  private func number(_ value: JSONValue) throws(DataError) -> Double? {
    if value.isNull { return nil }
    guard let number = value.number else { throw error(value, "a number or null") }
    // What is so large or so small that nothing can be made of it with other numbers counts as what it is like.
    guard abs(number) < 1e150 else { return nil }
    return abs(number) < 1e-150 ? 0 : number
  }

  private func error(_ value: JSONValue, _ expected: String) -> DataError {
    DataError(file: file, line: line, found: value.summary, expected: expected)
  }
}
