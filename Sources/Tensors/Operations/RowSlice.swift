/// output = rows first ..< first + output.rows of input, in place: no value is copied
struct RowSlice: Operation {
  let input: Matrix
  let first: Int
  let output: Matrix

  func forward(on tape: Tape) {}

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: input) else { return }
    addScaled(
      tape.gradient(of: output), by: 1, to: target.part(from: first * input.columns, count: output.count))
  }
}

extension Tape {
  /// The same values, through which no gradient goes back.
  public func detached(_ input: Matrix) -> Matrix {
    view(
      of: input.values, rows: input.rows, columns: input.columns, in: input.rowSpace, needsGradient: false)
  }

  /// Neighbouring rows of a matrix, which are not copied.
  public func rows(_ range: Range<Int>, of input: Matrix, in space: RowSpace) -> Matrix {
    precondition(0 <= range.lowerBound && range.upperBound <= input.rows, "a slice ends beyond its matrix")
    let output = view(
      of: input.values(ofRows: range), rows: range.count, columns: input.columns, in: space,
      needsGradient: input.needsGradient)
    return perform(RowSlice(input: input, first: range.lowerBound, output: output))
  }
}
