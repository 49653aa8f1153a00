import Networks
import Tasks
import Tensors
import Testing

/// The gradient of the embeddings of a batch, which an adversary climbs.
@Suite struct PerturbationTests {
  private static let columns = 48

  private let mixed: MixedNetwork
  private let batch: PackedBatch

  init() throws {
    // The last task's head reads the table of words too, whose gradient then is not the embeddings' alone.
    mixed = try MixedNetwork(
      tasks: MixedNetwork.tasks.dropLast(), dropout: 0.1, device: Device(threads: 2))
    batch = PackedBatch(trained: randomSequences(count: 4, longest: 9, seed: 3).dropLast())
  }

  /// The gradient of the sum of all losses for what is added to the embeddings.
  private func gradient(on tape: Tape, adding values: [Float]) -> (losses: [Float], gradient: [Float]) {
    tape.reset(training: true, dropoutSeed: 11)
    let change = tape.leaf(
      values, rows: batch.rowCount, columns: Self.columns,
      in: tape.rowSpace([RowRange(0..<batch.rowCount, slot: 0)]))
    let losses = mixed.network.forward(batch, perturbation: change, on: tape)
      .map { mixed.network.loss(of: $0, on: tape) }
    tape.backward(from: losses.map { ($0, 1) })
    return (
      losses.map { $0.array[0] },
      Array(tape.gradient(of: change))
    )
  }

  @Test(
    "It is the same bits with and without the gradients of parameters, and adds up to those of the tables")
  func embeddings() throws {
    let none = [Float](repeating: 0, count: batch.rowCount * Self.columns)
    let buffers = try GradientBuffers(layout: mixed.parameters.layout)
    let whole = gradient(on: Tape(parameters: mixed.parameters, gradients: buffers), adding: none)
    let alone = gradient(on: Tape(parameters: mixed.parameters), adding: none)
    #expect(whole.losses == alone.losses)
    #expect(whole.gradient == alone.gradient)
    #expect(whole.gradient.contains { $0.magnitude > 0.001 })

    let words = try #require(mixed.parameters.layout.entries.first { $0.name == "encoder.embeddings.word" })
    var sums = [Double](repeating: 0, count: words.count)
    for (row, id) in batch.ids.enumerated() {
      for column in 0..<Self.columns {
        sums[Int(id) * Self.columns + column] += Double(whole.gradient[row * Self.columns + column])
      }
    }
    for (sum, found) in zip(sums, buffers.floats(of: words)) { #expect(abs(sum - Double(found)) < 1e-5) }
  }

  @Test("A step along it changes the losses as it says")
  func differences() throws {
    let tape = Tape(parameters: mixed.parameters)
    let none = [Float](repeating: 0, count: batch.rowCount * Self.columns)
    let slope = gradient(on: tape, adding: none).gradient
    let square = slope.reduce(0.0) { $0 + Double($1) * Double($1) }
    let step = 1e-3 / square.squareRoot()
    let sums = [1.0, -1].map { sign in
      gradient(on: tape, adding: slope.map { Float(sign * step * Double($0)) }).losses
        .reduce(0.0) { $0 + Double($1) }
    }
    let found = (sums[0] - sums[1]) / (2 * step)
    #expect(abs(found - square) < 0.01 * square, "\(found), not \(square)")
  }

  @Test("A second pass with the masks drawn again gives what the first gave")
  func masks() throws {
    let tape = Tape(parameters: mixed.parameters)
    tape.reset(training: true, dropoutSeed: 4)
    let first = mixed.network.forward(batch, on: tape).map { $0.outputs.array }
    let other = mixed.network.forward(batch, on: tape).map { $0.outputs.array }
    tape.repeatDropout()
    let again = mixed.network.forward(batch, on: tape).map { $0.outputs.array }
    #expect(first == again)
    #expect(first != other)
  }

  @Test("The distance between equal outputs is nothing, and grows with what is added to the embeddings")
  func distances() throws {
    let tape = Tape(parameters: mixed.parameters)
    var before = [Float](repeating: -1, count: 6)
    for scale in [0, 0.02, 0.2] as [Float] {
      tape.reset(training: true, dropoutSeed: 4)
      let first = mixed.network.forward(batch, on: tape)
      tape.repeatDropout()
      let values = (0..<batch.rowCount * Self.columns).map { Float($0 % 7 - 3) * scale }
      let change = tape.leaf(
        values, rows: batch.rowCount, columns: Self.columns,
        in: tape.rowSpace([RowRange(0..<batch.rowCount, slot: 0)]))
      let second = mixed.network.forward(batch, perturbation: change, on: tape)
      let distances = zip(first, second).filter {
        MixedNetwork.tasks[$0.0.part.task].type.target.canBeSmoothed
      }.map {
        mixed.network.divergence(of: $0, from: $1.outputs, on: tape).array[0]
      }
      if scale == 0 { #expect(distances.allSatisfy { $0 == 0 }) }
      #expect(zip(before, distances).allSatisfy { $0 < $1 }, "\(before), \(distances)")
      before = distances
    }
  }
}
