import Foundation
import FuzzTargets

// libFuzzer's way into the readers; `fuzz`, beside this file, builds and runs it. The reader is named by BRAID_FUZZ_TARGET.

/// Before the first input: writes what the reader's own tests start from into the folder that BRAID_FUZZ_SEEDS names, and
/// beside it, in `.dict`, the pieces of its format as libFuzzer's `-dict` has them.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  guard let path = ProcessInfo.processInfo.environment["BRAID_FUZZ_SEEDS"] else { return 0 }
  let pieces = trial.target.pieces.map { piece in
    "\"" + piece.utf8.map { "\\x" + (String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)) }.joined()
      + "\"\n"
  }
  do {
    for (index, seed) in trial.target.seeds.enumerated() {
      try Data(seed.utf8).write(to: URL(fileURLWithPath: path).appendingPathComponent("seed-\(index)"))
    }
    try Data(pieces.joined().utf8).write(to: URL(fileURLWithPath: path + ".dict"))
  } catch {
    fatalError("\(error)")
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // libFuzzer lends so many bytes for the call.
  trial.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
