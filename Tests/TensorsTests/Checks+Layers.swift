import Tensors
import TestSupport

extension Reference.Activation {
  var operation: Activation {
    switch self {
    case .none: .none
    case .gelu: .gelu
    case .geluTanh: .geluTanh
    case .relu: .relu
    case .tanh: .tanh
    }
  }
}

extension Check {
  /// Layers with parameters, dropout and attention.
  static var layers: [Check] {
    var checks: [Check] = []
    for activation in Reference.Activation.allCases {
      for bias in [true, false] {
        checks += [linear(activation, bias: bias), feedForward(activation, bias: bias)]
      }
    }
    checks.append(fusedLinear)
    checks += [layerNorm(residual: false), layerNorm(residual: true), layerNormOfDropout, layerNormOfSelf]
    checks += (1...3).map(embedding)
    checks += [attention(size: 8, heads: 2), attention(size: 5, heads: 3), attentionWithDropout]
    checks += [dropout, sharedInput]
    return checks
  }

  private static func linear(_ activation: Reference.Activation, bias: Bool) -> Check {
    let scope = ParameterScope()
    let layer = scope.scope("layer").linear("dense", inputs: 9, outputs: 19, deviation: 1, bias: bias)
    return Check(
      name: "linear, \(activation)\(bias ? "" : ", no bias")", inputs: [Shape(17, 9)], layout: scope.layout,
      forward: { tape, inputs, _ in tape.linear(inputs[0], layer, activation: activation.operation) },
      reference: { values in
        Reference.linear(
          values[0], weight: values["layer.dense.weight"], bias: bias ? values["layer.dense.bias"] : nil,
          activation: activation, inputs: 9, outputs: 19)
      })
  }

  private static func feedForward(_ activation: Reference.Activation, bias: Bool) -> Check {
    let scope = ParameterScope()
    let inner = scope.linear("inner", inputs: 9, outputs: 35, deviation: 0.5, bias: bias)
    let outer = scope.linear("outer", inputs: 35, outputs: 7, deviation: 0.5, bias: bias)
    return Check(
      name: "feed-forward block, \(activation)\(bias ? "" : ", no bias")", inputs: [Shape(17, 9)],
      layout: scope.layout,
      forward: { tape, inputs, _ in
        tape.feedForward(inputs[0], inner, activation: activation.operation, outer)
      },
      reference: { values in
        let hidden = Reference.linear(
          values[0], weight: values["inner.weight"], bias: bias ? values["inner.bias"] : nil,
          activation: activation, inputs: 9, outputs: 35)
        return Reference.linear(
          hidden, weight: values["outer.weight"], bias: bias ? values["outer.bias"] : nil,
          activation: .none, inputs: 35, outputs: 7)
      })
  }

  private static var fusedLinear: Check {
    let scope = ParameterScope()
    let names = ["query", "key", "value"]
    let layer = scope.linear(names, inputs: 6, outputs: 5, deviation: 1)
    return Check(
      name: "three linear layers as one", inputs: [Shape(11, 6)], layout: scope.layout,
      forward: { tape, inputs, _ in tape.linear(inputs[0], layer) },
      reference: { values in
        let parts = names.map {
          Reference.linear(
            values[0], weight: values["\($0).weight"], bias: values["\($0).bias"], activation: .none,
            inputs: 6, outputs: 5)
        }
        return (0..<11).flatMap { row in parts.flatMap { $0[row * 5..<(row + 1) * 5] } }
      })
  }

  private static func layerNorm(residual: Bool) -> Check {
    let scope = ParameterScope()
    let norm = scope.layerNorm("norm", columns: 21, epsilon: 1e-5)
    return Check(
      name: "LayerNorm\(residual ? " with residual" : "")",
      inputs: Array(repeating: Shape(40, 21), count: residual ? 2 : 1), layout: scope.layout,
      forward: { tape, inputs, _ in tape.layerNorm(inputs[0], residual: residual ? inputs[1] : nil, norm) },
      reference: { values in
        Reference.layerNorm(
          values[0].indices.map { values[0][$0] + (residual ? values[1][$0] : 0) },
          weight: values["norm.weight"], bias: values["norm.bias"], epsilon: 1e-5)
      })
  }

  private static func mask(_ rate: Float, _ shape: Shape) -> @Sendable (Tape, RowSpace) -> [Float] {
    { tape, space in
      let ones = tape.leaf(
        Array(repeating: 1, count: shape.count), rows: shape.rows, columns: shape.columns, in: space)
      return tape.dropout(ones, rate: rate).array
    }
  }

  private static var layerNormOfDropout: Check {
    let scope = ParameterScope()
    let norm = scope.layerNorm("norm", columns: 33, epsilon: 1e-5)
    return Check(
      name: "LayerNorm of residual and dropout", inputs: [Shape(9, 33), Shape(9, 33)], layout: scope.layout,
      forward: { tape, inputs, _ in tape.layerNorm(inputs[0], residual: inputs[1], norm, dropout: 0.3) },
      masks: mask(0.3, Shape(9, 33)),
      reference: { values in
        Reference.layerNorm(
          values[0].indices.map { values[0][$0] * values.masks[$0] + values[1][$0] },
          weight: values["norm.weight"], bias: values["norm.bias"], epsilon: 1e-5)
      })
  }

