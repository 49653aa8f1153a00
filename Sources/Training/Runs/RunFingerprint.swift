import Tasks
import Tensors

/// What decides the bits of a run, in three checksums: of its options, of its data as the encoder sees them, and of the
/// parameters that it starts from. Runs of one version with the same fingerprint have the same bits on the same kind of
/// processor.
public struct RunFingerprint: Sendable, Equatable, CustomStringConvertible {
  public let options: UInt32
  public let data: UInt32
  public let start: UInt32

  /// `1a2b3c4d-5e6f7a8b-9c0d1e2f`: options, data, start.
  public var description: String { [options, data, start].map(\.checksumText).joined(separator: "-") }

  /// Reads what `description` gives.
  public init?(_ text: String) {
    let parts = text.split(separator: "-").compactMap { UInt32($0, radix: 16) }
    guard parts.count == 3 else { return nil }
    (options, data, start) = (parts[0], parts[1], parts[2])
  }

  /// What of a run is not what it was in the other, in words; empty for equal ones.
  public func changes(from other: RunFingerprint) -> [String] {
    var parts: [String] = []
    if options != other.options { parts.append("options or tasks") }
    if data != other.data { parts.append("data") }
    if start != other.start { parts.append("the encoder it starts from") }
    return parts
  }
}

extension RunFingerprint {
  /// - Parameters:
  ///   - model: which has not taken a step yet.
  ///   - entries: the options by name that decide what is learned.
  init(_ model: Model, data: TrainingData, options entries: [(name: String, value: String)]) {
    var options = CRC32C()
    for (name, value) in entries { options.update("\(name)=\(value)\n") }
    for task in model.tasks {
      options.update("\(task.name) \(task.type.name) \(task.weight) \(task.learningRateFactor)\n")
      options.update("\(task.labels) \(task.metrics) \(task.mainMetric)\n")
    }
    var start = CRC32C()
    for entry in model.parameters.layout.entries {
      start.update("\(entry.name) \(entry.shape)\n")
      model.parameters.floats(of: entry).withBytes { start.update($0) }
    }
    (self.options, self.data, self.start) = (options.value, data.checksum, start.value)
  }
}

extension Trainer {
  /// Of a run that has not taken a step yet.
  ///
  /// - Parameter entries: the options by name that decide what is learned.
  public func fingerprint(options entries: [(name: String, value: String)]) -> RunFingerprint {
    RunFingerprint(model, data: data, options: entries)
  }
}

extension TrainingData {
  /// Of the examples of all tasks, and of what teachers say of them.
  var checksum: UInt32 {
    var checksum = CRC32C()
    for (task, train) in self.train.enumerated() {
      for examples in [train, dev[task]] {
        guard let examples else {
          checksum.update("none\n")
          continue
        }
        for numbers in [examples.ids, examples.segments, examples.pairStarts] {
          checksum.update(numbers.span)
        }
        for numbers in [examples.starts, examples.queryStarts] {
          checksum.update(numbers.span)
        }
        switch examples.targets {
        case .classes(let classes): checksum.update(classes.span)
        case .scores(let values), .gains(let values): checksum.update(values.span)
        case .tags(let lists), .labelSets(let lists):
          checksum.update(lists.starts.span)
          checksum.update(lists.values.span)
        case .answers(let answers):
          for texts in answers.texts { checksum.update(texts.joined(separator: "\n") + "\n") }
          for marks in answers.marks { checksum.update("\(marks.map { "\($0)" } ?? "none")\n") }
        case .masked(let masking):
          checksum.update("\(masking.maskID) \(masking.specialIDs.sorted()) \(masking.vocabularySize)\n")
        case .none: break
        }
      }
      if let teacher = teachers[task] { checksum.update(teacher.values.span) }
    }
    return checksum.value
  }
}

extension CRC32C {
  fileprivate mutating func update(_ text: String) { update(Array(text.utf8).span) }
}
