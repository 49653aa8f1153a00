import Balancing
import Evaluation
import Foundation
import LinearAlgebra
import Networks
import Tasks
import Tensors
import Testing

/// The examples of Sources/EXTENDING.md work, and stand there as they are here.
@Suite struct WorkedExampleTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  @Test(
    "The page shows the example as it is compiled",
    arguments: [
      "UnpooledHead", "OwnPoolerSharing", "HardestTaskWeighting", "UnitSumAggregation", "WithinHalf",
    ])
  func page(example: String) throws {
    let code = try String(contentsOf: Self.folder.appendingPathComponent("\(example).swift"), encoding: .utf8)
    let page = try String(
      contentsOf: Self.folder.appendingPathComponent("../../Sources/EXTENDING.md"), encoding: .utf8)
    #expect(page.contains("```swift\n\(code)```\n"))
  }

  @Test("The head learns: each of its parameters has a gradient, and so has the encoder, but not the pooler")
  func head() throws {
    var task = TaskDefinition(name: "mood", type: .classification, columns: [:], labels: ["bad", "good"])
    task.head.type = UnpooledHead.name
    let scope = ParameterScope()
    let configuration = EncoderConfiguration(
      vocabularySize: 10, hiddenSize: 8, layers: 1, attentionHeads: 2, dropout: 0, attentionDropout: 0,
      initializerDeviation: 0.5)
    let network = try MultiTaskNetwork(
      configuration, tasks: [task], heads: HeadKind.all + [UnpooledHead.self], in: scope)
    let parameters = try ParameterStore(layout: scope.layout, device: Device(threads: 1))
    parameters.initialize(seed: 1)
    let gradients = try GradientBuffers(layout: scope.layout)
    let tape = Tape(parameters: parameters, gradients: gradients)
    tape.reset(training: true)
    let sequence = (ids: [2, 5, 6, 3] as [Int32], segments: [0, 0, 0, 0] as [Int32])
    let batch = PackedBatch([(task: 0, sequences: [sequence], targets: .classes([1]))])
    let outputs = network.forward(batch, on: tape)
    tape.backward(from: outputs.map { (loss: network.loss(of: $0, on: tape), weight: 1) })
    func isReached(_ name: String) throws -> Bool {
      let entry = try #require(scope.layout.entries.first { $0.name == name })
      return gradients.floats(of: entry).contains { $0 != 0 }
    }
    #expect(try isReached("heads.mood.classifier.weight"))
    #expect(try isReached("heads.mood.classifier.bias"))
    #expect(try isReached("encoder.layer.0.attention.value.weight"))
    #expect(try !isReached("encoder.pooler.weight"))
    #expect(network.predictions(of: outputs[0]).joined().count == 2)
  }

  @Test("The way of sharing learns: each task's gradient is in its own pooler, and that of all in the layers")
  func sharing() throws {
    let tasks = ["mood", "topic"].map {
      TaskDefinition(name: $0, type: .classification, columns: [:], labels: ["bad", "good"])
    }
    let scope = ParameterScope()
    let configuration = EncoderConfiguration(
      vocabularySize: 10, hiddenSize: 8, layers: 1, attentionHeads: 2, dropout: 0, attentionDropout: 0,
      initializerDeviation: 0.5)
    let network = try MultiTaskNetwork(
      configuration, tasks: tasks, sharing: SharingDefinition(OwnPoolerSharing.name),
      sharings: SharingKind.all + [OwnPoolerSharing.self], in: scope)
    let parameters = try ParameterStore(layout: scope.layout, device: Device(threads: 1))
    parameters.initialize(seed: 1)
    let gradients = try GradientBuffers(layout: scope.layout, slots: 2)
    let tape = Tape(parameters: parameters, gradients: gradients)
    tape.reset(training: true)
    let sequence = (ids: [2, 5, 6, 3] as [Int32], segments: [0, 0, 0, 0] as [Int32])
    let batch = PackedBatch(
      (0..<2).map { (task: $0, sequences: [sequence], targets: .classes([Int32($0)])) })
    let outputs = network.forward(batch, slot: { $0 }, on: tape)
    tape.backward(from: outputs.map { (loss: network.loss(of: $0, on: tape), weight: 1) })
    func isReached(_ name: String, by task: Int) throws -> Bool {
      let entry = try #require(scope.layout.entries.first { $0.name == name })
      return gradients.floats(of: entry, slot: task).contains { $0 != 0 }
    }
    for task in 0..<2 {
      #expect(try isReached("encoder.layer.0.feedForward.inner.weight", by: task))
      #expect(try isReached("own.mood.pooler.weight", by: task) == (task == 0))
      #expect(try isReached("own.topic.pooler.weight", by: task) == (task == 1))
    }
  }

  @Test("The aggregation brings gradients to unit length, and leaves out tasks without one")
  func aggregation() {
    var aggregation = UnitSumAggregation(taskCount: 3)
    let gramian = SymmetricMatrix(gramianOf: [[3, 4], [0, 0], [0, 2]])
    #expect(
      aggregation.coefficients(for: AggregationInput(gramian: gramian, losses: [1, 1, 1])) == [0.2, 0, 0.5])
  }

  @Test("The weighting prefers the task that is furthest behind")
  func weighting() {
    let tasks = [0.69, 2.0].map {
      WeightedTask(name: "task", loss: .crossEntropy, factor: 1, priorLoss: $0)
    }
    #expect(HardestTaskWeighting(tasks).weights(for: WeightingInput(losses: [0.6, 0.8])) == [1, 0.5])
    #expect(HardestTaskWeighting(tasks).weights(for: WeightingInput(losses: [nil, 0.8])) == [0.5, 1])
  }

  @Test("The metric counts scores within half a point, and reads no others")
  func metric() throws {
    let scores = try ScorePredictions(predicted: [1, 2, 3, 4], expected: [1.5, 2.6, 3, 0])
    #expect(try Metric.withinHalf.value(for: .scores(scores)) == 0.5)
    #expect(throws: MetricError.self) { try Metric.withinHalf.check(reads: .rankings) }
  }
}
