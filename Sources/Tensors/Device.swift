import Kernels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The instruction sets that the kernels are compiled for.
public enum InstructionSet: String, CaseIterable, Sendable {
  case portable, neon, avx2, avx512

  /// Whether this machine can run it.
  public var isAvailable: Bool { braid_isa_available(isa) }

  var isa: braid_isa {
    switch self {
    case .portable: BRAID_ISA_PORTABLE
    case .neon: BRAID_ISA_NEON
    case .avx2: BRAID_ISA_AVX2
    case .avx512: BRAID_ISA_AVX512
    }
  }

  /// What the environment variable `BRAID_ISA` asks for, or nil when it is not set.
  ///
  /// - Throws: `DeviceError` when it names no instruction set that this machine has.
  static func forced() throws(DeviceError) -> InstructionSet? {
    guard let value = getenv("BRAID_ISA") else { return nil }
    return try forced(by: String(cString: value))
  }

  package static func forced(by name: String) throws(DeviceError) -> InstructionSet? {
    guard !name.isEmpty else { return nil }
    guard let set = InstructionSet(rawValue: name), set.isAvailable else {
      throw .unavailable(name)
    }
    return set
  }
}

public enum DeviceError: Error, CustomStringConvertible, Sendable {
  case unavailable(String)
  case threads(Int)
  case memory(bytes: Int)

  public var description: String {
    switch self {
    case .unavailable(let name):
      let available = InstructionSet.allCases.filter(\.isAvailable).map(\.rawValue)
      return "this machine can't run kernels for '\(name)'; it has: \(available.joined(separator: ", "))"
    case .threads(let count): return "can't start \(count) threads"
    case .memory(let bytes): return "the system refused \(bytes / 1_000_000) MB of memory"
    }
  }
}

/// A pool of threads with the kernels of one instruction set. It serves one caller at a time, so it is not `Sendable`.
public final class Device {
  package let handle: OpaquePointer

  public static var processorCount: Int { Int(braid_processor_count()) }

  /// - Parameters:
  ///   - threads: threads that run kernels, the caller's included; nil for one a processor.
  ///   - instructionSet: nil for what `BRAID_ISA` says, or else the best that this machine has.
  public init(threads: Int? = nil, instructionSet: InstructionSet? = nil) throws(DeviceError) {
    var forced = instructionSet
    if forced == nil { forced = try InstructionSet.forced() }
    let count = threads ?? Device.processorCount
    if let forced, !forced.isAvailable { throw .unavailable(forced.rawValue) }
    guard count >= 1, count <= 1024,
      let handle = braid_device_create(Int32(count), forced?.isa ?? BRAID_ISA_BEST)
    else { throw .threads(count) }
    self.handle = handle
  }

  deinit { braid_device_destroy(handle) }

  public var threads: Int { Int(braid_device_threads(handle)) }

  public var instructionSet: InstructionSet {
    InstructionSet.allCases.first { $0.isa == braid_device_isa(handle) } ?? .portable
  }

  /// Floating-point operations a second of a loop of fused multiply-adds in registers, over all threads.
  public func peak(seconds: Double = 0.2) -> Double { braid_peak_flops(handle, seconds) }
}
