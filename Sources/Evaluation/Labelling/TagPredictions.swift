/// Predicted and expected labels, word by word, sequence by sequence.
public struct TagPredictions: Sendable {
  /// How many sequences there are.
  public let count: Int
  /// The words of all sequences, each with one class.
  public let words: ClassPredictions
  /// The sequences' entities; nil where no label begins with `B-` or the like.
  public let entities: EntityCounts?

  /// - Parameters:
  ///   - predicted: for each sequence the id of each word's label.
  ///   - labels: what the ids stand for.
  /// - Throws: `PredictionError` when the lengths differ or an id is none of a label.
  public init(predicted: [[Int]], expected: [[Int]], labels: [String]) throws(PredictionError) {
    guard predicted.count == expected.count else {
      throw .differentCounts("predicted", predicted.count, "expected", expected.count)
    }
    for (one, other) in zip(predicted, expected) where one.count != other.count {
      throw .differentCounts("predicted labels of a sequence", one.count, "expected ones", other.count)
    }
    count = predicted.count
    words = try ClassPredictions(
      predicted: Array(predicted.joined()), expected: Array(expected.joined()), classCount: labels.count)
    let parts = labels.map(EntityLabel.init)
    guard parts.contains(where: { !$0.isOutside }) else {
      entities = nil
      return
    }
    entities = EntityCounts(
      zip(predicted, expected).map { predicted, expected in
        (
          predicted: Entity.entities(in: predicted.map { parts[$0] }),
          expected: Entity.entities(in: expected.map { parts[$0] })
        )
      })
  }
}

/// How many entities were right: of the same type and the same words.
public struct EntityCounts: Sendable, Equatable {
  public private(set) var right = 0
  public private(set) var predicted = 0
  public private(set) var expected = 0

  init(_ sequences: [(predicted: [Entity], expected: [Entity])]) {
    for (predicted, expected) in sequences {
      self.predicted += predicted.count
      self.expected += expected.count
      right += Set(predicted).intersection(expected).count
    }
  }

  /// 0 when nothing was predicted, as conlleval has it; likewise the others.
  public var precision: Double { predicted > 0 ? Double(right) / Double(predicted) : 0 }
  public var recall: Double { expected > 0 ? Double(right) / Double(expected) : 0 }
  public var f1: Double {
    predicted + expected > 0 ? 2 * Double(right) / Double(predicted + expected) : 0
  }
}
