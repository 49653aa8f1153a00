extension Reference {
  /// left [rows, depth] · right [depth, columns].
  package static func product(
    _ left: [Double], _ right: [Double], rows: Int, depth: Int, columns: Int
  ) -> [Double] {
    var output = Array(repeating: 0.0, count: rows * columns)
    for row in 0..<rows {
      for step in 0..<depth {
        let factor = left[row * depth + step]
        for column in 0..<columns {
          output[row * columns + column] += factor * right[step * columns + column]
        }
      }
    }
    return output
  }

  package static func transposed(_ matrix: [Double], rows: Int, columns: Int) -> [Double] {
    (0..<rows * columns).map { matrix[$0 % rows * columns + $0 / rows] }
  }

  /// activation(input [rows, inputs] · weightᵀ + bias), weight [outputs, inputs].
  package static func linear(
    _ input: [Double], weight: [Double], bias: [Double]?, activation: Activation, inputs: Int, outputs: Int
  ) -> [Double] {
    let rows = input.count / inputs
    let sums = product(
      input, transposed(weight, rows: outputs, columns: inputs), rows: rows, depth: inputs, columns: outputs)
    return sums.indices.map { activate(activation, sums[$0] + (bias?[$0 % outputs] ?? 0)) }
  }
}
