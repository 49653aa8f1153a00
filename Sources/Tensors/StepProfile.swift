/// Where the time of training steps goes: seconds, calls and floating-point operations of each part.
public struct StepProfile: Sendable {
  public struct Part: Sendable {
    public let name: String
    /// Without those of parts inside this one.
    public fileprivate(set) var seconds = 0.0
    public fileprivate(set) var calls = 0
    /// Multiplications and additions of matrix products; 0 for parts that are none.
    public fileprivate(set) var operations = 0.0
  }

  private var parts: [String: Part] = [:]
  /// Of each part that has begun and not ended: the seconds of the parts inside it so far.
  private var insideSeconds: [Double] = []

  public init() {}

  /// The parts, the longest first.
  public var longestFirst: [Part] { parts.values.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) } }

  fileprivate mutating func begin() { insideSeconds.append(0) }

  fileprivate mutating func end(_ name: String, seconds: Double, operations: Double) {
    let inside = insideSeconds.removeLast()
    parts[name, default: Part(name: name)].seconds += seconds - inside
    parts[name]?.calls += 1
    parts[name]?.operations += operations
    if let outer = insideSeconds.indices.last { insideSeconds[outer] += seconds }
  }
}

extension Tape {
  /// Runs `body`, and where there is a `profile` enters its time there under `name`.
  @inline(__always)
  package func timed<Result>(
    _ name: @autoclosure () -> String, operations: @autoclosure () -> Double = 0, _ body: () throws -> Result
  ) rethrows -> Result {
    guard profile != nil else { return try body() }
    profile?.begin()
    let begin = ContinuousClock.now
    defer {
      let seconds = (ContinuousClock.now - begin) / .seconds(1)
      profile?.end(name(), seconds: seconds, operations: operations())
    }
    return try body()
  }
}
