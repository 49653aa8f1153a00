/// What BERT's normaliser and word splitter do with each Unicode scalar, as a two-stage lookup table.
///
/// The data come from the reference implementation itself (see `ScalarData`) and not from the standard library's
/// Unicode properties: those follow the Unicode version of the toolchain or the system, and ids must not.
struct ScalarTable: Sendable {
  enum Action: UInt32 {
    /// Belongs to a word as it stands.
    case keep
    /// Vanishes without a trace.
    case remove
    /// Vanishes, but marks before and after it are not sorted across it.
    case removeStarter
    /// Ends a word.
    case space
    /// Is a word of its own.
    case isolate
    /// Becomes the scalar in the payload, part of a word.
    case map
    /// Becomes the scalar in the payload, a word of its own.
    case mapIsolated
    /// Becomes the scalars at the payload's place in `sequences`, which begin with their count.
    case expand
    /// Belongs to a word, and is put in canonical order by the combining class in the payload.
    case order
    /// Decomposes into two or three jamo by arithmetic (Unicode Standard, section 3.12).
    case hangul
  }

  /// An action in the upper 8 bits, its payload in the lower 24.
  struct Entry: Sendable {
    var bits: UInt32
    init(_ action: Action, _ payload: UInt32 = 0) { bits = action.rawValue << 24 | payload }
    init(bits: UInt32) { self.bits = bits }
    @inline(__always) var action: Action { Action(rawValue: bits >> 24) ?? .keep }
    @inline(__always) var payload: UInt32 { bits & 0xFF_FFFF }
  }

  /// For each 256 scalars, where their entries begin in `entries`, in units of 256.
  let blocks: [UInt16]
  let entries: [Entry]
  let sequences: [UInt32]

  /// Clean-up and splitting alone.
  static let cased = ScalarTable(lowercases: false)
  /// Clean-up, canonical decomposition, removal of non-spacing marks, lower case, and splitting.
  static let uncased = ScalarTable(lowercases: true)

  private init(lowercases: Bool) {
    var builder = Builder()
    builder.setRanges(ScalarData.removed, to: .remove)
    builder.setRanges(ScalarData.spaces, to: .space)
    builder.setRanges(ScalarData.isolated, to: .isolate)
    if lowercases {
      builder.setRanges(ScalarData.marks, to: .remove)
      builder.setRanges(ScalarData.starterMarks, to: .removeStarter)
      builder.setMappings()
    }
    blocks = builder.blocks
    entries = builder.entries
    sequences = builder.sequences
  }

  func entry(of scalar: UInt32) -> Entry {
    entries[Int(blocks[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
  }
}

extension ScalarTable {
  private struct Builder {
    var blocks = [UInt16](repeating: 0, count: 0x1100)
    var entries = [Entry](repeating: Entry(.keep), count: 256)
    var sequences: [UInt32] = []
    /// Blocks of equal entries that stand for several stretches, copied before a change. In block 0 nothing happens.
    private var shared: Set<UInt16> = [0]

    subscript(scalar: UInt32) -> Entry {
      get { entries[Int(blocks[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)] }
      set {
        let block = Int(scalar >> 8)
        if shared.contains(blocks[block]) {
          let old = entries[Int(blocks[block]) << 8]
          blocks[block] = UInt16(entries.count >> 8)
          entries.append(contentsOf: repeatElement(old, count: 256))
        }
        entries[Int(blocks[block]) << 8 | Int(scalar & 0xFF)] = newValue
      }
    }

    mutating func setRanges(_ data: StaticString, to action: Action) {
      var numbers = HexadecimalNumbers(data)
      while let first = numbers.next(), let last = numbers.next() {
        setRange(first, last, to: Entry(action))
      }
    }

    /// Whole blocks of one range share their entries: private use alone would fill half a megabyte.
    private mutating func setRange(_ first: UInt32, _ last: UInt32, to entry: Entry) {
      var scalar = first
      var uniform: UInt16?
      while scalar <= last {
        if scalar & 0xFF == 0, scalar + 0xFF <= last, blocks[Int(scalar >> 8)] == 0 {
          let block = uniform ?? UInt16(entries.count >> 8)
          if uniform == nil {
            entries.append(contentsOf: repeatElement(entry, count: 256))
            shared.insert(block)
            uniform = block
          }
          blocks[Int(scalar >> 8)] = block
          scalar += 0x100
        } else {
          self[scalar] = entry
          scalar += 1
        }
      }
    }

    mutating func setMappings() {
      setRange(0xAC00, 0xD7A3, to: Entry(.hangul))
      var numbers = HexadecimalNumbers(ScalarData.orderedScalars)
      while let scalar = numbers.next(), let combiningClass = numbers.next() {
        self[scalar] = Entry(.order, combiningClass)
      }
      numbers = HexadecimalNumbers(ScalarData.mappedRuns)
      while let source = numbers.next(), let count = numbers.next(), let step = numbers.next(),
        let advance = numbers.next(), let target = numbers.next()
      {
        for index in 0..<count { map(source + index * step, to: target + index * advance) }
      }
      numbers = HexadecimalNumbers(ScalarData.mappedPairs)
      while let source = numbers.next(), let target = numbers.next() { map(source, to: target) }
      numbers = HexadecimalNumbers(ScalarData.mappedSequences)
      while let source = numbers.next(), let count = numbers.next() {
        self[source] = Entry(.expand, UInt32(sequences.count))
        sequences.append(count)
        for _ in 0..<count {
          if let target = numbers.next() { sequences.append(target) }
        }
      }
    }

    private mutating func map(_ source: UInt32, to target: UInt32) {
      let targetAction = self[target].action
      self[source] = Entry(targetAction == .isolate ? .mapIsolated : .map, target)
    }
  }
}

/// Reads the numbers of a text of hexadecimal digits and white space.
private struct HexadecimalNumbers {
  private let text: [UInt8]
  private var place = 0

  init(_ text: StaticString) { self.text = Array("\(text)".utf8) }

  mutating func next() -> UInt32? {
    while place < text.count, text[place] <= 0x20 { place += 1 }
    guard place < text.count else { return nil }
    var value: UInt32 = 0
    while place < text.count, text[place] > 0x20 {
      let digit = text[place]
      value = value << 4 | UInt32(digit < 0x41 ? digit - 0x30 : digit - 0x41 + 10)
      place += 1
    }
    return value
  }
}
