import Evaluation
import Foundation
import Testing

@Suite("Tests of significance") struct SignificanceTests {
  struct Case: Decodable {
    let first: [Double]
    let second: [Double]
    let t: Double
    let p: Double
    let randomisation: Double?
  }

  @Test("probabilities are SciPy's") func reference() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/significance.json")
    for one in try JSONDecoder().decode([Case].self, from: Data(contentsOf: file)) {
      let test = try #require(Significance.pairedTTest(one.first, one.second))
      #expect(abs(test.t - one.t) < 1e-9 * abs(one.t))
      #expect(abs(test.p - one.p) < 1e-9 * one.p, "\(test.p) \(one.p)")
      if let expected = one.randomisation {
        let p = try #require(Significance.randomisationTest(one.first, one.second))
        #expect(abs(p - expected) < 1e-12)
      }
    }
    // The fraction's two sides meet where x = 1/2 and a = b.
    let middle = try #require(Significance.pairedTTest([0, 0], [0, 1]))
    #expect(middle.t == 1 && abs(middle.p - 0.5) < 1e-12)
  }

  @Test("the corrections after Holm are those worked out on paper") func holm() {
    #expect(Significance.holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
    #expect(Significance.holm([0.5, 0.6]) == [1, 1])
    #expect(Significance.holm([]) == [])
  }

  @Test("few queries are swapped in every way") func exact() {
    // Of 8 ways, those with all signs alike reach 6; 2 of 8 do.
    #expect(Significance.randomisationTest([0, 0, 0], [1, 2, 3]) == 0.25)
    #expect(Significance.randomisationTest([1, 2], [1, 2]) == 1)
    #expect(Significance.randomisationTest([], []) == nil)
    #expect(Significance.randomisationTest([1], [1, 2]) == nil)
    #expect(Significance.randomisationTest([.nan], [1]) == nil)
  }

  @Test("drawn swaps come near to all of them, and again to the same") func drawn() throws {
    let first = (0..<18).map { sin(Double($0)) }
    let second = first.enumerated().map { $1 + cos(Double($0) * 2.3) + 0.3 }
    let all = try #require(Significance.randomisationTest(first, second, rounds: 1 << 18))
    let some = try #require(Significance.randomisationTest(first, second, rounds: 20_000, seed: 7))
    #expect(abs(all - some) < 0.02)
    #expect(some == Significance.randomisationTest(first, second, rounds: 20_000, seed: 7))
    #expect(some != Significance.randomisationTest(first, second, rounds: 20_000, seed: 8))
  }

  @Test("differences that are all one value") func constant() throws {
    let same = try #require(Significance.pairedTTest([1, 2, 3], [1, 2, 3]))
    #expect(same.t == 0 && same.p == 1)
    let shifted = try #require(Significance.pairedTTest([1, 2, 3], [2, 3, 4]))
    #expect(shifted.t == .infinity && shifted.p == 0)
    #expect(Significance.pairedTTest([1], [2]) == nil)
  }
}
