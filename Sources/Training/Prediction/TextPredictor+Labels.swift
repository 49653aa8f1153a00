import Evaluation
import Tasks

/// A text whose words have been labelled.
public struct LabelledText: Sendable {
  public struct Word: Sendable, Equatable {
    /// Where in the text it is, in bytes of UTF-8.
    public let source: Range<Int>
    public let label: String
    /// Of the label; 0 for a word that the model has not seen, as the text was cut before it.
    public let probability: Float
  }

  public struct Entity: Sendable, Equatable {
    public let type: String
    /// From its first word to its last, in bytes of UTF-8.
    public let source: Range<Int>
  }

  public let text: String
  public let words: [Word]

  /// The entities that the labels make, as conlleval finds them.
  public var entities: [Entity] {
    Evaluation.Entity.entities(in: words.map { EntityLabel($0.label) }).map { entity in
      let (first, last) = (words[entity.words.lowerBound], words[entity.words.upperBound - 1])
      return Entity(type: entity.type, source: first.source.lowerBound..<last.source.upperBound)
    }
  }

  /// What stands in the text there.
  public func text(of source: Range<Int>) -> String { text.part(source) }
}

extension TextPredictor {
  /// The words of each text with the labels that the first task gives them.
  ///
  /// - Parameter arePlain: whether texts are as people write them, and punctuation at the ends of words is set apart; else
  ///   words are what stands between blanks, as in data files.
  /// - Throws: `DataError` for a text of 2³¹ bytes or more.
  public func labelledTexts(_ texts: [String], arePlain: Bool = true) throws(DataError) -> [LabelledText] {
    let words = texts.map { arePlain ? Words.ranges(inPlain: $0) : Words.ranges(in: $0) }
    let inputs = zip(texts, words).map { text, words in
      InputText(words.map { text.part($0) }.joined(separator: " "))
    }
    let (examples, predictions) = try markedPredictions(for: inputs)
    return texts.indices.map { index in
      let labels = tasks[0].wordLabels(
        predictions[index], marks: examples.marks(of: index), words: words[index].count)
      return LabelledText(
        text: texts[index],
        words: zip(words[index], labels).map { source, answer in
          LabelledText.Word(
            source: source, label: tasks[0].labels[answer.label], probability: answer.probability)
        })
    }
  }
}
