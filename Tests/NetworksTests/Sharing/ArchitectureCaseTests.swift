import Networks
import Tensors
import TestSupport
import Testing

/// The numeric cases of ways to share, which stand among those of balancing.
@Suite struct ArchitectureCaseTests {
  private static func numericCase(_ id: String) throws -> BalancingCase {
    try #require(try BalancingCase.all().first { $0.id == id })
  }

  /// A tape over some parameters, and what it needs to live.
  private struct Bench {
    let parameters: ParameterStore
    let gradients: GradientBuffers
    let tape: Tape
    let space: RowSpace

    init(_ scope: ParameterScope = ParameterScope(), rows: Int = 1) throws {
      parameters = try ParameterStore(layout: scope.layout, device: Device(threads: 1))
      gradients = try GradientBuffers(layout: scope.layout)
      tape = Tape(parameters: parameters, gradients: gradients)
      tape.reset(training: true)
      space = tape.rowSpace([RowRange(0..<rows, slot: 0)])
    }

    func set(_ name: String, to values: some Collection<Float>) throws {
      let entry = try #require(parameters.layout.entries.first { $0.name == name })
      parameters.floats(of: entry).update(from: values)
      parameters.pack()
    }

    /// One-row matrices.
    func rows(_ values: [Float], columns: Int = 2) -> [Matrix] {
      stride(from: 0, to: values.count, by: columns).map {
        tape.leaf(Array(values[$0..<$0 + columns]), rows: 1, columns: columns, in: space)
      }
    }

