#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One step of a gated recurrent unit (Cho et al. 2014, in the form of cuDNN and PyTorch), given the two linear maps
/// of the input and of the state, each holding the reset, update and new gates side by side [rows, 3 · hidden]:
///
///     r = σ(a_r + b_r), z = σ(a_z + b_z), n = tanh(a_n + r ∘ b_n), state' = (1 − z) ∘ n + z ∘ state
struct GatedRecurrentUnit: Operation {
  let fromInput: Matrix
  let fromState: Matrix
  let state: Matrix
  /// r, z and n side by side: kept for backward.
  let gates: Numbers
  let output: Matrix

  func forward(on tape: Tape) {
    let size = state.columns
    for row in 0..<state.rows {
      let a = fromInput.row(row)
      let b = fromState.row(row)
      let gate = gates.part(from: row * 3 * size, count: 3 * size)
      let old = state.row(row)
      let new = output.row(row)
      for i in 0..<size {
        let r = 1 / (1 + exp(-(a[i] + b[i])))
        let z = 1 / (1 + exp(-(a[size + i] + b[size + i])))
        let n = tanh(a[2 * size + i] + r * b[2 * size + i])
        gate[i] = r
        gate[size + i] = z
        gate[2 * size + i] = n
        new[i] = (1 - z) * n + z * old[i]
      }
    }
  }

  func backward(on tape: Tape) {
    let size = state.columns
    let gradient = tape.gradient(of: output)
    let inputTarget = tape.gradientToSum(for: fromInput)
    let stateMapTarget = tape.gradientToSum(for: fromState)
    let stateTarget = tape.gradientToSum(for: state)
    for row in 0..<state.rows {
      let gate = gates.part(from: row * 3 * size, count: 3 * size)
      let b = fromState.row(row)
      for i in 0..<size {
        let d = gradient[row * size + i]
        let r = gate[i]
        let z = gate[size + i]
        let n = gate[2 * size + i]
        let newSlope = d * (1 - z) * (1 - n * n)
        let updateSlope = d * (state.values[row * size + i] - n) * z * (1 - z)
        let resetSlope = newSlope * b[2 * size + i] * r * (1 - r)
        if let target = inputTarget?.part(from: row * 3 * size, count: 3 * size) {
          target[i] += resetSlope
          target[size + i] += updateSlope
          target[2 * size + i] += newSlope
        }
        if let target = stateMapTarget?.part(from: row * 3 * size, count: 3 * size) {
          target[i] += resetSlope
          target[size + i] += updateSlope
          target[2 * size + i] += newSlope * r
        }
        stateTarget?[row * size + i] += d * z
      }
    }
  }
}

extension Tape {
  /// The next state of a gated recurrent unit from the linear maps of its input and of its state, each
  /// [rows, 3 · hidden], and the state [rows, hidden].
  public func gatedRecurrentUnit(fromInput: Matrix, fromState: Matrix, state: Matrix) -> Matrix {
    precondition(
      fromInput.columns == 3 * state.columns && fromState.columns == 3 * state.columns
        && fromInput.rows == state.rows && fromState.rows == state.rows)
    let output = matrix(
      rows: state.rows, columns: state.columns, in: state.rowSpace,
      needsGradient: fromInput.needsGradient || fromState.needsGradient || state.needsGradient)
    return perform(
      GatedRecurrentUnit(
        fromInput: fromInput, fromState: fromState, state: state, gates: floats(state.count * 3),
        output: output)
    )
  }
}
