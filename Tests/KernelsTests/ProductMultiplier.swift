import Kernels
import Testing

/// What multiplies numbers narrower than a float, on an instruction set that has it.
struct ProductMultiplier: CustomTestStringConvertible, Sendable {
  let precision: braid_precision
  let set: InstructionSet
  let kind: braid_multiplier

  var testDescription: String {
    let precision = precision == BRAID_INT8 ? "int8" : "bfloat16"
    return "\(precision), \(set.name), \(["emulated", "AVX-512", "AMX"][Int(kind.rawValue)])"
  }

  static func all(of precision: braid_precision) -> [ProductMultiplier] {
    InstructionSet.all.flatMap { set in
      [BRAID_MULTIPLIER_EMULATED, BRAID_MULTIPLIER_AVX512, BRAID_MULTIPLIER_AMX].filter { kind in
        (try? set.device { braid_device_choose_multiplier($0, precision, kind) }) == true
      }.map { ProductMultiplier(precision: precision, set: set, kind: $0) }
    }
  }

  /// Runs `body` on a device of its own that multiplies so.
  func device<Result>(threads: Int32, _ body: (OpaquePointer) throws -> Result) throws -> Result {
    try set.device(threads: threads) { device in
      #expect(braid_device_choose_multiplier(device, precision, kind))
      return try body(device)
    }
  }

  func sameForAnyThreads(_ what: String, _ body: (OpaquePointer) throws -> [[Float]]) throws -> [[Float]] {
    try set.sameForAnyThreads(what) { device in
      #expect(braid_device_choose_multiplier(device, precision, kind))
      return try body(device)
    }
  }

  func product(_ arguments: braid_product_arguments, on device: OpaquePointer) {
    var arguments = arguments
    (precision == BRAID_INT8 ? braid_product_int8 : braid_product_bfloat16)(device, &arguments)
  }
}
