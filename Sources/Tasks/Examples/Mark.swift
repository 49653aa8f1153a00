/// A token that a task asks about, in an example of a task that does not ask about whole texts.
public struct Mark: Sendable, Equatable {
  /// The token's place in the example.
  public let token: Int32
  /// Which of the text's words or pieces it is about, from 0. Those that were cut off, or have no token, have no mark.
  public let unit: Int32
  /// Where that word or piece is in the text, in bytes of UTF-8.
  public let source: Range<Int32>

  public init(token: Int, unit: Int, source: Range<Int>) {
    self.token = Int32(token)
    self.unit = Int32(unit)
    self.source = Int32(source.lowerBound)..<Int32(source.upperBound)
  }
}
