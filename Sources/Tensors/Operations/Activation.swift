import Kernels

/// Activations of a linear layer's output.
public enum Activation: String, Sendable, BitwiseCopyable, CaseIterable {
  case none
  /// x Φ(x) (Hendrycks & Gimpel 2016).
  case gelu
  /// Its approximation by tanh (the same paper, section 2).
  case geluTanh
  case relu
  case tanh

  var code: braid_activation {
    switch self {
    case .none: BRAID_ACTIVATION_NONE
    case .gelu: BRAID_ACTIVATION_GELU
    case .geluTanh: BRAID_ACTIVATION_GELU_TANH
    case .relu: BRAID_ACTIVATION_RELU
    case .tanh: BRAID_ACTIVATION_TANH
    }
  }
}
