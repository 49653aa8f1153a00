/// Places in a text as JSON gives them, in Unicode scalars from 0. It counts on from the place before, so that places that are
/// asked for in their order take one pass over the text.
struct ScalarPlaces {
  private let text: String
  private var byte = 0
  private var scalars = 0

  init(_ text: String) { self.text = text }

  /// - Parameter place: in bytes of UTF-8, not behind the text's end.
  mutating func scalars(before place: Int) -> Int {
    if place < byte { (byte, scalars) = (0, 0) }
    let utf8 = text.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: byte)
    // A scalar is one byte that does not go on with another, and those that do.
    for next in utf8[start..<utf8.index(start, offsetBy: place - byte)] where next & 0xC0 != 0x80 {
      scalars += 1
    }
    byte = place
    return scalars
  }

  mutating func scalars(in source: Range<Int>) -> Range<Int> {
    let start = scalars(before: source.lowerBound)
    return start..<scalars(before: source.upperBound)
  }
}
