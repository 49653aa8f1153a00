import Randomness
import Testing

@Suite struct SplitMix64Tests {
  @Test("The generator gives SplitMix64's published numbers, and its ranges and shuffles are even")
  func generator() {
    var known = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in known.next() }
        == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    var generator = SplitMix64(seed: 1, stream: 2, 3)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.next(below: 7)] += 1 }
    // Seven standard deviations of a count of 10,000 in 70,000.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 650 })
    var firsts = [Int](repeating: 0, count: 5)
    for _ in 0..<10_000 {
      var items = Array(0..<5)
      generator.shuffle(&items)
      #expect(items.sorted() == Array(0..<5))
      firsts[items[0]] += 1
    }
    #expect(firsts.allSatisfy { abs($0 - 2000) < 280 })
    var other = SplitMix64(seed: 1, stream: 3, 2)
    var same = SplitMix64(seed: 1, stream: 2, 3)
    #expect(same.next() != other.next())
  }
}
