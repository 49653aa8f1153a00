import Foundation
import FuzzTargets

// In a file of its own: a single one would be taken for a script, with a `main` beside libFuzzer's.

/// What one run of the program tries.
struct Trial {
  let target: FuzzTarget
  let folder: URL

  init() {
    let name = ProcessInfo.processInfo.environment["BRAID_FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
      let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
      fatalError("BRAID_FUZZ_TARGET is '\(name)', expected one of: \(names)")
    }
    self.target = target
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("braid-fuzz-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      fatalError("\(error)")
    }
  }

  func run(_ bytes: [UInt8]) {
    do {
      try target.read(bytes, folder)
    } catch let error as FuzzTarget.Wrong {
      fatalError("\(error)")
    } catch {
      precondition(!"\(error)".isEmpty && !(error is CocoaError), "an error of the system's: \(error)")
    }
  }
}

let trial = Trial()
