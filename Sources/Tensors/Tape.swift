import Kernels
import Randomness

/// Runs operations on one batch, and in training remembers them, so that `backward` can walk them in reverse.
///
/// Memory is taken from arenas that the next batch uses again: once the largest batch has been seen, a step allocates
/// nothing.
public final class Tape {
  public let device: Device
  public let parameters: ParameterStore
  /// Where backward adds the gradients of parameters. Nil on a tape that only predicts, or in training where nothing but the
  /// gradients of leaves is wanted: then the sums over rows that make a parameter's gradient are not computed.
  public var gradients: GradientBuffers?
  /// Whether operations are recorded and dropout applies.
  public private(set) var isTraining = false
  /// Where the time of operations is entered; nil, the default, to measure none.
  public var profile: StepProfile?

  private var arena = Arena()
  private var gradientArena = Arena()
  private var freeGradients: [Numbers] = []
  /// Of each matrix; what is free later may have room for more than the matrix.
  private var valueGradients: [Numbers?] = []
  private var rowRanges: [RowRange] = []
  private var rowSpaces: [Range<Int>] = []
  private var records: [any OperationRecord] = []
  private var dropoutSeed: UInt64 = 0
  private var dropoutCount: UInt64 = 0

  /// Where a contribution to a gradient goes.
  struct GradientTarget {
    let values: Numbers
    /// Whether to add to what is there or to write over it.
    let accumulates: Bool
  }

  /// - Parameter device: what operations run on, if not the parameters' own device; with the same kernels as that.
  public init(parameters: ParameterStore, gradients: GradientBuffers? = nil, device: Device? = nil) {
    self.parameters = parameters
    self.gradients = gradients
    self.device = device ?? parameters.device
  }

  /// Forgets the last batch. `dropoutSeed` decides every dropout mask of the next one: derive it from the run's seed
  /// and the step, and a resumed run draws the same masks.
  public func reset(training: Bool, dropoutSeed: UInt64 = 0) {
    precondition(
      !training || Precision.trainable.contains(device.precision),
      "what is rounded to integers has no gradient")
    isTraining = training
    arena.reset()
    gradientArena.reset()
    freeGradients.removeAll(keepingCapacity: true)
    valueGradients.removeAll(keepingCapacity: true)
    rowRanges.removeAll(keepingCapacity: true)
    rowSpaces.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    self.dropoutSeed = dropoutSeed
    dropoutCount = 0
  }

  /// Bytes that the tape holds for values and gradients of a step.
  public var memoryBytes: Int { (arena.capacity + gradientArena.capacity) * 4 }

  // MARK: Memory of a batch

  /// Registers which rows belong to which gradient slot. Ranges are in order and don't overlap.
  public func rowSpace(_ ranges: some Sequence<RowRange>) -> RowSpace {
    let first = rowRanges.count
    rowRanges.append(contentsOf: ranges)
    rowSpaces.append(first..<rowRanges.count)
    return RowSpace(index: Int32(rowSpaces.count - 1))
  }

  /// The ranges of a matrix's rows.
  func ranges(of matrix: Matrix) -> ArraySlice<RowRange> {
    let ranges = rowRanges[rowSpaces[Int(matrix.rowSpace.index)]]
    precondition(
      ranges.allSatisfy { 0 <= $0.first && $0.last <= matrix.rows }, "a row range ends beyond its matrix")
    return ranges
  }

  /// A matrix for an operation's output, uninitialised.
  func matrix(rows: Int, columns: Int, in space: RowSpace, needsGradient: Bool = true) -> Matrix {
    view(
      of: arena.allocate(rows * columns), rows: rows, columns: columns, in: space,
      needsGradient: needsGradient)
  }

  /// A matrix on values that stand in the batch's memory already.
  func view(
    of values: Numbers, rows: Int, columns: Int, in space: RowSpace, needsGradient: Bool
  ) -> Matrix {
    valueGradients.append(nil)
    return Matrix(
      values: values, rows: rows, columns: columns, rowSpace: space, index: Int32(valueGradients.count - 1),
      needsGradient: needsGradient && isTraining)
  }

  /// A matrix with these values that no operation has made: an input whose gradient can be asked for.
  package func leaf(_ values: [Float], rows: Int, columns: Int, in space: RowSpace) -> Matrix {
    precondition(values.count == rows * columns)
    let matrix = matrix(rows: rows, columns: columns, in: space)
    matrix.values.update(from: values)
    return matrix
  }

  /// A copy of the values of another tape's matrix, which nothing is learned from.
  package func constant(_ matrix: Matrix, in space: RowSpace) -> Matrix {
    let copy = self.matrix(rows: matrix.rows, columns: matrix.columns, in: space, needsGradient: false)
    copy.values.update(from: matrix.values)
    return copy
  }

  /// Uninitialised floats of this batch that are no matrix: what forward keeps for backward.
  func floats(_ count: Int) -> Numbers { arena.allocate(count) }

  /// A copy of whole numbers in the batch's memory.
  public func indices(_ values: some Collection<Int32>) -> Indices {
    Indices(values: copy(of: values))
  }

  /// A copy of numbers in the batch's memory.
  public func numbers(_ values: some Collection<Float>) -> Numbers { copy(of: values) }

  /// A copy of plain values in the batch's memory.
  func copy<Value: BitwiseCopyable>(of values: some Collection<Value>) -> Values<Value> {
    arena.copy(of: values)
  }

