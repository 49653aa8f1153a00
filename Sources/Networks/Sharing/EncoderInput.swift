import Tasks
import Tensors

/// What a way of sharing is given: embedded tokens, ordered by task.
public struct EncoderInput {
  /// The rows of one task.
  public struct Part {
    public let task: Int
    public let rows: PackedRows
  }

  /// The lexicon's output, [tokens, hidden].
  public let states: Matrix
  /// All rows of the batch.
  public let rows: PackedRows
  private let batch: PackedBatch
  /// Of each part.
  private let slots: [Int]

  init(
    _ batch: PackedBatch, states: Matrix, rows: PackedRows, slot: (_ task: Int) -> Int
  ) {
    self.batch = batch
    self.states = states
    self.rows = rows
    slots = batch.parts.map { slot($0.task) }
  }

  /// The parts of the batch, in order. Together they are all its rows.
  public func parts(on tape: Tape) -> [Part] {
    zip(batch.parts, slots).map { part, slot in
      Part(task: part.task, rows: PackedRows(part, of: batch, slot: slot, on: tape))
    }
  }

  /// Puts what was computed for each part's tokens back in the order of the batch.
  public func joined(_ matrices: [Matrix], on tape: Tape) -> Matrix {
    joined(matrices, rows: rows.tokens.count, in: rows.tokenSpace, on: tape)
  }

  /// The same with a row a sequence.
  public func joined(pooled matrices: [Matrix], on tape: Tape) -> Matrix {
    joined(matrices, rows: rows.sequences.count, in: rows.sequenceSpace, on: tape)
  }

  private func joined(_ matrices: [Matrix], rows: Int, in space: RowSpace, on tape: Tape) -> Matrix {
    guard matrices.count > 1 else { return matrices[0] }
    var row = 0
    let blocks = matrices.map { matrix in
      defer { row += matrix.rows }
      return MatrixBlock(matrix, row: row)
    }
    return tape.assemble(rows: rows, columns: matrices[0].columns, in: space, blocks)
  }

  /// The same states for every task.
  public func output(_ states: Matrix, pooled: Matrix) -> [EncodedPart] {
    Array(
      repeating: EncodedPart(states: states, pooled: pooled, rows: rows), count: batch.parts.count)
  }
}
