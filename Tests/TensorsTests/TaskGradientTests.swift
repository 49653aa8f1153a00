import Tensors
import TestSupport
import Testing

/// Gramians and combinations of the tasks' gradients, with dense parameters in two groups and a table.
@Suite struct TaskGradientTests {
  private let slots = 3
  private let device: Device
  private let layout: ParameterLayout
  private let table: Parameter
  /// Rows of the table that each slot touches.
  private let rows: [[Int32]] = [[4, 1], [1, 7], []]

  init() throws {
    device = try Device(threads: 2)
    let scope = ParameterScope()
    let encoder = scope.scope("encoder")
    table = encoder.table("words", rows: 9, columns: 5, initializer: .zeros)
    _ = encoder.matrix("weight", rows: 300, columns: 401, initializer: .zeros)
    _ = encoder.vector("bias", count: 7, initializer: .zeros)
    _ = scope.scope("heads").vector("own", count: 33, initializer: .zeros)
    layout = scope.layout
  }

  private static func group(_ name: String) -> Int { name.hasPrefix("encoder.") ? 0 : -1 }

  /// Random gradients in every slot, made the way that backward passes make them.
  private func gradients(seed: UInt64) throws -> GradientBuffers {
    let store = try ParameterStore(layout: layout, device: device)
    let gradients = try GradientBuffers(layout: layout, slots: slots, group: Self.group)
    let tape = Tape(parameters: store, gradients: gradients)
    var draws = Draws(seed: seed)
    for slot in 0..<slots {
      tape.reset(training: true)
      let space = tape.rowSpace([RowRange(0..<rows[slot].count, slot: slot)])
      let output = tape.embedding([(table: table, ids: tape.indices(rows[slot]))], in: space)
      tape.addGradient(draws.floats(output.count), to: output)
      tape.backward(from: [])
      for entry in layout.entries where entry.name != "encoder.words" {
        gradients.floats(of: entry, slot: slot).update(from: draws.floats(entry.count))
      }
    }
    gradients.gatherTouchedRows()
    return gradients
  }

  private func values(_ gradients: GradientBuffers, slot: Int, own: Bool) -> [Float] {
    layout.entries.filter { (Self.group($0.name) == -1) == own }
      .flatMap { Array(gradients.floats(of: $0, slot: slot)) }
  }

  @Test("the Gramian is that of one group's gradients, rows of tables among them")
  func gramian() throws {
    let gradients = try gradients(seed: 1)
    let products = gradients.innerProducts(where: { $0 == 0 }, on: device)
    for first in 0..<slots {
      for second in 0..<slots {
        let expected = zip(
          values(gradients, slot: first, own: false), values(gradients, slot: second, own: false)
        ).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(products[first * slots + second] - expected) < 1e-9 * 120_000)
      }
    }
    #expect(values(gradients, slot: 0, own: false).prefix(45).contains { $0 != 0 }, "the table has gradients")
  }

  @Test("a combination is in the first slot of its group, and nothing is left in the others")
  func combination() throws {
    let gradients = try gradients(seed: 2)
    let factors: [Float] = [0.5, -2, 3]
    let before = (0..<slots).map { values(gradients, slot: $0, own: false) }
    let own = (0..<slots).map { values(gradients, slot: $0, own: true) }
    gradients.combine(factors, group: 0, into: gradients, on: device)
    let expected = before[0].indices.map { place in
      (0..<slots).reduce(0.0) { $0 + Double(factors[$1]) * Double(before[$1][place]) }
    }
    let found = values(gradients, slot: 0, own: false)
    #expect(disagreement(found, expected, relative: 1e-6, floor: 1e-6) == nil)
    for slot in 1..<slots {
      #expect(values(gradients, slot: slot, own: false).allSatisfy { $0 == 0 })
      #expect(values(gradients, slot: slot, own: true) == own[slot], "the other group stays")
    }
  }

  @Test("running averages take gradients in and clear them, and keep what they hold when combined")
  func averages() throws {
    let averages = try GradientBuffers(layout: layout, slots: slots, group: Self.group)
    averages.touchAllRows()
    var expected = [[Double]](
      repeating: Array(repeating: 0, count: values(averages, slot: 0, own: false).count), count: slots)
    let factors: [(kept: Float, added: Float)] = [(0.9, 0.1), (0.5, 2), (1, 0)]
    for seed in 3...4 {
      let gradients = try gradients(seed: UInt64(seed))
      for slot in 0..<slots {
        for (place, value) in values(gradients, slot: slot, own: false).enumerated() {
          expected[slot][place] =
            Double(factors[slot].kept) * expected[slot][place] + Double(factors[slot].added) * Double(value)
        }
      }
      averages.average(gradients, factors: factors, where: { $0 == 0 }, on: device)
      for slot in 0..<slots {
        #expect(values(gradients, slot: slot, own: false).allSatisfy { $0 == 0 })
        #expect(values(gradients, slot: slot, own: true).contains { $0 != 0 }, "the other group stays")
        let found = values(averages, slot: slot, own: false)
        #expect(disagreement(found, expected[slot], relative: 1e-6, floor: 1e-6) == nil)
      }
      averages.combine([1, 1, 1], group: 0, into: gradients, on: device)
      let sum = expected[0].indices.map { place in expected.reduce(0) { $0 + $1[place] } }
      #expect(disagreement(values(gradients, slot: 0, own: false), sum, relative: 1e-6, floor: 1e-6) == nil)
      #expect(values(averages, slot: 1, own: false).contains { $0 != 0 })
    }
  }

  @Test("with a sign key every element is the sum of its terms of one sign, as likely as their share")
  func signs() throws {
    let gradients = try gradients(seed: 5)
    let before = (0..<slots).map { values(gradients, slot: $0, own: false) }
    gradients.combine([1, 1, 1], group: 0, into: gradients, signKey: 11, on: device)
    var expectedPositive = 0.0
    var positive = 0
    var mixed = 0
    for (place, value) in values(gradients, slot: 0, own: false).enumerated() {
      let terms = before.map { Double($0[place]) }
      let up = terms.filter { $0 > 0 }.reduce(0, +)
      let down = terms.filter { $0 < 0 }.reduce(0, +)
      #expect(abs(Double(value) - up) < 1e-5 || abs(Double(value) - down) < 1e-5, "\(terms) gave \(value)")
      guard up > 0, down < 0 else { continue }
      mixed += 1
      expectedPositive += up / (up - down)
      if value > 0 { positive += 1 }
    }
    #expect(mixed > 50_000)
    // Four standard deviations of so many draws.
    #expect(abs(Double(positive) - expectedPositive) < 4 * (0.25 * Double(mixed)).squareRoot())
  }

  @Test("threads change no bit")
  func threads() throws {
    let results = try [1, 3].map { threads in
      let device = try Device(threads: threads)
      let gradients = try gradients(seed: 6)
      let products = gradients.innerProducts(where: { $0 == 0 }, on: device)
      gradients.combine([1, 0.3, 0.2], group: 0, into: gradients, signKey: 5, on: device)
      return (products, values(gradients, slot: 0, own: false).bits)
    }
    #expect(results[0].0 == results[1].0 && results[0].1 == results[1].1)
  }
}
