/// A method as a run names it, with what is to differ from its defaults: `dwa`, or `cagrad:radius=0.4,rescaling=none`.
public struct MethodChoice: Sendable, Equatable {
  public struct Setting: Sendable, Equatable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public let name: String
  public let settings: [Setting]

  /// - Returns: nil for a text that has another form.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    guard parts.count == 2 else {
      settings = []
      return
    }
    var settings: [Setting] = []
    for assignment in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      let sides = assignment.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2 else { return nil }
      settings.append(Setting(String(sides[0]), String(sides[1])))
    }
    self.settings = settings
  }
}
