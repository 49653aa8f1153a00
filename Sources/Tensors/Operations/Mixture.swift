/// output[row] = Σᵢ weights[row, i] · inputs[i][row]
struct Mixture: Operation {
  let inputs: Values<Matrix>
  /// [rows, inputs]
  let weights: Matrix
  let output: Matrix

  func forward(on tape: Tape) {
    output.values.update(repeating: 0)
    for row in 0..<output.rows {
      for index in 0..<inputs.count {
        addScaled(
          inputs[index].row(row), by: weights.values[row * inputs.count + index], to: output.row(row))
      }
    }
  }

  func backward(on tape: Tape) {
    let columns = output.columns
    let gradient = tape.gradient(of: output)
    let weightTarget = tape.gradientToSum(for: weights)
    for index in 0..<inputs.count {
      // What no row has taken gets no gradient, and what has made it then does not run backward.
      let isTaken = (0..<output.rows).contains { weights.values[$0 * inputs.count + index] != 0 }
      let inputTarget = isTaken ? tape.gradientToSum(for: inputs[index]) : nil
      for row in 0..<output.rows {
        let slope = gradient.part(from: row * columns, count: columns)
        let place = row * inputs.count + index
        if let inputTarget, weights.values[place] != 0 {
          addScaled(
            slope, by: weights.values[place], to: inputTarget.part(from: row * columns, count: columns))
        }
        weightTarget?[place] += dotProduct(slope, inputs[index].row(row))
      }
    }
  }
}

extension Tape {
  /// The weighted sum of matrices of one size, each row with weights of its own.
  ///
  /// - Parameter weights: [rows, number of matrices].
  public func mixture(_ inputs: [Matrix], weights: Matrix) -> Matrix {
    precondition(weights.columns == inputs.count && !inputs.isEmpty, "one weight a row and matrix")
    for input in inputs {
      precondition(
        input.rows == weights.rows && input.columns == inputs[0].columns, "matrices of one size are mixed")
    }
    let output = matrix(
      rows: weights.rows, columns: inputs[0].columns, in: weights.rowSpace,
      needsGradient: weights.needsGradient || inputs.contains(where: \.needsGradient))
    return perform(Mixture(inputs: copy(of: inputs), weights: weights, output: output))
  }
}