    func gradient(_ name: String) throws -> [Float] {
      Array(gradients.floats(of: try #require(parameters.layout.entries.first { $0.name == name })))
    }

    func gradient(of matrix: Matrix) -> [Float] {
      Array(tape.gradient(of: matrix))
    }
  }

  private func expect(_ found: [Float], _ numbers: BalancingCase, _ name: String) throws {
    let expected = try #require(numbers.expected[name]).floats
    try #require(found.count == expected.count)
    for (found, expected) in zip(found, expected) {
      #expect(abs(found - expected) <= Float(numbers.tolerance) * max(1, abs(expected)), "\(name)")
    }
  }

  @Test("cross-stitch")
  func crossStitch() throws {
    let numbers = try Self.numericCase("cross_stitch")
    let scope = ParameterScope()
    let weights = (0..<2).map { scope.vector("\($0)", count: 2, initializer: .zeros) }
    let bench = try Bench(scope)
    let alpha = try #require(numbers.inputs["alpha"]).floats
    try bench.set("0", to: alpha[..<2])
    try bench.set("1", to: alpha[2...])
    let features = bench.rows(try #require(numbers.inputs["features"]).floats)
    let outputs = weights.map { bench.tape.stitch(features, by: $0) }
    try expect(outputs.flatMap(\.array), numbers, "output")
    for output in outputs { bench.tape.addGradient([1, 1], to: output) }
    bench.tape.backward(from: [])
    try expect(try bench.gradient("0") + bench.gradient("1"), numbers, "grad_alpha_for_unit_upstream")
  }

  @Test("a mixture of experts")
  func mixtureOfExperts() throws {
    let numbers = try Self.numericCase("mmoe")
    let scope = ParameterScope()
    let gate = scope.linear("gate", inputs: 2, outputs: 3, deviation: 1, bias: false)
    let bench = try Bench(scope)
    try bench.set("gate.weight", to: try #require(numbers.inputs["gate_weight"]).floats)
    let input = bench.rows(try #require(numbers.inputs["input"]).floats)[0]
    let experts = bench.rows(try #require(numbers.inputs["expert_outputs"]).floats)
    let logits = bench.tape.linear(input, gate)
    try expect(bench.tape.softmax(logits).array, numbers, "gate")
    try expect(bench.tape.gated(experts, by: logits).array, numbers, "output")
  }

  @Test("customized gates, and the shared gate of progressive layered extraction")
  func customizedGates() throws {
    let numbers = try Self.numericCase("cgc_ple")
    let bench = try Bench()
    func experts(_ names: String...) throws -> [Matrix] {
      try names.flatMap { bench.rows(try #require(numbers.inputs[$0]).floats) }
    }
    func logits(_ name: String) throws -> Matrix {
      let values = try #require(numbers.inputs["gate_logits_\(name)"]).floats
      return bench.rows(values, columns: values.count)[0]
    }
    for task in ["task1", "task2"] {
      let output = bench.tape.gated(try experts(task, "shared"), by: try logits(task))
      try expect(output.array, numbers, task)
    }
    let shared = bench.tape.gated(try experts("task1", "task2", "shared"), by: try logits("shared"))
    try expect(shared.array, numbers, "shared")
  }

  @Test("attention over towers")
  func attention() throws {
    let numbers = try Self.numericCase("attention_soft_sharing")
    let scope = ParameterScope()
    let query = AttentionQuery(towers: 2, own: 0, weight: 0.9, hidden: 2, deviation: 1, in: scope)
    let bench = try Bench(scope)
    try bench.set("states.weight", to: try #require(numbers.inputs["W"]).floats)
    try bench.set("bias", to: try #require(numbers.inputs["b"]).floats)
    let output = query.mix(bench.rows(try #require(numbers.inputs["h"]).floats), on: bench.tape)
    try expect(output.array, numbers, "output")
    // The states are [1, 0] and [0, 2].
    try expect([output.array[0], output.array[1] / 2], numbers, "alpha")
  }

  @Test("the penalty of soft sharing")
  func softSharing() throws {
    let numbers = try Self.numericCase("soft_sharing_l2")
    let scope = ParameterScope()
    let copies = (0..<3).map { copy in
      scope.stretch { scope.vector("\(copy)", count: 2, initializer: .zeros) }.stretch
    }
    let bench = try Bench(scope)
    let values = try #require(numbers.inputs["theta"]).floats
    for copy in 0..<3 { try bench.set("\(copy)", to: values[copy * 2..<copy * 2 + 2]) }
    // Σ over ordered pairs is 2T times the sum of the distances to the mean.
    let distances = (0..<3).map { bench.tape.distanceToMean(copies, copy: $0, factor: 2 * 3, slot: 0) }
    try expect([distances.reduce(0) { $0 + $1.array[0] }], numbers, "penalty")
    bench.tape.backward(from: distances.map { (loss: $0, weight: 1) })
    try expect(try (0..<3).flatMap { try bench.gradient("\($0)") }, numbers, "gradient")
  }

  @Test("the choice of a path")
  func path() throws {
    let numbers = try Self.numericCase("ufo_gumbel_gate")
    let bench = try Bench()
    let noise = try #require(numbers.inputs["uniforms"]).floats.map { gumbel(Double($0)) }
    try expect(noise, numbers, "gumbels")
    let logits = bench.rows(try #require(numbers.inputs["policy_logits"]).floats)[0]
    let temperature = try #require(numbers.hyper["tau"]).floats[0]
    let noisy = zip(logits.array, noise).map { ($0 + $1) / temperature }
    try expect(bench.tape.softmax(bench.rows(noisy)[0]).array, numbers, "soft")

    var slopes: [[Float]] = []
    for column in 0..<2 {
      let bench = try Bench()
      let blocks = bench.rows(
        try #require(numbers.inputs["ffn_shared"]).floats + #require(numbers.inputs["ffn_task"]).floats)
      let logits = bench.rows(try #require(numbers.inputs["policy_logits"]).floats)[0]
      let choice = bench.tape.straightThroughChoice(
        logits, noise: bench.tape.numbers(noise), temperature: temperature)
      try expect(choice.array, numbers, "hard")
      let output = bench.tape.mixture(blocks, weights: choice)
      try expect(output.array, numbers, "output")
      bench.tape.addGradient((0..<2).map { $0 == column ? 1 : 0 }, to: output)
      bench.tape.backward(from: [])
      slopes.append(bench.gradient(of: logits))
    }
    try expect([slopes[0][0], slopes[1][0], slopes[0][1], slopes[1][1]], numbers, "d_output_d_logits")
  }

  @Test("distillation")
  func distillation() throws {
    let numbers = try Self.numericCase("distillation")
    let bench = try Bench()
    let student = bench.rows(try #require(numbers.inputs["student_logits"]).floats, columns: 3)[0]
    let temperature = try #require(numbers.hyper["temperature"]).floats[0]
    let teacher = bench.tape.numbers(try #require(numbers.inputs["teacher_logits"]).floats)
    let loss = bench.tape.distillation(student, teacher: teacher, temperature: temperature)
    try expect(loss.array, numbers, "loss_T2")
    try expect([loss.array[0] / (temperature * temperature)], numbers, "kl")
    bench.tape.backward(from: [(loss: loss, weight: 1)])
    try expect(bench.gradient(of: student), numbers, "grad_student")
  }
}

extension FixtureValue {
  fileprivate var floats: [Float] { numbers.map { Float($0) } }
}
