/// A matrix that is put, or added, into a larger one.
public struct MatrixBlock: BitwiseCopyable {
  let matrix: Matrix
  let row: Int
  let column: Int
  let factor: Float

  /// - Parameters:
  ///   - row: where the matrix's first row goes.
  ///   - column: where its first column goes.
  ///   - factor: of its values.
  public init(_ matrix: Matrix, row: Int = 0, column: Int = 0, factor: Float = 1) {
    self.matrix = matrix
    self.row = row
    self.column = column
    self.factor = factor
  }
}

/// output = Σ of blocks, each times its factor and at its place; zero where there is none
struct Assembly: Operation {
  let blocks: Values<MatrixBlock>
  let output: Matrix

  func forward(on tape: Tape) {
    var rest = blocks[...]
    // Most often something is added to a whole.
    if let first = rest.first, isWhole(first) {
      output.values.update(from: first.matrix.values)
      rest.removeFirst()
    } else {
      output.values.update(repeating: 0)
    }
    for block in rest {
      forEachStretch(of: block) { place, outer, count in
        addScaled(
          block.matrix.values.part(from: place, count: count), by: block.factor,
          to: output.values.part(from: outer, count: count))
      }
    }
  }

  func backward(on tape: Tape) {
    let gradient = tape.gradient(of: output)
    for block in blocks {
      guard let target = tape.gradientToSum(for: block.matrix) else { continue }
      forEachStretch(of: block) { place, outer, count in
        addScaled(
          gradient.part(from: outer, count: count), by: block.factor,
          to: target.part(from: place, count: count))
      }
    }
  }

  private func isWhole(_ block: MatrixBlock) -> Bool {
    block.matrix.count == output.count && block.matrix.columns == output.columns && block.factor == 1
  }

  /// Calls `body` with stretches of floats that follow each other in the block and in the output.
  private func forEachStretch(
    of block: MatrixBlock, _ body: (_ place: Int, _ outer: Int, _ count: Int) -> Void
  ) {
    let columns = block.matrix.columns
    guard columns < output.columns else {
      return body(0, block.row * columns, block.matrix.count)
    }
    for row in 0..<block.matrix.rows {
      body(row * columns, (block.row + row) * output.columns + block.column, columns)
    }
  }
}

extension Tape {
  /// A [rows, columns] matrix that blocks add up to: sums, and rows or columns put side by side.
  public func assemble(rows: Int, columns: Int, in space: RowSpace, _ blocks: [MatrixBlock]) -> Matrix {
    for block in blocks {
      precondition(
        block.row >= 0 && block.row + block.matrix.rows <= rows && block.column >= 0
          && block.column + block.matrix.columns <= columns, "a block ends beyond the matrix it goes into")
    }
    let output = matrix(
      rows: rows, columns: columns, in: space, needsGradient: blocks.contains { $0.matrix.needsGradient })
    return perform(Assembly(blocks: copy(of: blocks), output: output))
  }

  /// The sum of matrices of one size.
  public func sum(_ matrices: [Matrix]) -> Matrix {
    assemble(
      rows: matrices[0].rows, columns: matrices[0].columns, in: matrices[0].rowSpace,
      matrices.map { MatrixBlock($0) })
  }
}
