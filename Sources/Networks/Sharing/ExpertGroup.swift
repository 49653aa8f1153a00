import Tensors

/// Something that makes [rows, hidden] of [rows, hidden], row by row.
protocol Expert: Sendable {
  func forward(_ input: Matrix, on tape: Tape) -> Matrix
}

extension FeedForward: Expert {}

/// A dense layer on pooled states. As no LayerNorm follows, its weights start with the deviation that keeps the size of what
/// goes through it (He et al. 2015, eq. 10).
struct PooledExpert: Expert {
  private let dense: LinearParameters
  private let activation: Activation

  init(_ encoder: EncoderConfiguration, in scope: ParameterScope) {
    let hidden = encoder.hiddenSize
    dense = scope.linear(
      "dense", inputs: hidden, outputs: hidden, deviation: (2 / Float(hidden)).squareRoot())
    activation = encoder.activation
  }

  func forward(_ input: Matrix, on tape: Tape) -> Matrix {
    tape.linear(input, dense, activation: activation)
  }
}

/// Experts of all tasks and of each, and a gate a task over its own and the shared ones, in this order.
struct ExpertGroup<E: Expert>: Sendable {
  private let shared: [E]
  /// By task.
  private let own: [[E]]
  private let gates: [LinearParameters]

  /// - Parameters:
  ///   - shared: experts of all tasks.
  ///   - own: experts of each task.
  ///   - place: where the group is within the scopes of all tasks and of each.
  ///   - expert: makes an expert in the scope of the name, within that of the group's experts.
  init(
    _ encoder: EncoderConfiguration, tasks: Int, shared: Int, own: Int, in scopes: SharingScopes,
    at place: (ParameterScope) -> ParameterScope, expert: (_ experts: ParameterScope, _ name: String) -> E
  ) {
    func experts(_ count: Int, in scope: ParameterScope) -> [E] {
      (0..<count).map { expert(scope.scope("expert"), "\($0)") }
    }
    self.shared = experts(shared, in: place(scopes.shared))
    self.own = (0..<tasks).map { experts(own, in: place(scopes.own($0))) }
    gates = (0..<tasks).map { place(scopes.own($0)).gate(encoder, over: own + shared) }
  }

  /// One matrix a part.
  ///
  /// - Parameter slice: the rows of a part from a matrix of all.
  func forward(
    _ input: Matrix, _ parts: [EncoderInput.Part], on tape: Tape,
    slice: (Matrix, EncoderInput.Part) -> Matrix
  ) -> [Matrix] {
    // Products over all rows at once are faster than part by part.
    let everywhere = shared.map { $0.forward(input, on: tape) }
    return parts.map { part in
      let rows = slice(input, part)
      let outputs = own[part.task].map { $0.forward(rows, on: tape) } + everywhere.map { slice($0, part) }
      return tape.gated(outputs, by: tape.linear(rows, gates[part.task]))
    }
  }
}

extension ParameterScope {
  /// To the logits of a gate over experts.
  func gate(_ encoder: EncoderConfiguration, over experts: Int) -> LinearParameters {
    linear(
      "gate", inputs: encoder.hiddenSize, outputs: experts, deviation: encoder.initializerDeviation,
      bias: false)
  }
}

extension Tape {
  /// Σₑ softmax(logits)ₑ outputsₑ, row by row.
  package func gated(_ outputs: [Matrix], by logits: Matrix) -> Matrix {
    mixture(outputs, weights: softmax(logits))
  }
}
