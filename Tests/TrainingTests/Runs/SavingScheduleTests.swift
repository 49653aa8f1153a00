import Testing
import Training

@Suite struct SavingScheduleTests {
  private let begin = ContinuousClock.now

  @Test("A young run is saved often, an old one every half minute")
  func ages() {
    var schedule = SavingSchedule(begin: begin)
    var saves: [Double] = []
    for tenth in 1...4000 {
      let now = begin + .milliseconds(100 * tenth)
      guard schedule.isDue(at: now) else { continue }
      schedule.note(now..<now + .milliseconds(1))
      saves.append(Double(tenth) / 10)
    }
    for (one, next) in zip(saves, saves.dropFirst()) {
      #expect(next - one <= max(next / 9, 0.2) + 0.11)
      #expect(next - one <= 30.2)
    }
    #expect(saves.count < 80)
  }

  @Test("Saving takes no more than a fiftieth of the time, however slow it is")
  func cost() {
    var schedule = SavingSchedule(begin: begin)
    var now = begin
    var spent = Duration.zero
    while now < begin + .seconds(2000) {
      now += .milliseconds(200)
      guard schedule.isDue(at: now) else { continue }
      schedule.note(now..<now + .seconds(2))
      spent += .seconds(2)
      now += .seconds(2)
    }
    #expect(spent > .seconds(30) && spent <= .seconds(44))
  }
}
