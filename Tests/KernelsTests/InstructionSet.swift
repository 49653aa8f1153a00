import Kernels
import Testing

/// One suite around all others, so that tests run one after the other: each has a pool of threads of its own.
@Suite(.serialized) struct KernelsTests {}

/// An instruction set that this machine has.
struct InstructionSet: Sendable, CustomTestStringConvertible {
  let name: String
  let isa: braid_isa

  var testDescription: String { name }

  static let all: [InstructionSet] = [
    InstructionSet(name: "portable", isa: BRAID_ISA_PORTABLE),
    InstructionSet(name: "neon", isa: BRAID_ISA_NEON),
    InstructionSet(name: "avx2", isa: BRAID_ISA_AVX2),
    InstructionSet(name: "avx512", isa: BRAID_ISA_AVX512),
  ].filter { braid_isa_available($0.isa) }

  /// Runs `body` on a device of its own.
  func device<Result>(threads: Int32 = 1, _ body: (OpaquePointer) throws -> Result) throws -> Result {
    let device = try #require(braid_device_create(threads, isa))
    defer { braid_device_destroy(device) }
    return try body(device)
  }

  /// The result of `body` on 1 thread, once 2 and 3 threads have given the same bits.
  func sameForAnyThreads(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (OpaquePointer) throws -> [[Float]]
  ) throws -> [[Float]] {
    let alone = try device(threads: 1, body)
    for threads: Int32 in [2, 3] {
      let together = try device(threads: threads, body)
      #expect(
        together.map(\.bits) == alone.map(\.bits), "\(what): \(threads) threads give other bits than one",
        sourceLocation: sourceLocation)
    }
    return alone
  }
}
