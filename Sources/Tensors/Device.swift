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
    guard let value = environment("BRAID_ISA") else { return nil }
    return try forced(by: value)
  }

  package static func forced(by name: String) throws(DeviceError) -> InstructionSet? {
    guard !name.isEmpty else { return nil }
    guard let set = InstructionSet(rawValue: name), set.isAvailable else {
      throw .unavailable(name)
    }
    return set
  }
}

/// What the sides of matrix products are rounded to. Everything else is in single precision: parameters, moments, sums,
/// and what lies between the products.
public enum Precision: String, CaseIterable, Sendable {
  case float32, bfloat16
  /// Integers of 8 bits, with a scale for each output of a weight and a range for each row that it meets (Jacob et al. 2018,
  /// section 2.1): to predict, not to train.
  case int8

  /// Those that a model can be trained in.
  public static let trainable: [Precision] = [.float32, .bfloat16]
}

private func environment(_ name: String) -> String? {
  // The environment's text ends in a zero, and nobody changes it while it is copied.
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// What multiplies numbers narrower than single precision on a machine.
package enum Multiplier: String, CaseIterable, Sendable {
  case emulated, avx512, amx

  var code: braid_multiplier {
    switch self {
    case .emulated: BRAID_MULTIPLIER_EMULATED
    case .avx512: BRAID_MULTIPLIER_AVX512
    case .amx: BRAID_MULTIPLIER_AMX
    }
  }
}

public enum DeviceError: Error, CustomStringConvertible, Sendable {
  case unavailable(String)
  /// What multiplies a precision beside an instruction set, and what could.
  case noMultiplier(String, of: Precision, InstructionSet, known: [String])
  case threads(Int)
  case memory(bytes: Int)

  public var description: String {
    switch self {
    case .unavailable(let name):
      let available = InstructionSet.allCases.filter(\.isAvailable).map(\.rawValue)
      return "this machine can't run kernels for '\(name)'; it has: \(available.joined(separator: ", "))"
    case .noMultiplier(let name, let precision, let set, let known):
      return
        "'\(name)' does not multiply \(precision.rawValue) here, with kernels for \(set.rawValue); what does: "
        + known.joined(separator: ", ")
    case .threads(let count): return "can't start \(count) threads"
    case .memory(let bytes): return "the system refused \(bytes / 1_000_000) MB of memory"
    }
  }
}

/// A pool of threads with the kernels of one instruction set. It serves one caller at a time, so it is not `Sendable`.
///
/// Safe because the handle is valid as long as this lives, and kernels are called by the methods in `Kernels/` alone, which
/// check sizes.
@safe
public final class Device {
  /// What `braid_device_create` made; for the methods in `Kernels/`.
  let handle: OpaquePointer
  public let precision: Precision
  /// What C was given last, until it is done.
  private var postponed: Postponed?

  public static var processorCount: Int { Int(braid_processor_count()) }

  /// - Parameters:
  ///   - threads: threads that run kernels, the caller's included; nil for one a processor.
  ///   - instructionSet: nil for what `BRAID_ISA` says, or else the best that this machine has.
  ///   - precision: of matrix products. What multiplies those that are narrower than single precision is what `BRAID_MULTIPLIER`
  ///     says, or else the best.
  public init(
    threads: Int? = nil, instructionSet: InstructionSet? = nil, precision: Precision = .float32
  ) throws(DeviceError) {
    var forced = instructionSet
    if forced == nil { forced = try InstructionSet.forced() }
    let count = threads ?? Device.processorCount
    if let forced, !forced.isAvailable { throw .unavailable(forced.rawValue) }
    guard count >= 1, count <= 1024,
      let handle = unsafe braid_device_create(Int32(count), forced?.isa ?? BRAID_ISA_BEST)
    else { throw .threads(count) }
    unsafe self.handle = handle
    self.precision = precision
    if precision != .float32, let name = environment("BRAID_MULTIPLIER"), !name.isEmpty {
      try choose(Multiplier(rawValue: name), named: name)
    }
  }

  /// Another device with the same kernels, which runs them on the thread that calls it.
  package func ofOneThread() throws(DeviceError) -> Device {
    let device = try Device(threads: 1, instructionSet: instructionSet, precision: precision)
    if let multiplier { try device.choose(multiplier, named: multiplier.rawValue) }
    return device
  }

  /// Runs `body` for each unit, on all threads at once, with the number of the thread. It may call kernels on other devices than
  /// this.
  package func concurrently(_ units: Int, _ body: @Sendable (_ unit: Int, _ thread: Int) -> Void) {
    typealias Body = @Sendable (Int, Int) -> Void
    withoutActuallyEscaping(body) { body in
      // The closure stays where it is until every thread is done with it, which is when the call returns.
      unsafe withUnsafePointer(to: body) { pointer in
        unsafe braid_parallel(handle, Int64(units), UnsafeMutableRawPointer(mutating: pointer)) {
          context, unit, thread in
          unsafe context?.assumingMemoryBound(to: Body.self).pointee(Int(unit), Int(thread))
        }
      }
    }
  }

  /// Has units done by some threads in the calls that follow, in their order, as long as there is enough to do for the others;
  /// `finishPostponed` does the rest. The body must not touch anything that those calls do. It may call kernels on other
  /// devices.
  func postpone(_ units: Int, _ body: @escaping @Sendable (_ unit: Int, _ thread: Int) -> Void) {
    let postponed = Postponed(body)
    // It lives until every unit is done: `braid_postpone` finishes those before it, and `finishPostponed` lets it go.
    unsafe braid_postpone(handle, Int64(units), Unmanaged.passUnretained(postponed).toOpaque()) {
      context, unit, thread in
      guard let context = unsafe context else { return }
      unsafe Unmanaged<Postponed>.fromOpaque(context).takeUnretainedValue().body(Int(unit), Int(thread))
    }
    self.postponed = postponed
  }

  /// Does the postponed units before `end` that are not done yet, or all of them.
  func finishPostponed(before end: Int? = nil) {
    // The body lives, as `postpone` says.
    unsafe braid_finish_postponed(handle, end.map(Int64.init) ?? .max)
    if end == nil { postponed = nil }
  }

  /// A closure that C can hold on to.
  private final class Postponed: Sendable {
    let body: @Sendable (Int, Int) -> Void

    init(_ body: @escaping @Sendable (Int, Int) -> Void) { self.body = body }
  }

  private func choose(_ multiplier: Multiplier?, named name: String) throws(DeviceError) {
    // The device was made just now, and nothing runs on it yet.
    func choose(_ multiplier: Multiplier) -> Bool {
      unsafe braid_device_choose_multiplier(handle, precision.code, multiplier.code)
    }
    guard let multiplier, choose(multiplier) else {
      let known = Multiplier.allCases.filter(choose).map(\.rawValue)
      throw .noMultiplier(name, of: precision, instructionSet, known: known)
    }
  }

  deinit {
    // The last owner goes, and nothing runs any more.
    unsafe braid_device_destroy(handle)
  }

  /// Runs a kernel. The caller has checked that the arguments' pointers are of as much memory as it reads and writes.
  @unsafe
  func run<Arguments>(_ kernel: (OpaquePointer, UnsafePointer<Arguments>) -> Void, _ arguments: Arguments) {
    unsafe withUnsafePointer(to: arguments) { unsafe kernel(handle, $0) }
  }

  // What follows asks a device that lives, and writes no memory of Swift's.

  public var threads: Int { unsafe Int(braid_device_threads(handle)) }

  public var instructionSet: InstructionSet {
    let isa = unsafe braid_device_isa(handle)
    return InstructionSet.allCases.first { $0.isa == isa } ?? .portable
  }

  /// What multiplies numbers of this precision: the best that the machine has, or what was asked for. Nil in single precision.
  package var multiplier: Multiplier? {
    guard precision != .float32 else { return nil }
    let code = unsafe braid_device_multiplier(handle, precision.code)
    return Multiplier.allCases.first { $0.code == code }
  }

  /// Allocations that kernels have made for scratch memory so far.
  package var allocations: Int { unsafe Int(braid_device_allocations(handle)) }

  /// What kernels run with, for people: `avx512`, `avx512, bfloat16 products by amx`.
  public var instructions: String {
    guard let multiplier else { return instructionSet.rawValue }
    return "\(instructionSet.rawValue), \(precision.rawValue) products "
      + (multiplier == .emulated ? "emulated" : "by \(multiplier.rawValue)")
  }

  /// Operations a second of a loop in registers, over all threads: of fused multiply-adds, or of what multiplies narrower
  /// numbers.
  public func peak(seconds: Double = 0.2) -> Double {
    unsafe braid_peak_flops(handle, precision.code, seconds)
  }
}
