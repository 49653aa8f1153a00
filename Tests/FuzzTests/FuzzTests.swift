import Foundation
import FuzzTargets
import Testing

extension FuzzTarget: CustomTestStringConvertible {
  package var testDescription: String { name }
}

/// Damaged input for everything that reads files. `BRAID_FUZZ_SECONDS` says for how long each reader is tried; what comes
/// is decided by the seed, so a crash comes again: the last input is the file `input` in the folder that the crash leaves.
@Suite("Damaged input") struct FuzzTests {
  private static let seconds = Double(ProcessInfo.processInfo.environment["BRAID_FUZZ_SECONDS"] ?? "") ?? 0.5

  @Test("is read or refused, and no more", arguments: FuzzTarget.all)
  func damaged(target: FuzzTarget) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("braid-fuzz-\(target.name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let seeds = target.seeds.map { Array($0.utf8) }
    for seed in seeds { try target.read(seed, folder) }
    let found = try target.corpus()
    try #require(!found.isEmpty)
    var mutation = Mutation(seed: 1, pieces: target.pieces)
    var tried = 0
    let clock = ContinuousClock()
    let end = clock.now + .seconds(Self.seconds)
    var slowest = Duration.zero
    while clock.now < end || tried < found.count + 100 {
      // What has been found before comes first, as it is; then it is damaged in its turn.
      let bytes =
        tried < found.count
        ? found[tried] : mutation.applied(to: (found + seeds)[tried % (found.count + seeds.count)])
      tried += 1
      try FuzzTarget.write(bytes, to: folder.appendingPathComponent("input"))
      let begin = clock.now
      do {
        try target.read(bytes, folder)
      } catch let error as FuzzTarget.Wrong {
        Issue.record("\(error) for \(String(decoding: bytes, as: UTF8.self))")
      } catch {
        #expect(!"\(error)".isEmpty)
        #expect(!(error is CocoaError), "an error of the system's: \(error)")
      }
      slowest = max(slowest, clock.now - begin)
    }
    // Not a matter of speed, but of inputs that never end.
    #expect(slowest < .seconds(20))
  }
}
