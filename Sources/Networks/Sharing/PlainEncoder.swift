/// A plain encoder of one task inside one that several share: where its parameters are.
public struct PlainEncoder: Sendable {
  /// What is added to one of its weights: factor · up · down.
  public struct Update: Sendable {
    /// The names of a plain encoder's weight, and of the two factors.
    public let weight: String
    public let up: String
    public let down: String
    public let factor: Float
  }

  /// The shape of the encoder, but for the number of its layers, is that of the one that tasks share.
  public let layers: Int
  public let updates: [Update]
  private let place: @Sendable (String) -> String

  /// - Parameter place: for the name of each of its parameters that of the one that takes its place.
  public init(layers: Int, updates: [Update] = [], place: @escaping @Sendable (String) -> String = { $0 }) {
    self.layers = layers
    self.updates = updates
    self.place = place
  }

  /// The name of the parameter that takes the place of one of a plain encoder's.
  public func source(of name: String) -> String { place(name) }
}

/// Why there is no plain encoder of a task, as the end of a sentence.
public struct NoPlainEncoder: Error, Sendable {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }
}
