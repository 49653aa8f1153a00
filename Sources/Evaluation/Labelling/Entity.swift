/// Words that a sequence of labels takes together: `B-PER I-PER` is one of type PER.
public struct Entity: Sendable, Hashable {
  public let type: String
  /// The words' places in the sequence.
  public let words: Range<Int>

  public init(type: String, words: Range<Int>) {
    self.type = type
    self.words = words
  }

  /// The entities of a sequence of labels, as the program conlleval of CoNLL's shared tasks finds them (Tjong Kim Sang &
  /// Buchholz 2000), by whatever scheme its labels are: `B-` begins an entity, `I-` goes on with one, or begins one where
  /// none of its type goes before it; `E-` ends one and `S-` is one. All other labels are outside.
  public static func entities(in labels: some Sequence<EntityLabel>) -> [Entity] {
    var entities: [Entity] = []
    var start = 0
    var previous = EntityLabel.outside
    var place = 0
    func end() {
      if previous != .outside { entities.append(Entity(type: previous.type, words: start..<place)) }
    }
    for label in labels {
      if label.begins(after: previous) || label == .outside {
        end()
        start = place
      }
      previous = label
      place += 1
    }
    end()
    return entities
  }
}

/// A label of a word, taken apart.
public struct EntityLabel: Sendable, Equatable {
  /// Where in an entity a word is.
  enum Place: Sendable { case begin, inside, end, single, outside }

  let place: Place
  let type: String

  static let outside = EntityLabel(place: .outside, type: "")

  private init(place: Place, type: String) {
    self.place = place
    self.type = type
  }

  /// From `B-PER` or the like; whatever has no such beginning is outside.
  public init(_ label: String) {
    let parts = label.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let place: Place =
      switch parts[0] {
      case "B": .begin
      case "I": .inside
      case "E": .end
      case "S": .single
      default: .outside
      }
    self =
      parts.count == 2 && place != .outside ? EntityLabel(place: place, type: String(parts[1])) : .outside
  }

  public var isOutside: Bool { self == .outside }

  /// Whether an entity begins with this label's word.
  fileprivate func begins(after previous: EntityLabel) -> Bool {
    switch place {
    case .outside: false
    case .begin, .single: true
    case .inside, .end: [.outside, .end, .single].contains(previous.place) || previous.type != type
    }
  }
}
