import Tensors
import Testing

@Suite struct OptimizerTests {
  /// Values of a table of 40 rows, the moments, and what was read of the table, after `steps` steps in which a batch reads
  /// few rows.
  private func train(
    asTable: Bool, method: Optimizer.Method, steps: Int, threads: Int
  ) throws -> [[Float]] {
    let scope = ParameterScope()
    let initializer = Initializer.truncatedNormal(deviation: 0.5)
    let words =
      asTable
      ? scope.table("words", rows: 40, columns: 24, initializer: initializer)
      : scope.matrix("words", rows: 40, columns: 24, initializer: initializer)
    let layer = scope.linear("layer", inputs: 24, outputs: 8, deviation: 0.1)
    let parameters = try ParameterStore(layout: scope.layout, device: Device(threads: threads))
    parameters.initialize(seed: 3)
    let gradients = try GradientBuffers(layout: scope.layout)
    let tape = Tape(parameters: parameters, gradients: gradients)
    var settings = Optimizer.Settings()
    settings.method = method
    settings.clipNorm = 0
    let optimizer = try Optimizer(settings, parameters: parameters) { _ in "all" }
    var read: [Float] = []
    for step in 0..<steps {
      // Two batches add up before a step; row 7 is never read, some rows only once in many steps.
      for batch in 0..<2 {
        let ids = (0..<6).map { Int32(($0 * $0 * 11 + step * 13 + batch) % 40) }.filter { $0 != 7 }
        tape.reset(training: true)
        let rows = tape.rowSpace([RowRange(0..<ids.count, slot: 0)])
        let states = tape.embedding([(words, tape.indices(ids))], in: rows)
        read += states.array
        let output = tape.linear(states, layer)
        tape.addGradient((0..<output.count).map { Float(($0 + step) % 5) - 2 }, to: output)
        tape.backward(from: [])
      }
      optimizer.step(gradients, scale: 0.5) { _ in 0.01 / Double(step + 1) }
    }
    return [
      parameters["words"] ?? [], Array(optimizer.allMoments[0].floats), Array(optimizer.allMoments[1].floats),
      read,
    ]
  }

  @Test(
    "Rows of a table that are brought up to date when they are read have the bits of rows that took every step",
    arguments: Optimizer.Method.allCases)
  func tables(method: Optimizer.Method) throws {
    // More steps than are remembered before every row has to catch up.
    for steps in [1, 30, 1100] {
      let every = try train(asTable: false, method: method, steps: steps, threads: 1)
      for threads in [1, 2] {
        let late = try train(asTable: true, method: method, steps: steps, threads: threads)
        for (late, every) in zip(late, every) {
          #expect(late.map(\.bitPattern) == every.map(\.bitPattern), "\(steps) steps, \(threads) threads")
        }
      }
      #expect(every[0].count == 40 * 24)
    }
  }

  @Test("What an optimizer has left behind is made up for when it goes")
  func released() throws {
    let scope = ParameterScope()
    let words = scope.table("words", rows: 3, columns: 4, initializer: .ones)
    let parameters = try ParameterStore(layout: scope.layout, device: Device(threads: 1))
    parameters.initialize(seed: 1)
    let gradients = try GradientBuffers(layout: scope.layout)
    let tape = Tape(parameters: parameters, gradients: gradients)
    var settings = Optimizer.Settings()
    settings.weightDecay = 0.5
    do {
      let optimizer = try Optimizer(settings, parameters: parameters) { _ in "all" }
      tape.reset(training: true)
      let rows = tape.rowSpace([RowRange(0..<1, slot: 0)])
      let state = tape.embedding([(words, tape.indices([1]))], in: rows)
      tape.addGradient([1, 1, 1, 1], to: state)
      tape.backward(from: [])
      optimizer.step(gradients) { _ in 0.1 }
    }
    let values = try #require(parameters["words"])
    #expect(Array(values[0..<4]) == [0.95, 0.95, 0.95, 0.95])
    #expect(values[4] < 0.9)
  }

