import Foundation
import Synchronization
import Tensors
import Testing

extension TensorsTests {
  @Suite struct DeviceTests {
    @Test("an instruction set is named, or its error says which there are")
    func forced() throws {
      #expect(try InstructionSet.forced(by: "") == nil)
      for set in InstructionSet.allCases where set.isAvailable {
        #expect(try InstructionSet.forced(by: set.rawValue) == set)
        #expect(try Device(threads: 1, instructionSet: set).instructionSet == set)
      }
      let available = instructionSets.map(\.rawValue).joined(separator: ", ")
      for name in ["sse", "AVX2", "avx512 ", "best"] {
        let error = #expect(throws: DeviceError.self) { try InstructionSet.forced(by: name) }
        #expect(error?.description == "this machine can't run kernels for '\(name)'; it has: \(available)")
      }
      for set in InstructionSet.allCases where !set.isAvailable {
        #expect(throws: DeviceError.self) { try InstructionSet.forced(by: set.rawValue) }
        #expect(throws: DeviceError.self) { try Device(threads: 1, instructionSet: set) }
      }
    }

    @Test("the environment variable BRAID_ISA chooses, unless the program does")
    func environment() async {
      await #expect(processExitsWith: .success) {
        setenv("BRAID_ISA", "portable", 1)
        let chosen = try Device(threads: 1)
        #expect(chosen.instructionSet == .portable)
        setenv("BRAID_ISA", "quantum", 1)
        #expect(throws: DeviceError.self) { try Device(threads: 1) }
        _ = try Device(threads: 1, instructionSet: .portable)
        unsetenv("BRAID_ISA")
        _ = try Device(threads: 1)
      }
    }

    @Test(
      "units run once each, on the threads there are; kernels of one thread are those of all",
      arguments: [1, 2, 5])
    func concurrently(_ threads: Int) throws {
      let device = try Device(threads: threads, instructionSet: .portable, precision: .bfloat16)
      let lanes = try (0..<threads).map { _ in try device.ofOneThread() }
      #expect(lanes.allSatisfy { $0.threads == 1 && $0.instructions == device.instructions })
      let runs = Mutex([Int](repeating: 0, count: 100))
      device.concurrently(100) { unit, thread in
        #expect(0 <= thread && thread < threads)
        runs.withLock { $0[unit] += 1 }
      }
      device.concurrently(0) { _, _ in Issue.record("there is no unit") }
      #expect(runs.withLock { $0 } == Array(repeating: 1, count: 100))
    }

    @Test("BRAID_MULTIPLIER chooses what multiplies narrow numbers, and says nothing of float32")
    func multiplier() async {
      await #expect(processExitsWith: .success) {
        setenv("BRAID_MULTIPLIER", "emulated", 1)
        for precision in [Precision.bfloat16, .int8] {
          let device = try Device(threads: 1, precision: precision)
          #expect(device.multiplier == .emulated)
          #expect(device.instructions.hasSuffix("\(precision.rawValue) products emulated"))
        }
        for name in ["abacus", "amx"] {
          setenv("BRAID_MULTIPLIER", name, 1)
          let error = #expect(throws: DeviceError.self) {
            try Device(threads: 1, instructionSet: .portable, precision: .int8)
          }
          #expect(
            error?.description
              == "'\(name)' does not multiply int8 here, with kernels for portable; what does: emulated")
          #expect(try Device(threads: 1).multiplier == nil)
        }
      }
    }

    @Test("threads are counted, and none or too many are refused")
    func threads() throws {
      #expect(Device.processorCount >= 1)
      #expect(try Device(threads: 3, instructionSet: .portable).threads == 3)
      for count in [0, -1, 100_000] {
        let error = #expect(throws: DeviceError.self) {
          try Device(threads: count, instructionSet: .portable)
        }
        #expect(error?.description == "can't start \(count) threads")
      }
    }
  }
}
