import Foundation
import Tasks

/// A file that `braid evaluate --predictions` has written: a JSON object a line.
package struct PredictionFile {
  package let path: String
  /// By task and row.
  private let lines: [String: [Int: (number: Int, value: JSONValue)]]

  /// - Throws: `TeacherError` that names the line.
  package init(_ path: String) throws(TeacherError) {
    self.path = path
    guard let content = FileManager.default.contents(atPath: path) else {
      throw TeacherError("\(path): can't be read")
    }
    var lines: [String: [Int: (number: Int, value: JSONValue)]] = [:]
    let bytes = Array(content)
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    where !line.isEmpty {
      guard let value = try? JSONReader.read(line), let task = value["task"]?.string,
        let row = value["row"]?.integer
      else {
        throw TeacherError(
          "\(path):\(index + 1): found no prediction; expected an object with \"task\" and \"row\", as "
            + "'braid evaluate --split train --predictions' writes it")
      }
      if let first = lines[task, default: [:]].updateValue((index + 1, value), forKey: row) {
        throw TeacherError("\(path):\(index + 1): row \(row) of '\(task)' again, as in line \(first.number)")
      }
    }
    self.lines = lines
  }

  var tasks: Set<String> { Set(lines.keys) }

  /// The probabilities of the task's labels, or the score, of each example.
  ///
  /// - Throws: `TeacherError` for a row that is missing or has no such numbers, or that has another label there.
  package func values(for task: TaskDefinition, _ examples: Examples) throws(TeacherError) -> [Float] {
    let known = lines[task.name] ?? [:]
    var values: [Float] = []
    for example in 0..<examples.count {
      guard let (number, line) = known[Int(examples.rows[example])] else {
        throw TeacherError(
          "\(path): there is no prediction of '\(task.name)' for \(examples.place(of: example)), row "
            + "\(examples.rows[example]); expected all training rows, as with --split train")
      }
      guard let found = numbers(in: line, of: task) else {
        throw TeacherError(
          "\(path):\(number): found no "
            + (task.type.target == .label
              ? "probabilities of \(listing(task.labels, limit: 12))" : "score"))
      }
      if let expected = line["expected"], let own = label(of: example, in: examples, task), expected != own {
        throw TeacherError(
          "\(path):\(number): the label is \(expected.encodedLine()) there, and \(own.encodedLine()) at "
            + "\(examples.place(of: example)); expected predictions of the training rows, as with --split train"
        )
      }
      values += found
    }
    return values
  }

  private func numbers(in line: JSONValue, of task: TaskDefinition) -> [Float]? {
    guard task.type.target == .label else {
      guard let prediction = line["prediction"], let score = prediction.number else { return nil }
      return [Float(score)]
    }
    guard let probabilities = line["probabilities"], let members = probabilities.members,
      members.count == task.labels.count
    else { return nil }
    var values: [String: JSONValue] = [:]
    // As a rule they come in their order.
    if zip(members, task.labels).contains(where: { $0.name != $1 }) {
      for member in members { values[member.name] = member.value }
    }
    var found: [Float] = []
    for (member, label) in zip(members, task.labels) {
      let value = values.isEmpty ? member.value : values[label]
      guard let number = value?.number else { return nil }
      found.append(Float(number))
    }
    return found
  }

  private func label(of example: Int, in examples: Examples, _ task: TaskDefinition) -> JSONValue? {
    switch examples.targets {
    case .classes(let classes): .text(task.labels[Int(classes[example])])
    case .scores(let values), .gains(let values): .number(single: values[example])
    default: nil
    }
  }
}
