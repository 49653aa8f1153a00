import Kernels
import Synchronization
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension KernelsTests {
  @Suite struct DeviceTests {
    /// Counts how often each unit ran.
    private final class Tally: Sendable {
      let total = Atomic<Int>(0)
      let sum = Atomic<Int>(0)
      let strayThreads = Atomic<Int>(0)
      let threads: Int32
      init(threads: Int32) { self.threads = threads }
    }

    private static let count: braid_body = { context, unit, thread in
      let tally = Unmanaged<Tally>.fromOpaque(context!).takeUnretainedValue()
      tally.total.add(1, ordering: .relaxed)
      tally.sum.add(Int(unit), ordering: .relaxed)
      if thread < 0 || thread >= tally.threads { tally.strayThreads.add(1, ordering: .relaxed) }
    }

    @Test("devices come and go, whatever their threads have done", arguments: InstructionSet.all)
    func life(set: InstructionSet) throws {
      for threads: Int32 in [1, 2, 3, 8] {
        for _ in 0..<20 {
          try set.device(threads: threads) { device in
            #expect(braid_device_threads(device) == threads)
            #expect(braid_device_isa(device) == set.isa)
            #expect(braid_device_allocations(device) == 0)
          }
        }
      }
      #expect(braid_device_create(0, set.isa) == nil)
      #expect(braid_device_create(-1, set.isa) == nil)
      braid_device_destroy(nil)
    }

    @Test("the best instruction set is the last one that is there")
    func best() throws {
      let device = try #require(braid_device_create(1, BRAID_ISA_BEST))
      defer { braid_device_destroy(device) }
      #expect(braid_device_isa(device) == InstructionSet.all[InstructionSet.all.count - 1].isa)
      #expect(braid_isa_available(BRAID_ISA_BEST) && braid_isa_available(BRAID_ISA_PORTABLE))
      #expect(!(braid_isa_available(BRAID_ISA_NEON) && braid_isa_available(BRAID_ISA_AVX2)))
      #expect(braid_processor_count() >= 1)
    }

    @Test("every unit runs once, over many small parallel regions", arguments: [Int32(1), 2, 3, 5])
    func parallel(threads: Int32) throws {
      try InstructionSet.all[0].device(threads: threads) { device in
        for round in 0..<5000 {
          let tally = Tally(threads: threads)
          let units = round % 23
          braid_parallel(device, Int64(units), Unmanaged.passUnretained(tally).toOpaque(), Self.count)
          let total = tally.total.load(ordering: .relaxed)
          let sum = tally.sum.load(ordering: .relaxed)
          #expect(total == units && sum == units * (units - 1) / 2)
          #expect(tally.strayThreads.load(ordering: .relaxed) == 0)
          guard total == units else { return }
        }
      }
    }

    @Test(
      "each thread begins with a share of its own, as what it has written before is near",
      arguments: [2, 3, 5])
    func shares(threads: Int) throws {
      /// The first unit of each thread, written by the thread alone.
      final class Beginnings {
        let first: UnsafeMutableBufferPointer<Int64>
        let count = Atomic<Int>(0)

        init(threads: Int) {
          first = .allocate(capacity: threads)
          first.initialize(repeating: -1)
        }

        deinit { first.deallocate() }
      }
      try InstructionSet.all[0].device(threads: Int32(threads)) { device in
        let beginnings = Beginnings(threads: threads)
        let units = Int64(4 * threads + 1)
        braid_parallel(device, units, Unmanaged.passUnretained(beginnings).toOpaque()) {
          context, unit, thread in
          let beginnings = Unmanaged<Beginnings>.fromOpaque(context!).takeUnretainedValue()
          guard beginnings.first[Int(thread)] < 0 else { return }
          beginnings.first[Int(thread)] = unit
          beginnings.count.add(1, ordering: .relaxed)
          // Nobody goes on to a second unit before all have begun.
          for _ in 0..<10_000 where beginnings.count.load(ordering: .relaxed) < beginnings.first.count {
            usleep(100)
          }
        }
        #expect(Array(beginnings.first) == (0..<Int64(threads)).map { $0 * units / Int64(threads) })
      }
    }

    @Test(
      "postponed units run once, the first ones when they are asked for",
      arguments: [Int32(1), 2, 3, 5])
    func postponed(threads: Int32) throws {
      try InstructionSet.all[0].device(threads: threads) { device in
        func pointer(_ tally: Tally) -> UnsafeMutableRawPointer { Unmanaged.passUnretained(tally).toOpaque() }
        for round in 0..<500 {
          let (count, units) = (round % 40, round % 23)
          let (later, beside) = (Tally(threads: threads), Tally(threads: threads))
          braid_postpone(device, Int64(count), pointer(later), Self.count)
          braid_parallel(device, Int64(units), pointer(beside), Self.count)
          #expect(beside.total.load(ordering: .relaxed) == units)
          let some = count / 3
          braid_finish_postponed(device, Int64(some))
          #expect(later.total.load(ordering: .relaxed) >= some)
          // Every other round postpones more, which finishes what was postponed before.
          if round % 2 == 0 {
            braid_finish_postponed(device, .max)
          } else {
            braid_postpone(device, 0, nil, Self.count)
          }
          let total = later.total.load(ordering: .relaxed)
          let sum = later.sum.load(ordering: .relaxed)
          #expect(total == count && sum == count * (count - 1) / 2)
          #expect(later.strayThreads.load(ordering: .relaxed) == 0)
          guard total == count else { return }
        }
      }
    }

    @Test("postponed units run beside a region that has enough to do for others")
    func postponedBeside() throws {
      final class Waiting: Sendable {
        let finished = Atomic<Int>(0)
      }
      try InstructionSet.all[0].device(threads: 2) { device in
        let waiting = Waiting()
        let context = Unmanaged.passUnretained(waiting).toOpaque()
        braid_postpone(device, 10, context) { context, _, _ in
          Unmanaged<Waiting>.fromOpaque(context!).takeUnretainedValue().finished.add(1, ordering: .relaxed)
        }
        // The first thread's units wait until the other thread has done what was postponed.
        braid_parallel(device, 1000, context) { context, _, thread in
          let waiting = Unmanaged<Waiting>.fromOpaque(context!).takeUnretainedValue()
          guard thread == 0 else { return }
          for _ in 0..<10_000 where waiting.finished.load(ordering: .relaxed) < 10 { usleep(100) }
        }
        #expect(waiting.finished.load(ordering: .relaxed) == 10)
      }
    }

    @Test("memory is zeroed and starts on a cache line")
    func memory() throws {
      for count: Int64 in [0, 1, 1000, 3 << 20] {
        let memory = try #require(braid_memory_allocate(count))
        #expect(UInt(bitPattern: memory) % 64 == 0)
        #expect((0..<Int(count)).allSatisfy { memory[$0] == 0 })
        braid_memory_free(memory, count)
      }
      #expect(braid_memory_allocate(-1) == nil)
      #expect(braid_memory_allocate(.max) == nil)
    }

    @Test("peaks are of a size that processors reach", arguments: InstructionSet.all)
    func peak(set: InstructionSet) throws {
      try set.device { device in
        for precision in [BRAID_FLOAT32, BRAID_BFLOAT16, BRAID_INT8] {
          let flops = braid_peak_flops(device, precision, 0.01)
          #expect(flops > 1e8 && flops < 1e14)
        }
      }
    }
  }
}
