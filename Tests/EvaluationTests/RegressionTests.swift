import Evaluation
import Testing

@Suite("Regression measures") struct RegressionTests {
  @Test("ties share the average of their ranks") func ranks() {
    #expect(Regression.averageRanks([3, 1, 3, 2, 3]) == [4, 1, 4, 2, 4])
    #expect(Regression.averageRanks([]) == [])
    #expect(Regression.averageRanks([0, -0.0]) == [1.5, 1.5])
  }

  @Test("a monotone but bent relation is a perfect rank correlation only") func monotone() throws {
    let x: [Double] = [1, 2, 3, 4]
    let y: [Double] = [1, 10, 100, 1000]
    #expect(Regression.spearman(x, y) == 1)
    let pearson = try #require(Regression.pearson(x, y))
    #expect(pearson > 0.8 && pearson < 0.95)
    #expect(Regression.pearson(x, x.map { -2 * $0 }) == -1)
  }

  @Test("errors are means over the examples") func errors() {
    #expect(Regression.meanSquaredError([1, 2], [2, 4]) == 2.5)
    #expect(Regression.meanAbsoluteError([1, 2], [2, 4]) == 1.5)
  }

  @Test("constant scores correlate 0, and what cannot be measured is nil") func degenerate() {
    #expect(Regression.pearson([2, 2, 2], [1, 2, 3]) == 0)
    #expect(Regression.spearman([1, 2, 3], [5, 5, 5]) == 0)
    #expect(Regression.pearson([1], [1]) == 0)
    #expect(Regression.pearson([], []) == nil)
    #expect(Regression.meanSquaredError([], []) == nil)
    #expect(Regression.pearson([1, .nan], [1, 2]) == nil)
    #expect(Regression.meanAbsoluteError([1, .infinity], [1, 2]) == nil)
    #expect(Regression.spearman([1, 2], [1]) == nil)
  }

  @Test("values too large or too small to be squared still correlate") func extremes() throws {
    for scale in [1e-200, 1e200] {
      let value = try #require(Regression.pearson([1 * scale, 2 * scale, 4 * scale], [1, 2, 4]))
      #expect(abs(value - 1) < 1e-12)
    }
  }
}
