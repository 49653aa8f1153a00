import Randomness

/// Damages bytes as storage, networks and people do: flips, cuts, repetitions, and pieces of the format where they don't
/// belong.
struct Mutation {
  private var generator: SplitMix64
  /// Pieces that mean something in the format.
  private let pieces: [[UInt8]]

  init(seed: UInt64, pieces: [String]) {
    generator = SplitMix64(seed: seed, stream: "fuzz")
    let numbers = [
      "0", "-1", "1e400", "9223372036854775807", "99999999999999999999", "nan", "\u{0}", "\u{FFFD}",
    ]
    self.pieces = (pieces + numbers).map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]
  }

  mutating func applied(to original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...generator.next(below: 4) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = generator.next(below: bytes.count + 1)
    let length = min(generator.next(below: 1 << generator.next(below: 8)) + 1, bytes.count - place)
    switch generator.next(below: 7) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.next(below: 8))
    case 1 where place < bytes.count: bytes[place] = UInt8(generator.next(below: 256))
    case 2: bytes.removeSubrange(place..<place + length)
    case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
    case 4: bytes.removeSubrange(place...)
    case 5:
      let piece = pieces[generator.next(below: pieces.count)]
      bytes.insert(
        contentsOf: Array(repeating: piece, count: generator.next(below: 50) + 1).joined(), at: place)
    default: bytes.insert(contentsOf: pieces[generator.next(below: pieces.count)], at: place)
    }
  }
}
