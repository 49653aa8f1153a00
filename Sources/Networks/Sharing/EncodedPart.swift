import Tensors

/// What the encoder makes of the part of a batch that belongs to one task.
public struct EncodedPart {
  /// The last layer's state of each token, [tokens, hidden]: of the part, or of the whole batch.
  public let states: Matrix
  /// The pooled state of each sequence's first token, [sequences, hidden], likewise.
  public let pooled: Matrix
  /// The token and the sequence of the batch that the first rows are of.
  let firstToken: Int
  let firstSequence: Int
  /// What is added to what the head reads.
  public var further: [FurtherInput] = []

  /// - Parameter rows: what the matrices hold the states of.
  public init(states: Matrix, pooled: Matrix, rows: PackedRows) {
    self.states = states
    self.pooled = pooled
    firstToken = rows.tokens.lowerBound
    firstSequence = rows.sequences.lowerBound
  }
}

/// The output of another task's head for the same rows. No gradient goes back through it.
public struct FurtherInput {
  let task: Int
  /// What that head reads.
  let part: EncodedPart
  /// From class probabilities, or a score, to what is added to the states.
  let map: LinearParameters

  public init(ofTask task: Int, reading part: EncodedPart, map: LinearParameters) {
    self.task = task
    self.part = part
    self.map = map
  }
}
