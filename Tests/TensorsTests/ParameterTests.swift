import Tensors
import TestSupport
import Testing

extension TensorsTests {
  @Suite struct ParameterTests {
    private func layer(_ scope: ParameterScope) -> LinearParameters {
      let attention = scope.scope("encoder").scope("layer").scope("3").scope("attention")
      return attention.linear(["query", "key", "value"], inputs: 5, outputs: 7, deviation: 0.02)
    }

    @Test("names carry the path of scopes, shapes and what decays")
    func entries() {
      let scope = ParameterScope()
      let fused = layer(scope)
      _ = scope.scope("pooler").linear("dense", inputs: 4, outputs: 2, deviation: 0.1, bias: false)
      _ = scope.layerNorm("norm", columns: 6, epsilon: 1e-5)
      let table = scope.matrix("words", rows: 3, columns: 4, initializer: .truncatedNormal(deviation: 1))
      let layout = scope.layout
      let path = "encoder.layer.3.attention."
      #expect(
        layout.entries.map(\.name) == [
          path + "query.weight", path + "key.weight", path + "value.weight", path + "query.bias",
          path + "key.bias", path + "value.bias", "pooler.dense.weight", "norm.weight", "norm.bias", "words",
        ])
      #expect(
        layout.entries.map(\.shape) == [[7, 5], [7, 5], [7, 5], [7], [7], [7], [2, 4], [6], [6], [3, 4]])
      #expect(
        layout.entries.map(\.decays) == [true, true, true, false, false, false, true, false, false, true])
      #expect(layout.parameterCount == 3 * 35 + 3 * 7 + 8 + 12 + 12)
      #expect(layout.count >= layout.parameterCount && layout.count % 16 == 0)
      #expect(fused.inputs == 5 && fused.outputs == 21)
      #expect(table.rows == 3 && table.columns == 4 && table.count == 12)
    }

    @Test("fused layers lie side by side, everything else starts on a cache line, and nothing overlaps")
    func storage() {
      let scope = ParameterScope()
      let fused = layer(scope)
      _ = scope.linear("next", inputs: 3, outputs: 3, deviation: 1)
      let entries = scope.layout.entries
      #expect((0..<3).allSatisfy { entries[$0].offset == fused.weight.offset + $0 * 35 })
      #expect((0..<3).allSatisfy { entries[3 + $0].offset == fused.bias.offset + $0 * 7 })
      #expect([0, 3, 6, 7].allSatisfy { entries[$0].offset % 16 == 0 })
      for (a, b) in zip(entries, entries.dropFirst()) { #expect(a.offset + a.count <= b.offset) }
      #expect(entries.last.map { $0.offset + $0.count <= scope.layout.count } == true)
    }

    @Test("values start from the seed and their own names alone")
    func initialisation() throws {
      let device = try Device(threads: 2, instructionSet: .portable)
      func values(seed: UInt64, extra: Bool) throws -> [String: [Float]] {
        let scope = ParameterScope()
        if extra { _ = scope.linear("before", inputs: 50, outputs: 3, deviation: 1) }
        _ = layer(scope)
        _ = scope.layerNorm("norm", columns: 9, epsilon: 1e-5)
        let store = try ParameterStore(layout: scope.layout, device: device)
        store.initialize(seed: seed)
        let pairs = scope.layout.entries.map { ($0.name, store[$0.name] ?? []) }
        return Dictionary(uniqueKeysWithValues: pairs)
      }
      let plain = try values(seed: 1, extra: false)
      #expect(try values(seed: 1, extra: false) == plain)
      let more = try values(seed: 1, extra: true)
      #expect(plain.allSatisfy { more[$0.key] == $0.value })
      let other = try values(seed: 2, extra: false)
      let query = "encoder.layer.3.attention.query.weight"
      #expect(other[query] != plain[query])
      #expect(plain[query] != plain["encoder.layer.3.attention.key.weight"])
      #expect(plain["norm.weight"] == Array(repeating: 1, count: 9))
      #expect(plain["norm.bias"] == Array(repeating: 0, count: 9))
      #expect(plain["encoder.layer.3.attention.query.bias"] == Array(repeating: 0, count: 7))
    }

    private final class Lender: @unchecked Sendable {
      let memory: Memory

      init(_ values: [Float]) throws {
        memory = try Memory(count: values.count)
        memory.floats.update(from: values)
      }
    }

    @Test("borrowed values are read where they are, and copied before anything is written")
    func borrowing() throws {
      let scope = ParameterScope()
      _ = layer(scope)
      _ = scope.vector("own", count: 3, initializer: .ones)
      let layout = scope.layout
      let store = try ParameterStore(layout: layout, device: Device(threads: 1, instructionSet: .portable))
      #expect(store.entriesOfParameters == [0..<3, 3..<6, 6..<7])
      store.initialize(seed: 1)
      let own = try #require(store["own"])
      weak var released: Lender?
      do {
        let lender = try Lender((0..<105).map { Float($0) })
        released = lender
        store.borrow(0..<3, from: lender.memory.floats, of: lender)
        // It is the same memory.
        lender.memory.floats[35] = -35
        #expect(store.contents(of: 1)[0] == -35)
        lender.memory.floats[35] = 35
      }
      #expect(released != nil)
      let key = layout.entries[1]
      #expect(store[key.name] == (35..<70).map { Float($0) })
      #expect(store["own"] == own)
      store.floats(of: key)[0] = -1
      #expect(released == nil)
      #expect(store[key.name] == [-1] + (36..<70).map { Float($0) })
      #expect(store[layout.entries[2].name] == (70..<105).map { Float($0) })
      #expect(store["own"] == own)
    }

    @Test("memory is zero and aligned, whether it is small or large")
    func memory() throws {
      for count in [1, 1000, 1 << 20, (1 << 20) + 1, 3 << 20] {
        let memory = try Memory(count: count)
        #expect(memory.floats.allSatisfy { $0.bitPattern == 0 })
        #expect(UInt(bitPattern: memory.floats.base) % 64 == 0)
        memory.floats[count - 1] = 1
      }
      #expect(throws: DeviceError.self) { try Memory(count: Int.max) }
      #expect(throws: DeviceError.self) { try Memory(count: Int.max / 16) }
    }

    @Test("truncated normal values lie within two deviations and have the distribution's moments")
    func truncatedNormal() throws {
      let scope = ParameterScope()
      _ = scope.matrix("table", rows: 1000, columns: 200, initializer: .truncatedNormal(deviation: 0.02))
      let device = try Device(threads: 1, instructionSet: .portable)
      let store = try ParameterStore(layout: scope.layout, device: device)
      store.initialize(seed: 42)
      let values = try #require(store["table"]).doubles
      #expect(values.allSatisfy { abs($0) <= 0.04 })
      #expect(values.contains { abs($0) > 0.0399 })
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      // Truncation at two deviations leaves a variance of 0.7737 (1 − 4 φ(2) / (2 Φ(2) − 1)).
      #expect(abs(mean) < 5 * 0.0176 / Double(values.count).squareRoot())
      #expect(abs(variance / (0.02 * 0.02) - 0.7737) < 0.01)
      #expect(store["no such table"] == nil)
    }
  }
}