  private static var layerNormOfSelf: Check {
    let scope = ParameterScope()
    let norm = scope.layerNorm("norm", columns: 12, epsilon: 1e-5)
    return Check(
      name: "LayerNorm whose residual is its input", inputs: [Shape(7, 12)], layout: scope.layout,
      forward: { tape, inputs, _ in tape.layerNorm(inputs[0], residual: inputs[0], norm, dropout: 0.4) },
      masks: mask(0.4, Shape(7, 12)),
      reference: { values in
        Reference.layerNorm(
          values[0].indices.map { values[0][$0] * (1 + values.masks[$0]) },
          weight: values["norm.weight"], bias: values["norm.bias"], epsilon: 1e-5)
      })
  }

  private static func embedding(tables count: Int) -> Check {
    let scope = ParameterScope()
    let heights = [7, 5, 2]
    let tables = (0..<count).map {
      scope.matrix("table\($0)", rows: heights[$0], columns: 18, initializer: .zeros)
    }
    let ids: [[Int32]] = [
      [3, 3, 0, 6, 3, 1, 0, 5, 6, 2, 3], [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0],
      [0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0],
    ]
    return Check(
      name: "embedding of \(count) tables", inputs: [], layout: scope.layout, rows: 11,
      forward: { tape, _, space in
        tape.embedding((0..<count).map { (tables[$0], tape.indices(ids[$0])) }, in: space)
      },
      reference: { values in
        var output = Array(repeating: 0.0, count: 11 * 18)
        for table in 0..<count {
          let picked = OperationReference.gather(
            values["table\(table)"], rows: ids[table].map(Int.init), columns: 18)
          for index in output.indices { output[index] += picked[index] }
        }
        return output
      })
  }

  private static func attention(size: Int, heads: Int) -> Check {
    let starts = [0, 1, 6, 6, 23]
    return Check(
      name: "attention, \(heads) heads of \(size)", inputs: [Shape(23, 3 * heads * size)],
      forward: { tape, inputs, _ in
        tape.attention(inputs[0], starts: tape.indices(starts.map(Int32.init)), heads: heads, dropout: 0)
      },
      reference: { values in
        Reference.Attention(starts: starts, heads: heads, size: size).forward(values[0])
      })
  }

  /// The factors come from values that are the identity: with queries and keys of zero, output [row, key] is factor over
  /// length.
  private static var attentionWithDropout: Check {
    let starts = [0, 6, 14]
    let size = 8
    let heads = 2
    let hidden = size * heads
    return Check(
      name: "attention with dropout", inputs: [Shape(14, 3 * hidden)],
      forward: { tape, inputs, _ in
        tape.attention(inputs[0], starts: tape.indices(starts.map(Int32.init)), heads: heads, dropout: 0.3)
      },
      masks: { tape, space in
        var values = Array(repeating: Float(0), count: 14 * 3 * hidden)
        for (first, end) in zip(starts, starts.dropFirst()) {
          for key in first..<end {
            for head in 0..<heads {
              values[(key * 3 + 2) * hidden + head * size + key - first] = Float(end - first)
            }
          }
        }
        let leaf = tape.leaf(values, rows: 14, columns: 3 * hidden, in: space)
        let starts = tape.indices(starts.map(Int32.init))
        return tape.attention(leaf, starts: starts, heads: heads, dropout: 0.3).array
      },
      reference: { values in
        Reference.Attention(starts: starts, heads: heads, size: size) { row, head, key in
          values.masks[row * hidden + head * size + key]
        }.forward(values[0])
      })
  }

  private static var dropout: Check {
    Check(
      name: "dropout", inputs: [Shape(23, 7)],
      forward: { tape, inputs, _ in tape.dropout(inputs[0], rate: 0.25) },
      masks: mask(0.25, Shape(23, 7)),
      reference: { values in zip(values[0], values.masks).map { $0 * $1 } })
  }

  /// Two layers, a dropout and a norm read one input, and one layer is used twice: all gradients add up.
  private static var sharedInput: Check {
    let scope = ParameterScope()
    let first = scope.linear("first", inputs: 6, outputs: 6, deviation: 1)
    let second = scope.linear("second", inputs: 6, outputs: 6, deviation: 1)
    let norm = scope.layerNorm("norm", columns: 6, epsilon: 1e-5)
    return Check(
      name: "an input of several operations", inputs: [Shape(8, 6)], layout: scope.layout,
      forward: { tape, inputs, space in
        let a = tape.linear(inputs[0], first, activation: .tanh)
        let b = tape.linear(inputs[0], second, activation: .gelu)
        let c = tape.layerNorm(a, residual: inputs[0], norm)
        let d = tape.linear(c, first, activation: .tanh)
        let picked = tape.gather(inputs[0], rows: tape.indices([7, 6, 5, 4, 3, 2, 1, 0]), in: space)
        return tape.matchFeatures(tape.layerNorm(d, residual: b, norm), picked)
      },
      reference: { values in
        let x = values[0]
        func layer(_ name: String, _ input: [Double], _ activation: Reference.Activation) -> [Double] {
          Reference.linear(
            input, weight: values[name + ".weight"], bias: values[name + ".bias"], activation: activation,
            inputs: 6, outputs: 6)
        }
        func normalised(_ a: [Double], _ b: [Double]) -> [Double] {
          Reference.layerNorm(
            zip(a, b).map { $0 + $1 }, weight: values["norm.weight"], bias: values["norm.bias"], epsilon: 1e-5
          )
        }
        let c = normalised(layer("first", x, .tanh), x)
        let last = normalised(layer("first", c, .tanh), layer("second", x, .gelu))
        return OperationReference.matchFeatures(
          last, (0..<8).reversed().flatMap { x[$0 * 6..<($0 + 1) * 6] }, columns: 6)
      })
  }
}
