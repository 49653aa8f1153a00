import Tensors
import Testing

@Suite struct StepProfileTests {
  @Test("A part's time is its own: parts inside it are taken off, and calls and operations are added up")
  func parts() throws {
    let scope = ParameterScope()
    let layer = scope.linear("layer", inputs: 24, outputs: 40, deviation: 0.1)
    let parameters = try ParameterStore(layout: scope.layout, device: Device(threads: 1))
    parameters.initialize(seed: 1)
    let tape = Tape(parameters: parameters, gradients: try GradientBuffers(layout: scope.layout))
    func pass() {
      tape.reset(training: true)
      let rows = tape.rowSpace([RowRange(0..<8, slot: 0)])
      let input = tape.leaf([Float](repeating: 1, count: 8 * 24), rows: 8, columns: 24, in: rows)
      let output = tape.linear(input, layer)
      tape.addGradient([Float](repeating: 1, count: 8 * 40), to: output)
      tape.backward(from: [])
    }
    pass()
    #expect(tape.profile == nil)
    tape.profile = StepProfile()
    let begin = ContinuousClock.now
    pass()
    pass()
    let whole = (ContinuousClock.now - begin) / .seconds(1)
    let profile = try #require(tape.profile).longestFirst
    #expect(
      Set(profile.map(\.name)) == [
        "Linear 24 × 40 forward", "Linear 24 × 40 input gradient", "Linear 24 × 40 weight gradient",
        "Linear bias gradient", "Linear forward", "Linear backward",
      ])
    #expect(profile.allSatisfy { $0.calls == 2 && $0.seconds > 0 })
    let products = profile.filter { $0.name.contains("×") }
    #expect(products.allSatisfy { $0.operations == 2 * 2 * 8 * 24 * 40 })
    let sum = profile.reduce(0) { $0 + $1.seconds }
    #expect(sum <= whole)
    #expect(profile.map(\.seconds) == profile.map(\.seconds).sorted(by: >))
  }
}
