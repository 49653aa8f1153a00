/// The three products of a linear layer, for the operations that have such layers.
extension LinearParameters {
  /// outputs[rows, outputs] = activation(input · Wᵀ + b), of an input [rows, inputs].
  ///
  /// - Parameter beforeActivation: gets what the activation is applied to.
  func outputs(
    of input: Numbers, rows: Int, activation: Activation = .none, beforeActivation: Numbers? = nil,
    into outputs: Numbers, on tape: Tape
  ) {
    let right = tape.parameters.forwardSide(of: self)
    timeProduct("forward", rows: rows, on: tape) {
      tape.device.product(
        input, right, rows: rows, depth: inputs, columns: self.outputs, into: outputs,
        bias: bias.rows > 0 ? tape.parameters.numbers(of: bias) : nil, activation: activation,
        beforeActivation: beforeActivation)
    }
  }

  /// gradients[rows, inputs] = gradient · W, of the outputs' gradient.
  ///
  /// - Parameters:
  ///   - slopesAt: what `activation` was applied to where the inputs are its results: the gradients are of these numbers then.
  ///   - accumulates: adds to what is there.
  func inputGradients(
    of gradient: Numbers, rows: Int, activation: Activation = .none, slopesAt: Numbers? = nil,
    into gradients: Numbers, accumulates: Bool = false, on tape: Tape
  ) {
    let right = tape.parameters.backwardSide(of: self)
    timeProduct("input gradient", rows: rows, on: tape) {
      tape.device.product(
        gradient, right, rows: rows, depth: outputs, columns: inputs, into: gradients,
        accumulates: accumulates, activation: activation, slopesAt: slopesAt)
    }
  }

  /// Adds gradientᵀ · input to the gradient of the weight, and the sums of the gradient's columns to that of the bias: of each
  /// range of a matrix's rows to its slot.
  func addGradients(of gradient: Numbers, input: Numbers, in matrix: Matrix, on tape: Tape) {
    guard let gradients = tape.gradients else { return }
    tape.timed("Linear bias gradient") {
      tape.parameters.forEachTrainedStretch(of: bias, outputs: outputs) { stretch in
        for range in tape.ranges(of: matrix) {
          tape.device.addColumnSums(
            gradient, width: outputs, columns: stretch, rows: range,
            to: gradients.gradient(of: bias, slot: range.slot).part(stretch))
        }
      }
    }
    timeProduct("weight gradient", rows: matrix.rows, on: tape) {
      tape.parameters.forEachTrainedStretch(of: weight, outputs: outputs) { stretch in
        for range in tape.ranges(of: matrix) {
          tape.device.addTransposedProduct(
            gradient, leftWidth: outputs, columns: stretch, input, rightWidth: inputs, rows: range,
            precision: tape.parameters.precision(of: self),
            to: gradients.gradient(of: weight, slot: range.slot)
              .part(from: stretch.lowerBound * inputs, count: stretch.count * inputs))
        }
      }
    }
  }

  /// The products of a layer are told apart in a profile, by the layer's size.
  private func timeProduct(_ form: String, rows: Int, on tape: Tape, _ product: () -> Void) {
    tape.timed(
      "Linear \(inputs) × \(outputs) \(form)",
      operations: 2 * Double(rows) * Double(inputs) * Double(outputs), product)
  }
}
