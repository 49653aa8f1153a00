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

  /// All rows of a batch.
  ///
  /// - Parameter slot: the gradient buffer of each task.
  init(_ batch: PackedBatch, slot: (_ task: Int) -> Int, on tape: Tape) {
    tokens = 0..<batch.rowCount
    sequences = 0..<batch.sequenceCount
    starts = tape.indices(batch.sequenceStarts)
    tokenSpace = tape.rowSpace(merging: batch.parts.map { RowRange($0.rows, slot: slot($0.task)) })
    sequenceSpace = tape.rowSpace(merging: batch.parts.map { RowRange($0.sequences, slot: slot($0.task)) })
  }

  /// The rows of one part of a batch.
  init(_ part: PackedBatch.Part, of batch: PackedBatch, slot: Int, on tape: Tape) {
    tokens = part.rows
    sequences = part.sequences
    let starts = batch.sequenceStarts[part.sequences.lowerBound...part.sequences.upperBound]
    self.starts = tape.indices(starts.lazy.map { $0 - Int32(part.rows.lowerBound) })
    tokenSpace = tape.rowSpace([RowRange(0..<part.rows.count, slot: slot)])
    sequenceSpace = tape.rowSpace([RowRange(0..<part.sequences.count, slot: slot)])
  }

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
