import Foundation
import Tasks

/// What two runs logged of the same steps.
public struct LogComparison: Sendable {
  /// A line of the log that is not the same.
  public struct Difference: Sendable, Equatable {
    public let step: Int
    /// Nil where a log lacks the line.
    public let first: String?
    public let second: String?
  }

  /// Lines that are the same to the last bit: numbers are logged with all their digits.
  public private(set) var equalLines = 0
  public private(set) var difference: Difference?

  /// Takes the first steps of a run again, in a temporary folder, and compares the two logs up to the first difference, the
  /// speed of steps left out.
  ///
  /// - Parameters:
  ///   - run: the folder of the run.
  ///   - trainer: as the run's was before its first step.
  ///   - shouldStop: asked after each step; where it says so only the steps until then are compared.
  /// - Throws: `ModelError` for a log that can't be read, and as `Trainer.run`.
  public init(
    of run: URL, takenAgainBy trainer: Trainer, steps: Int, shouldStop: () -> Bool = { false }
  ) throws {
    let temporary = FileManager.default.temporaryDirectory
      .appendingPathComponent("braid-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: temporary) }
    let again = try RunFolder.create(temporary, model: trainer.model, options: [])
    _ = try trainer.run(to: again, shouldStop: { trainer.step >= steps || shouldStop() })
    try self.init(run, temporary, steps: min(steps, trainer.step))
  }

  /// - Parameter steps: the last step that counts.
  private init(_ first: URL, _ second: URL, steps: Int) throws(ModelError) {
    let one = try Self.lines(of: first, steps: steps)
    guard let last = one.last else {
      throw ModelError(
        "\(Self.log(of: first).path): there is no step in it up to step \(steps), so nothing to compare with")
    }
    // A run that has not ended has not logged all of its steps.
    let other = try Self.lines(of: second, steps: min(steps, last.step))
    for index in 0..<max(one.count, other.count) {
      let left = index < one.count ? one[index] : nil
      let right = index < other.count ? other[index] : nil
      guard left?.text == right?.text else {
        difference = Difference(step: left?.step ?? right?.step ?? 0, first: left?.text, second: right?.text)
        return
      }
      equalLines += 1
    }
  }

  private static func lines(of folder: URL, steps: Int) throws(ModelError) -> [(step: Int, text: String)] {
    let file = log(of: folder)
    guard let data = FileManager.default.contents(atPath: file.path) else {
      throw ModelError("\(file.path): there is no log of a run")
    }
    var lines: [(step: Int, text: String)] = []
    let parts = Array(data).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // What stands behind the last line's end is nothing, or a line that a kill has cut short.
    for (index, line) in parts.dropLast().enumerated() {
      guard let value = try? JSONReader.read(line), let members = value.members,
        let step = value["step"]?.integer
      else {
        throw ModelError(
          "\(file.path):\(index + 1): found no record of a step, expected one a line, as training writes them"
        )
      }
      guard step <= steps else { continue }
      lines.append((step, JSONValue.object(members.filter { $0.name != "tokensPerSecond" }).encodedLine()))
    }
    return lines
  }

  private static func log(of folder: URL) -> URL { folder.appendingPathComponent("metrics.jsonl") }
}
