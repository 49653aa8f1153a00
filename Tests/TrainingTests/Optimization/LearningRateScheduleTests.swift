import Testing
import Training

@Suite struct LearningRateScheduleTests {
  typealias Shape = LearningRateSchedule.Shape

  private static func rates(_ shape: Shape, warmUp: Double = 0.1) -> [Double] {
    let schedule = LearningRateSchedule(shape: shape, peak: 2, warmUp: warmUp, steps: 100)
    return (0..<100).map(schedule.rate)
  }

  @Test("The first step moves, the last of the warm-up has the peak", arguments: Shape.allCases)
  func warmUp(shape: Shape) {
    let rates = Self.rates(shape)
    for step in 0..<10 { #expect(abs(rates[step] - 0.2 * Double(step + 1)) < 1e-12) }
    #expect(abs(rates[10] - 2) < 1e-12)
    #expect(Self.rates(shape, warmUp: 0)[0] == 2)
    #expect(Self.rates(shape, warmUp: 1)[99] == 2)
  }

  @Test(
    "Then it goes down to just above zero, through half of the peak in the middle",
    arguments: [Shape.linear, .cosine])
  func descent(shape: Shape) {
    let rates = Self.rates(shape)
    #expect(abs(rates[55] - 1) < 1e-12)
    #expect(zip(rates[10...], rates[11...]).allSatisfy { $0 > $1 })
    #expect(rates[99] > 0 && rates[99] <= 2 / 90 + 1e-12)
  }

  @Test("A line goes down by as much each step, half a cosine first slowly, and a constant not at all")
  func shapes() {
    let (line, cosine) = (Self.rates(.linear), Self.rates(.cosine))
    #expect(zip(line[10...], line[11...]).allSatisfy { abs($0 - $1 - 2.0 / 90) < 1e-12 })
    #expect((11..<55).allSatisfy { cosine[$0] > line[$0] } && (56..<100).allSatisfy { cosine[$0] < line[$0] })
    #expect(Self.rates(.constant)[10...].allSatisfy { $0 == 2 })
  }
}
