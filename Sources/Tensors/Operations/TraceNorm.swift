import LinearAlgebra

/// output = factor · Σ (Gᐟ²)ₜₜ over the weights of copies of the same parameters, with the rows of X the copies of one weight
/// and G = X Xᵀ; biases, LayerNorms and what is frozen are left out
///
/// The sum over t is factor · Σ ‖X‖∗, the sum of X's singular values, of which the gradient with respect to row t is
/// Σⱼ (G⁻ᐟ²)ₜⱼ xⱼ. Where X has fewer ranks than rows G⁻ᐟ² is of the space that it spans, and this the shortest subgradient.
struct TraceNorm: Operation {
  let copies: Values<ParameterStretch>
  /// The number of the copy whose share this is.
  let copy: Int
  let factor: Float
  /// (G⁻ᐟ²)ₜⱼ of each weight: kept for backward.
  let slopes: Values<Double>
  let output: Matrix

  /// Singular values below this share of the greatest are rounding, of numbers with 24 binary digits.
  private static let leastShare = 1e-6

  func forward(on tape: Tape) {
    var total = 0.0
    var place = 0
    forEachWeight(on: tape) { weight in
      let decomposition = EigenDecomposition(gramian(of: weight, in: tape.parameters.memory.floats))
      let least = (decomposition.values.first ?? 0) * Self.leastShare * Self.leastShare
      let slopes = slopes.part(from: place, count: copies.count)
      slopes.update(repeating: 0)
      for (value, direction) in zip(decomposition.values, decomposition.vectors) where value > least {
        let root = value.squareRoot()
        total += root * direction[copy] * direction[copy]
        for index in 0..<copies.count { slopes[index] += direction[copy] * direction[index] / root }
      }
      place += copies.count
    }
    output.values[0] = Float(Double(factor) * total)
  }

  func backward(on tape: Tape) {
    guard let gradients = tape.gradients, let range = tape.ranges(of: output).first else { return }
    let values = tape.parameters.memory.floats
    let scale = Double(factor * tape.gradient(of: output)[0])
    let target = gradients.slots[range.slot].floats.part(from: copies[copy].first, count: copies[copy].count)
    var place = 0
    forEachWeight(on: tape) { weight in
      let slopes = slopes.part(from: place, count: copies.count)
      // In double precision: copies that are nearly alike all but cancel out.
      for index in weight {
        var sum = 0.0
        for (other, slope) in zip(copies, slopes) { sum += slope * Double(values[other.first + index]) }
        target[index] += Float(scale * sum)
      }
      place += copies.count
    }
  }

  /// The inner products of the copies of one weight.
  private func gramian(of weight: Range<Int>, in values: Numbers) -> SymmetricMatrix {
    var gramian = SymmetricMatrix(count: copies.count)
    // Stretch by stretch, so that all copies of one are in cache.
    for start in stride(from: weight.lowerBound, to: weight.upperBound, by: 4096) {
      let length = min(4096, weight.upperBound - start)
      for row in 0..<copies.count {
        for column in 0...row {
          gramian[row, column] += exactDotProduct(
            values.part(from: copies[row].first + start, count: length),
            values.part(from: copies[column].first + start, count: length))
        }
      }
    }
    return gramian
  }

  /// Ranges within the copy.
  private func forEachWeight(on tape: Tape, _ body: (Range<Int>) -> Void) {
    let store = tape.parameters
    let own = copies[copy]
    for (index, entry) in store.layout.entries.enumerated()
    where entry.decays && store.isTrainable[index] && own.contains(entry.offset) {
      body(entry.offset - own.first..<entry.offset - own.first + entry.count)
    }
  }
}

/// Σ aᵢ bᵢ in double precision, eight partial sums side by side.
private func exactDotProduct(_ a: Numbers, _ b: Numbers) -> Double {
  var sums = SIMD8<Double>.zero
  var index = 0
  while index + 8 <= a.count {
    for lane in 0..<8 { sums[lane] += Double(a[index + lane]) * Double(b[index + lane]) }
    index += 8
  }
  var total = sums.sum()
  while index < a.count {
    total += Double(a[index]) * Double(b[index])
    index += 1
  }
  return total
}

extension Tape {
  /// The share of one of several copies of the same parameters in factor · Σ ‖X‖∗, [1, 1]: the sum of the singular values of
  /// each weight's copies, laid out as the rows of a matrix, so that copies tend to be combinations of few (Yang & Hospedales
  /// 2017, with the last axis flattened).
  ///
  /// Its gradient holds for the sum of this over all copies. There are no embedding tables among them: their rows move when
  /// they are read.
  public func traceNorm(_ copies: [ParameterStretch], copy: Int, factor: Float, slot: Int) -> Matrix {
    checkCopies(copies, copy)
    let entries = parameters.layout.entries.count { copies[copy].contains($0.offset) }
    let slopes = [Double](repeating: 0, count: entries * copies.count)
    let output = matrix(rows: 1, columns: 1, in: rowSpace([RowRange(0..<1, slot: slot)]))
    return perform(
      TraceNorm(
        copies: self.copy(of: copies), copy: copy, factor: factor, slopes: self.copy(of: slopes),
        output: output))
  }
}
