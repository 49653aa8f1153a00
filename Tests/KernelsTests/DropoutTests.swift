import Kernels
import TestSupport
import Testing

extension braid_dropout {
  /// What it multiplies the first elements by.
  func factors(count: Int, on device: OpaquePointer) -> [Float] {
    let ones = Guarded(Array(repeating: 1, count: count))
    let output = Guarded(count: count)
    var arguments = braid_dropout_arguments(
      input: ones.base, output: output.base, count: Int64(count), accumulate: false, dropout: self)
    braid_dropout_apply(device, &arguments)
    return output.values()
  }
}

extension KernelsTests {
  /// Keys are fixed, so these either hold or do not: no run is unlucky. Bounds are four to five deviations.
  @Suite struct DropoutTests {
    /// Whether each element survives.
    private func mask(key: UInt64, rate: Float, count: Int, on device: OpaquePointer) -> [Bool] {
      braid_dropout(key: key, rate: rate).factors(count: count, on: device).map { $0 != 0 }
    }

    private static let keys: [UInt64] = [
      0, 1, 2, 3, 0x1_0000_0000, 0x2_0000_0000, 0xffff_ffff_ffff_ffff, 0x9e37_79b9_7f4a_7c15,
      0x8000_0000_0000_0000, 12_345_678_901_234_567,
    ]

    @Test("survivors are scaled by 1 / (1 − rate), and the rest is zero", arguments: InstructionSet.all)
    func scale(set: InstructionSet) throws {
      var draws = Draws(seed: 3)
      let values = draws.floats(40_001, mean: 20)
      let old = draws.floats(40_001)
      for accumulates in [false, true] {
        let results = try set.sameForAnyThreads("dropout") { device in
          let input = Guarded(values)
          let output = Guarded(old)
          var arguments = braid_dropout_arguments(
            input: input.base, output: output.base, count: 40_001, accumulate: accumulates,
            dropout: braid_dropout(key: 77, rate: 0.3))
          braid_dropout_apply(device, &arguments)
          return [output.values()]
        }
        let kept = try set.device { mask(key: 77, rate: 0.3, count: 40_001, on: $0) }
        let expected = values.indices.map {
          (kept[$0] ? Double(values[$0]) / 0.7 : 0) + (accumulates ? Double(old[$0]) : 0)
        }
        expectAgreement(results[0], expected, relative: 1e-6, floor: 1e-6, "dropout")
      }
    }

    @Test("rate 0 keeps everything as it is", arguments: InstructionSet.all)
    func nothing(set: InstructionSet) throws {
      try set.device { #expect(mask(key: 5, rate: 0, count: 5000, on: $0).allSatisfy { $0 }) }
    }

    @Test("every instruction set draws the same masks")
    func sameEverywhere() throws {
      let masks = try InstructionSet.all.map { set in
        try set.device(threads: 2) { mask(key: 0xabcd_1234_5678, rate: 0.4, count: 50_003, on: $0) }
      }
      #expect(masks.allSatisfy { $0 == masks[0] })
    }

    @Test("the share that is dropped is the rate, for every key")
    func rate() throws {
      let count = 400_000
      try InstructionSet.all[InstructionSet.all.count - 1].device { device in
        for key in Self.keys {
          for rate in [0.01, 0.1, 0.5, 0.9] {
            let dropped = mask(key: key, rate: Float(rate), count: count, on: device).count { !$0 }
            let deviation = (Double(count) * rate * (1 - rate)).squareRoot()
            #expect(abs(Double(dropped) - Double(count) * rate) < 5 * deviation, "key \(key), rate \(rate)")
          }
        }
      }
    }

    /// χ² of a table of two by two, one degree of freedom: above 25 is five deviations.
    private func association(_ a: some Collection<Bool>, _ b: some Collection<Bool>) -> Double {
      var table = [0.0, 0, 0, 0]
      for (x, y) in zip(a, b) { table[(x ? 2 : 0) + (y ? 1 : 0)] += 1 }
      let total = table.reduce(0, +)
      let determinant = table[0] * table[3] - table[1] * table[2]
      let margins =
        (table[0] + table[1]) * (table[2] + table[3]) * (table[0] + table[2]) * (table[1] + table[3])
      return total * determinant * determinant / margins
    }

    @Test("elements a fixed distance apart are independent")
    func alongTheStream() throws {
      try InstructionSet.all[InstructionSet.all.count - 1].device { device in
        for key in Self.keys {
          let kept = mask(key: key, rate: 0.5, count: 200_000, on: device)
          for distance in [1, 2, 3, 4, 7, 8, 15, 16, 17, 32, 64, 128, 384, 1000, 1536, 4096, 65_536] {
            #expect(
              association(kept.dropLast(distance), kept.dropFirst(distance)) < 25,
              "key \(key), distance \(distance)")
          }
        }
      }
    }

    @Test("streams of different keys are independent, however close the keys")
    func acrossKeys() throws {
      try InstructionSet.all[InstructionSet.all.count - 1].device { device in
        let masks = Self.keys.map { mask(key: $0, rate: 0.5, count: 200_000, on: device) }
        for first in masks.indices {
          for second in masks.indices where second > first {
            #expect(
              association(masks[first], masks[second]) < 25, "keys \(Self.keys[first]), \(Self.keys[second])")
          }
        }
      }
    }

    @Test("the pattern of eight neighbours takes all its 256 forms equally often")
    func patterns() throws {
      try InstructionSet.all[InstructionSet.all.count - 1].device { device in
        for key in Self.keys {
          let kept = mask(key: key, rate: 0.5, count: 256 * 8 * 100, on: device)
          var counts = Array(repeating: 0.0, count: 256)
          for first in stride(from: 0, to: kept.count, by: 8) {
            counts[kept[first..<first + 8].reduce(0) { $0 * 2 + ($1 ? 1 : 0) }] += 1
          }
          // 255 degrees of freedom: mean 255, deviation 22.6.
          let statistic = counts.reduce(0) { $0 + ($1 - 100) * ($1 - 100) / 100 }
          #expect((155...365).contains(statistic), "key \(key): χ² \(statistic)")
        }
      }
    }
  }
}