  /// When predicting, takes back the memory of everything that `body` computes but its result, which has as many rows and
  /// columns as `input`: a deep encoder then needs the memory of one layer. In training `body` runs as it is.
  public func recyclingMemory(like input: Matrix, _ body: () -> Matrix) -> Matrix {
    guard !isTraining else { return body() }
    let kept = matrix(rows: input.rows, columns: input.columns, in: input.rowSpace)
    let mark = arena.mark
    let result = body()
    precondition(result.count == kept.count, "the result has another size than was said")
    kept.values.update(from: result.values)
    arena.rewind(to: mark)
    return kept
  }

  // MARK: Recording

  /// Runs an operation and, in training, records it when its output needs a gradient.
  @discardableResult
  func perform<O: Operation>(_ operation: O) -> Matrix {
    timed("\(O.self) forward", operations: operation.products) { operation.forward(on: self) }
    if isTraining && operation.output.needsGradient {
      records.append(copy(of: CollectionOfOne(operation)))
    }
    return operation.output
  }

  /// A dropout stream of its own for each operation of the batch; none when predicting.
  func dropout(rate: Float) -> braid_dropout {
    guard isTraining && rate > 0 else { return braid_dropout(key: 0, rate: 0) }
    dropoutCount += 1
    return braid_dropout(
      key: SplitMix64.mix(dropoutSeed &+ dropoutCount &* 0x9e37_79b9_7f4a_7c15), rate: rate)
  }

  /// Draws the dropout masks of the batch once more from the first, for a second pass that drops what the first did.
  public func repeatDropout() { dropoutCount = 0 }

  /// A generator for choices that are made a sequence at a time, from the same seed as the dropout masks.
  package func generator() -> SplitMix64 {
    dropoutCount += 1
    return SplitMix64(seed: dropoutSeed, stream: dropoutCount)
  }

  // MARK: Backward

  /// Walks the record in reverse from scalar losses, each with the factor that its gradient starts with.
  public func backward(from losses: [(loss: Matrix, weight: Float)]) {
    for (loss, weight) in losses where loss.needsGradient {
      let target = gradientToAdd(to: loss)
      target.values[0] = (target.accumulates ? target.values[0] : 0) + weight
    }
    for record in records.reversed() { record.runBackward(on: self) }
  }

  /// Adds to the gradient of a matrix from outside, before `backward` walks the record.
  package func addGradient(_ values: [Float], to matrix: Matrix) {
    guard let target = gradientToSum(for: matrix) else { return }
    for index in 0..<matrix.count { target[index] += values[index] }
  }

  /// Whether the output of an operation received a gradient from what came after it.
  func hasGradient(_ matrix: Matrix) -> Bool { valueGradients[Int(matrix.index)] != nil }

  /// The gradient that later operations have left for `matrix`.
  package func gradient(of matrix: Matrix) -> Numbers {
    guard let block = valueGradients[Int(matrix.index)] else {
      preconditionFailure("no gradient has reached this matrix")
    }
    return block.part(0..<matrix.count)
  }

  /// Where to put a contribution to the gradient of `matrix`.
  func gradientToAdd(to matrix: Matrix) -> GradientTarget {
    let index = Int(matrix.index)
    let found = valueGradients[index]
    let block = found ?? takeGradientBlock(matrix.count)
    valueGradients[index] = block
    return GradientTarget(values: block.part(0..<matrix.count), accumulates: found != nil)
  }

  /// The gradient memory of an input that gets contributions row by row: cleared when nothing has been added yet; nil when
  /// the input wants no gradient.
  func gradientToSum(for matrix: Matrix) -> Numbers? {
    guard matrix.needsGradient else { return nil }
    let target = gradientToAdd(to: matrix)
    if !target.accumulates { target.values.update(repeating: 0) }
    return target.values
  }

  /// So many floats, and perhaps more, for use inside one operation's `forward` or `backward`; give them back with `release`.
  func scratch(_ count: Int) -> Numbers { takeGradientBlock(count) }

  func release(_ scratch: Numbers) { freeGradients.append(scratch) }

  /// An output's gradient is done with once its operation has run backward: its memory serves the next one while
  /// it is still in cache.
  fileprivate func releaseGradient(of matrix: Matrix) {
    let index = Int(matrix.index)
    guard let block = valueGradients[index] else { return }
    freeGradients.append(block)
  }

  /// The smallest free block that holds `count` floats, or new memory.
  private func takeGradientBlock(_ count: Int) -> Numbers {
    var best = -1
    for (index, block) in freeGradients.enumerated() where block.count >= count {
      if best < 0 || block.count < freeGradients[best].count { best = index }
    }
    if best >= 0 && freeGradients[best].count <= 2 * count + 4096 {
      let block = freeGradients[best]
      freeGradients.swapAt(best, freeGradients.count - 1)
      freeGradients.removeLast()
      return block
    }
    return gradientArena.allocate((count + 1023) & ~1023)
  }
}

/// An operation that has been recorded.
private protocol OperationRecord {
  func runBackward(on tape: Tape)
}

/// The operation is a copy in the tape's memory.
extension Values: OperationRecord where Element: Operation {
  fileprivate func runBackward(on tape: Tape) {
    let operation = self[0]
    guard tape.hasGradient(operation.output) else { return }
    tape.timed("\(Element.self) backward") { operation.backward(on: tape) }
    tape.releaseGradient(of: operation.output)
  }
}
