import Evaluation
import Testing

@Suite struct MultiTaskGainTests {
  @Test("the gain is the mean of relative gains, with the sign of what is better")
  func gain() throws {
    let gain = try #require(
      MultiTaskGain.percent(
        multiTask: [0.92, 0.85, 0.3], singleTask: [0.9, 0.88, 0.33], lowerIsBetter: [false, false, true]))
    #expect(abs(gain - 2.634_680_134_7) < 1e-9)
  }

  @Test("there is no gain over nothing")
  func undefined() {
    #expect(MultiTaskGain.percent(multiTask: [], singleTask: [], lowerIsBetter: []) == nil)
    // A correlation that rises from below zero has gained.
    #expect(MultiTaskGain.percent(multiTask: [0.25], singleTask: [-0.5], lowerIsBetter: [false]) == 150)
    #expect(MultiTaskGain.percent(multiTask: [1], singleTask: [0], lowerIsBetter: [false]) == nil)
  }
}
