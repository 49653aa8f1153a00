/// Something in a file of texts that cannot be used, in words for the person who gave it.
package struct RankingFileError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
