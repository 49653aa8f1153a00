import Foundation
import FuzzTargets

// libFuzzer's way into the readers; `fuzz`, beside this file, builds and runs it. The reader is named by BRAID_FUZZ_TARGET.

/// What one run of the program tries.
private struct Trial {
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

private let trial = Trial()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // libFuzzer lends so many bytes for the call.
  trial.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
