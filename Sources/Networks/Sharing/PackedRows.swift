import Tasks
import Tensors

/// Neighbouring rows of a packed batch: all of them, or those of one task.
public struct PackedRows {
  /// Of the batch.
  public let tokens: Range<Int>
  /// Of the batch.
  public let sequences: Range<Int>
  /// The first token of each sequence, and the end of the last, counted from the first of these tokens.
  public let starts: Indices
  /// How matrices with a row a token are divided among tasks.
  public let tokenSpace: RowSpace
  /// How matrices with a row a sequence are.
  public let sequenceSpace: RowSpace

  /// Some of the rows of a matrix that has a row for each of these tokens.
  public func slice(_ states: Matrix, _ part: PackedRows, on tape: Tape) -> Matrix {
    let first = part.tokens.lowerBound - tokens.lowerBound
    return tape.rows(first..<first + part.tokens.count, of: states, in: part.tokenSpace)
  }

  /// Some of the rows of a matrix that has a row for each of these sequences.
  public func slice(pooled: Matrix, _ part: PackedRows, on tape: Tape) -> Matrix {
    let first = part.sequences.lowerBound - sequences.lowerBound
    return tape.rows(first..<first + part.sequences.count, of: pooled, in: part.sequenceSpace)
  }
}

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
    _ batch: PackedBatch, slot: (_ task: Int) -> Int, on tape: Tape,
    embed: (_ rows: PackedRows) -> Matrix
  ) {
    self.batch = batch
    slots = batch.parts.map { slot($0.task) }
    rows = PackedRows(
      tokens: 0..<batch.rowCount, sequences: 0..<batch.sequenceCount,
      starts: tape.indices(batch.sequenceStarts),
      tokenSpace: tape.rowSpace(merging: batch.parts.map { RowRange($0.rows, slot: slot($0.task)) }),
      sequenceSpace: tape.rowSpace(merging: batch.parts.map { RowRange($0.sequences, slot: slot($0.task)) }))
    states = embed(rows)
  }

  /// The task of each part of the batch, in order.
  public var tasks: [Int] { batch.parts.map(\.task) }

  /// The parts of the batch, in order. Together they are all its rows.
  public func parts(on tape: Tape) -> [Part] {
    zip(batch.parts, slots).map { part, slot in
      let starts = batch.sequenceStarts[part.sequences.lowerBound...part.sequences.upperBound]
      return Part(
        task: part.task,
        rows: PackedRows(
          tokens: part.rows, sequences: part.sequences,
          starts: tape.indices(starts.lazy.map { $0 - Int32(part.rows.lowerBound) }),
          tokenSpace: tape.rowSpace([RowRange(0..<part.rows.count, slot: slot)]),
          sequenceSpace: tape.rowSpace([RowRange(0..<part.sequences.count, slot: slot)])))
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
      repeating: EncodedPart(states: states, pooled: pooled, firstToken: 0, firstSequence: 0),
      count: batch.parts.count)
  }
}

/// What the encoder makes of the part of a batch that belongs to one task.
public struct EncodedPart {
  /// The last layer's state of each token, [tokens, hidden]: of the part, or of the whole batch.
  public let states: Matrix
  /// The pooled state of each sequence's first token, [sequences, hidden], likewise.
  public let pooled: Matrix
  /// The token of the batch that the first row of `states` is of.
  let firstToken: Int
  let firstSequence: Int
  /// Of the same rows, what the head of the task reads whose output this one takes: one or none.
  var lower: [EncodedPart] = []

  init(states: Matrix, pooled: Matrix, firstToken: Int, firstSequence: Int) {
    self.states = states
    self.pooled = pooled
    self.firstToken = firstToken
    self.firstSequence = firstSequence
  }

  /// - Parameter rows: what the matrices hold the states of.
  public init(states: Matrix, pooled: Matrix, rows: PackedRows) {
    self.init(
      states: states, pooled: pooled, firstToken: rows.tokens.lowerBound,
      firstSequence: rows.sequences.lowerBound)
  }
}

extension Tape {
  /// A row space in which neighbouring ranges of one slot are one range.
  fileprivate func rowSpace(merging ranges: [RowRange]) -> RowSpace {
    var merged: [RowRange] = []
    for range in ranges {
      if let last = merged.last, last.slot == range.slot, last.last == range.first {
        merged[merged.count - 1] = RowRange(last.first..<range.last, slot: range.slot)
      } else {
        merged.append(range)
      }
    }
    return rowSpace(merged)
  }
}