  /// What layers gave and what parameters were in each of some steps, in which a layer is frozen in part and another one moves
  /// in every other step only.
  private func outputs(
    _ precision: Precision, threads: Int, after step: (Optimizer, ParameterStore) -> Void
  ) throws -> [[Float]] {
    let scope = ParameterScope()
    let norm = scope.layerNorm("norm", columns: 40, epsilon: 1e-5)
    let first = scope.linear(["query", "key", "value"], inputs: 40, outputs: 45, deviation: 0.3)
    let second = scope.linear("second", inputs: 135, outputs: 70, deviation: 0.3)
    let last = scope.linear("last", inputs: 70, outputs: 40, deviation: 0.3)
    let device = try Device(threads: threads, precision: precision)
    let parameters = try ParameterStore(layout: scope.layout, device: device)
    parameters.initialize(seed: 3)
    parameters.freeze { $0 == "key.weight" }
    let gradients = try GradientBuffers(layout: scope.layout)
    let tape = Tape(parameters: parameters, gradients: gradients)
    let optimizer = try Optimizer(Optimizer.Settings(), parameters: parameters) {
      $0.hasPrefix("second") ? "second" : "others"
    }
    var found: [[Float]] = []
    for number in 0..<6 {
      tape.reset(training: true)
      let rows = tape.rowSpace([RowRange(0..<150, slot: 0)])
      func through(_ layers: [LinearParameters], _ input: Matrix) -> Matrix {
        layers.reduce(input) { tape.linear($0, $1, activation: .gelu) }
      }
      // What is last in the layout is read first in some steps.
      let (before, after) = number % 3 == 2 ? ([last], [first, second]) : ([], [first, second, last])
      let columns = before.first?.inputs ?? 40
      let values = (0..<150 * columns).map { Float(($0 * 7 + number) % 13) / 6 - 1 }
      let input = tape.leaf(values, rows: 150, columns: columns, in: rows)
      let output = through(after, tape.layerNorm(through(before, input), norm))
      tape.addGradient((0..<output.count).map { Float(($0 + number) % 5) - 2 }, to: output)
      tape.backward(from: [])
      let length = optimizer.step(gradients) { $0 == "others" || number % 2 == 0 ? 0.01 : nil }
      found.append(output.array + [Float(length)])
      step(optimizer, parameters)
    }
    return found + scope.layout.entries.compactMap { parameters[$0.name] }
      + optimizer.allMoments.map { Array($0.floats) } + gradients.slots.map { Array($0.floats) }
  }

  @Test(
    "A step that is taken beside the next forward pass has the bits of one that is taken at once",
    arguments: [Precision.float32, .bfloat16])
  func beside(precision: Precision) throws {
    func bits(_ values: [[Float]]) -> [[UInt32]] { values.map { $0.map(\.bitPattern) } }
    let atOnce = try outputs(precision, threads: 1) { optimizer, _ in optimizer.finish() }
    #expect(atOnce[0] != atOnce[3])
    for threads in [1, 2, 5] {
      let beside = try outputs(precision, threads: threads) { _, _ in }
      #expect(bits(beside) == bits(atOnce), "\(threads) threads")
      // Whatever is asked for has moved.
      let asked = try outputs(precision, threads: threads) { _, parameters in
        _ = parameters["last.bias"]
        _ = parameters["norm.weight"]
      }
      #expect(bits(asked) == bits(atOnce), "\(threads) threads")
    }
  }

  @Test("AdaTask's steps are those of an optimizer a task, added up")
  func adaTask() throws {
    let scope = ParameterScope()
    _ = scope.vector("shared", count: 2, initializer: .zeros)
    let parameters = try ParameterStore(layout: scope.layout, device: Device(threads: 1))
    let gradients = try GradientBuffers(layout: scope.layout, slots: 2)
    var settings = Optimizer.Settings()
    settings.method = .adatask
    settings.clipNorm = 0
    let optimizer = try Optimizer(settings, parameters: parameters, tasks: 2) { _ in "all" }
    let entry = scope.layout.entries[0]
    // Of two of PyTorch's Adam optimizers with the learning rate 0.001.
    let steps: [(gradients: [[Float]], expected: [Double])] = [
      ([[1, -2], [10, 0.5]], [-0.002, 0]), ([[0.5, -1], [5, 0.25]], [-0.003_864_359_3, 0]),
    ]
    for step in steps {
      for slot in 0..<2 { gradients.floats(of: entry, slot: slot).update(from: step.gradients[slot]) }
      let norm = optimizer.step(gradients, tasks: (0..<2).map { .init(slot: $0, scale: 1) }) { _, _ in 0.001 }
      let sum = zip(step.gradients[0], step.gradients[1]).map { Double($0 + $1) }
      #expect(abs(norm - (sum[0] * sum[0] + sum[1] * sum[1]).squareRoot()) < 1e-6)
      for (value, expected) in zip(parameters.floats(of: entry), step.expected) {
        #expect(abs(Double(value) - expected) < 1e-8)
      }
      for slot in 0..<2 { #expect(gradients.floats(of: entry, slot: slot).allSatisfy { $0 == 0 }) }
    }
    // A task without a part in a step: only the other moves anything.
    let before = Array(parameters.floats(of: entry))
    let moments = Array(optimizer.allMoments[2].floats)
    gradients.floats(of: entry, slot: 0).update(from: [1, 1])
    optimizer.step(gradients, tasks: [.init(slot: 0, scale: 1, rateFactor: 2)]) { _, _ in 0.001 }
    #expect(Array(parameters.floats(of: entry)) != before)
    #expect(Array(optimizer.allMoments[2].floats) == moments)
  }
}
