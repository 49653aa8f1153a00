#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What kernels and operations compute, plainly, in double precision.
package enum Reference {
  package enum Activation: Int, CaseIterable, Sendable {
    case none, gelu, geluTanh, relu, tanh
  }

  package static func activate(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .none: x
    case .gelu: x * 0.5 * erfc(-x * 0.5.squareRoot())
    case .geluTanh: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .relu: max(x, 0)
    case .tanh: tanh(x)
    }
  }

  package static func derivative(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .none: return 1
    case .gelu:
      return 0.5 * erfc(-x * 0.5.squareRoot()) + x * exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
    case .geluTanh:
      let root = (2 / Double.pi).squareRoot()
      let inner = tanh(root * (x + 0.044715 * x * x * x))
      return 0.5 * (1 + inner) + 0.5 * x * (1 - inner * inner) * root * (1 + 3 * 0.044715 * x * x)
    case .relu: return x > 0 ? 1 : 0
    case .tanh: return 1 - tanh(x) * tanh(x)
    }
  }

  package static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  package static func softmax(_ scores: [Double]) -> [Double] {
    let most = scores.max() ?? 0
    let powers = scores.map { exp($0 - most) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  package static func logSum(_ scores: [Double]) -> Double {
    let most = scores.max() ?? 0
    return most + log(scores.reduce(0) { $0 + exp($1 - most) })
  }
}
