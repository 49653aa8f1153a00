import Tensors

/// A one-layer encoder with two tasks: the operations of a training step as models put them together.
struct SmallNetwork {
  let layout: ParameterLayout
  private let words: Parameter
  private let positions: Parameter
  private let norm: LayerNormParameters
  private let projections: LinearParameters
  private let inner: LinearParameters
  private let outer: LinearParameters
  private let classifier: LinearParameters
  private let score: LinearParameters
  private let hidden = 24

  init() {
    let scope = ParameterScope()
    words = scope.matrix("words", rows: 30, columns: hidden, initializer: .truncatedNormal(deviation: 0.5))
    positions = scope.matrix(
      "positions", rows: 90, columns: hidden, initializer: .truncatedNormal(deviation: 0.5))
    norm = scope.layerNorm("norm", columns: hidden, epsilon: 1e-5)
    projections = scope.linear(["query", "key", "value"], inputs: hidden, outputs: hidden, deviation: 0.3)
    inner = scope.linear("inner", inputs: hidden, outputs: 40, deviation: 0.3)
    outer = scope.linear("outer", inputs: 40, outputs: hidden, deviation: 0.3)
    classifier = scope.linear("classifier", inputs: hidden, outputs: 3, deviation: 0.3)
    score = scope.linear("score", inputs: hidden, outputs: 1, deviation: 0.3)
    layout = scope.layout
  }

  /// Lengths of the sequences of either task.
  struct Batch {
    var classified = [5, 1, 33]
    var scored = [12, 70]
  }

  /// The losses of both tasks. With `slots` the rows of a task are those of a slot of its own.
  func losses(_ batch: Batch, on tape: Tape, slots: Bool, dropout: Float) -> (classes: Matrix, scores: Matrix)
  {
    let lengths = batch.classified + batch.scored
    let starts = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let cut = batch.classified.reduce(0, +)
    let rows = starts[lengths.count]
    let space = tape.rowSpace(
      slots
        ? [RowRange(0..<cut, slot: 0), RowRange(cut..<rows, slot: 1)] : [RowRange(0..<rows, slot: 0)])
    let places = lengths.flatMap { Array(0..<$0) }
    let embedded = tape.embedding(
      [
        (words, tape.indices((0..<rows).map { Int32($0 * 7 % 30) })),
        (positions, tape.indices(places.map(Int32.init))),
      ], in: space)
    let input = tape.layerNorm(embedded, norm)
    let attended = tape.attention(
      tape.linear(input, projections), starts: tape.indices(starts.map(Int32.init)), heads: 3,
      dropout: dropout)
    let middle = tape.layerNorm(attended, residual: input, norm, dropout: dropout)
    let output = tape.feedForward(middle, inner, activation: .gelu, outer)
    let last = tape.layerNorm(output, residual: middle, norm, dropout: dropout)

    let count = batch.classified.count
    let first = tape.gather(
      last, rows: tape.indices(starts[0..<count].map(Int32.init)),
      in: tape.rowSpace([RowRange(0..<count, slot: 0)]))
    let classes = tape.softmaxCrossEntropy(
      tape.linear(tape.dropout(first, rate: dropout), classifier),
      labels: tape.indices((0..<count).map { Int32($0 % 3) }))
    let others = batch.scored.count
    let second = tape.gather(
      last, rows: tape.indices(starts[count..<lengths.count].map(Int32.init)),
      in: tape.rowSpace([RowRange(0..<others, slot: slots ? 1 : 0)]))
    let scores = tape.squaredError(
      tape.linear(second, score), targets: tape.numbers((0..<others).map { Float($0) - 0.5 }))
    return (classes, scores)
  }
}
