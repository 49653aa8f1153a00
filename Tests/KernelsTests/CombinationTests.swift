import Kernels
import TestSupport
import Testing

extension KernelsTests {
  @Suite struct CombinationTests {
    private let counts = [0, 1, 7, 16, 1000, 65_536, 70_001]

    @Test(
      "inner products of one buffer or several keep double precision and the same bits for any threads",
      arguments: InstructionSet.all, [1, 3])
    func innerProducts(set: InstructionSet, size: Int) throws {
      for count in counts {
        var draws = Draws(seed: 8)
        let values = (0..<size).map { _ in draws.floats(count + 5, scale: 2) }
        let buffers = values.map { Guarded($0) }
        let results = try [1, 2, 3].map { threads in
          try set.device(threads: threads) { device in
            var products = [Double](repeating: 1, count: size * size)
            let span = braid_span(first: 5, count: Int64(count), rows: nil, columns: 0)
            let bases = buffers.map { UnsafePointer($0.base) as UnsafePointer<Float>? }
            braid_add_inner_products(device, bases, Int64(size), span, &products)
            return products
          }
        }
        #expect(results[1] == results[0] && results[2] == results[0])
        for row in 0..<size {
          for column in 0..<size {
            let pairs = zip(values[row], values[column]).dropFirst(5)
            let expected = pairs.reduce(1.0) { $0 + Double($1.0) * Double($1.1) }
            let scale = pairs.reduce(1.0) { $0 + abs(Double($1.0) * Double($1.1)) }
            #expect(abs(results[0][row * size + column] - expected) <= 1e-13 * scale, "\(count) values")
          }
        }
      }
    }

    @Test("combinations agree with double precision, over stretches and rows", arguments: InstructionSet.all)
    func combinations(set: InstructionSet) throws {
      let columns = 13
      let rows: [Int32] = [5, 0, 9, 2]
      for (count, isRows) in counts.map({ ($0, false) }) + [(rows.count, true)] {
        let size = isRows ? 10 * columns : count
        let results = try set.sameForAnyThreads("combination") { device in
          var draws = Draws(seed: 9)
          let sources = (0..<3).map { _ in Guarded(draws.floats(size)) }
          let target = Guarded(draws.floats(size))
          let factors: [Float] = [0.5, -1.5, 2]
          rows.withUnsafeBufferPointer { rows in
            factors.withUnsafeBufferPointer { factors in
              let bases = sources.map { $0.base as UnsafeMutablePointer<Float>? }
              bases.withUnsafeBufferPointer { bases in
                var arguments = braid_combine_arguments(
                  sources: bases.baseAddress, factors: factors.baseAddress, source_count: 3,
                  target: target.base,
                  clears_sources: true, sign_key: 0,
                  span: braid_span(
                    first: 0, count: Int64(count), rows: isRows ? rows.baseAddress : nil,
                    columns: Int64(columns)))
                braid_combine(device, &arguments)
              }
            }
          }
          return [target.values()] + sources.map { $0.values() }
        }
        var draws = Draws(seed: 9)
        let before = (0..<4).map { _ in draws.floats(size) }
        let meant =
          isRows ? rows.flatMap { row in (0..<columns).map { Int(row) * columns + $0 } } : Array(0..<size)
        var expected = before[3].doubles
        for place in meant {
          expected[place] =
            0.5 * Double(before[0][place]) - 1.5 * Double(before[1][place]) + 2 * Double(before[2][place])
        }
        expectAgreement(results[0], expected, relative: 1e-6, floor: 1e-6, "\(count)")
        for source in 0..<3 {
          var kept = before[source]
          for place in meant { kept[place] = 0 }
          #expect(results[1 + source] == kept, "sources are cleared where they were read, and nowhere else")
        }
      }
    }
  }
}
