/// output[row] = Σᵢ weights[row, i] · inputs[i][row]
struct Mixture: Operation {
  let inputs: MatrixList
  /// [rows, inputs]
  let weights: Matrix
  let output: Matrix

  func forward(on tape: Tape) {
    let columns = output.columns
    output.values.update(repeating: 0, count: output.count)
    for row in 0..<output.rows {
      for index in 0..<inputs.count {
        addScaled(
          inputs[index].values + row * columns, by: weights.values[row * inputs.count + index],
          to: output.values + row * columns, count: columns)
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
        let slope = gradient + row * columns
        let place = row * inputs.count + index
        if let inputTarget, weights.values[place] != 0 {
          addScaled(slope, by: weights.values[place], to: inputTarget + row * columns, count: columns)
        }
        weightTarget?[place] += dotProduct(slope, inputs[index].values + row * columns, count: columns)
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
    return perform(Mixture(inputs: list(inputs), weights: weights, output: output))
  }
}
