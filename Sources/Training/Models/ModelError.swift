/// A model that can't be what was asked of it.
public struct ModelError: Error, CustomStringConvertible, Sendable, Equatable {
  public let description: String

  init(_ description: String) { self.description = description }
}
