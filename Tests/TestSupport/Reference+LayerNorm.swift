extension Reference {
  /// LayerNorm of each row of `sum`, times weight, plus bias.
  package static func layerNorm(
    _ sum: [Double], weight: [Double], bias: [Double], epsilon: Double
  ) -> [Double] {
    let columns = weight.count
    var output = sum
    for row in 0..<sum.count / columns {
      let values = sum[row * columns..<(row + 1) * columns]
      let mean = values.reduce(0, +) / Double(columns)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
      for column in 0..<columns {
        let normalised = (sum[row * columns + column] - mean) / (variance + epsilon).squareRoot()
        output[row * columns + column] = normalised * weight[column] + bias[column]
      }
    }
    return output
  }
}
