/// What keeps a command from its work, in words for the person who gave it.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
