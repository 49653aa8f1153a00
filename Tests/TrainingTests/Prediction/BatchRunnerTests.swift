import Tasks
import Tensors
import Testing
import Training

/// Predictions for more texts than one batch holds.
@Suite struct BatchRunnerTests {
  static let texts: [InputText] = (0..<1500).map { index in
    let words = ["the", "lamp", "lamps", "glow", "dim", "è", "unknown"]
    return InputText((0...index % 11).map { words[(index + $0 * $0) % words.count] }.joined(separator: " "))
  }

  @Test("have the same bits on any number of threads", arguments: Precision.allCases)
  func threads(_ precision: Precision) throws {
    func predictions(_ threads: Int) throws -> [[Float]] {
      let model = try TestModel.make(precision: precision, threads: threads)
      let predictor = try TextPredictor(model, task: "topic")
      let first = try predictor.predictions(for: Self.texts)
      // Again with what the first round made.
      #expect(try predictor.predictions(for: Self.texts.reversed()) == first.reversed())
      return first
    }
    let expected = try predictions(1)
    #expect(Set(expected).count > 50)
    for threads in [2, 5] { #expect(try predictions(threads) == expected) }
  }

  @Test("read rows of the vocabulary that the optimizer has left behind as they would be now")
  func rowsBehind() throws {
    func predictions(_ threads: Int) throws -> [[Float]] {
      let model = try TestModel.make(dropout: 0, threads: threads)
      let gradients = try GradientBuffers(layout: model.parameters.layout)
      let tape = Tape(parameters: model.parameters, gradients: gradients)
      let optimizer = try Optimizer(Optimizer.Settings(), parameters: model.parameters) { _ in "all" }
      // Momentum moves what the first steps read through all the steps that don't.
      for text in ["the lamps", "glow", "dim", "dim", "dim"] {
        let encoding = model.tokenizer.encode(text)
        tape.reset(training: true)
        let batch = PackedBatch([
          (task: 0, sequences: [(ids: encoding.ids, segments: encoding.segments)], targets: .classes([1]))
        ])
        let outputs = model.network.forward(batch, on: tape)
        tape.backward(from: outputs.map { (model.network.loss(of: $0, on: tape), 1) })
        optimizer.step(gradients, scale: 1) { _ in 0.01 }
      }
      return try TextPredictor(model, task: "topic").predictions(for: Self.texts)
    }
    let expected = try predictions(1)
    for threads in [2, 5] { #expect(try predictions(threads) == expected) }
  }
}
