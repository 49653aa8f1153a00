/// How a parameter's values start.
public enum Initializer: Sendable, Equatable {
  case zeros
  case ones
  /// Normal with this standard deviation, drawn again beyond two deviations.
  case truncatedNormal(deviation: Float)
  /// These, row-major.
  case values([Float])
}

/// A parameter's place in the flat buffers of a `ParameterStore`: a row-major matrix; a vector is one row.
public struct Parameter: BitwiseCopyable, Sendable, Hashable {
  package let offset: Int
  public let rows: Int
  public let columns: Int
  /// Index of its first entry in the layout.
  package let entry: Int

  public var count: Int { rows * columns }

  /// Of its values, in the layout.
  var places: Range<Int> { offset..<offset + count }
}

/// The weight [outputs, inputs] and bias [outputs] of a linear layer.
public struct LinearParameters: BitwiseCopyable, Sendable {
  public let weight: Parameter
  /// No rows: no bias.
  public let bias: Parameter
  /// The number of the weight among those that are packed.
  let packing: Int

  public var inputs: Int { weight.columns }
  public var outputs: Int { weight.rows }
}

/// Names, shapes and initialisers of a model's parameters, in the order in which they were added.
public struct ParameterLayout: Sendable {
  public struct Entry: Sendable, Equatable {
    public let name: String
    /// One number for a vector, two for a matrix.
    public let shape: [Int]
    public let offset: Int
    public let initializer: Initializer
    /// Whether weight decay applies: not to biases and LayerNorm (Devlin et al. 2019, after Loshchilov & Hutter).
    public let decays: Bool
    /// Of a copy: the name of what it starts as in a plain encoder, where there is such a parameter.
    public let origin: String?

    public var count: Int { shape.reduce(1, *) }
  }

  public private(set) var entries: [Entry] = []
  /// In the order in which they were added.
  private(set) var parameters: [Parameter] = []
  /// Floats in a buffer of this layout.
  public private(set) var count = 0
  private(set) var linears: [Parameter] = []
  /// Embedding tables: a batch reads, and gives gradients to, few of their rows.
  private(set) var tables: [Parameter] = []

  public init() {}

  /// Floats that hold values; the rest is alignment.
  public var parameterCount: Int { entries.reduce(0) { $0 + $1.count } }

  /// The origins of copies, by their names.
  package var origins: [String: String] {
    var origins: [String: String] = [:]
    for entry in entries { if let origin = entry.origin { origins[entry.name] = origin } }
    return origins
  }

  fileprivate mutating func add(
    names: [(own: String, origin: String?)], shape: [Int], initializer: Initializer, decays: Bool
  ) -> Parameter {
    let each = shape.reduce(1, *)
    let first = entries.count
    let start = count
    for (index, name) in names.enumerated() {
      precondition(!entries.contains { $0.name == name.own }, "two parameters are named \(name.own)")
      entries.append(
        Entry(
          name: name.own, shape: shape, offset: start + index * each, initializer: initializer,
          decays: decays, origin: name.origin))
    }
    count += (each * names.count + 15) & ~15
    let rows = shape.count == 1 ? names.count : shape[0] * names.count
    let parameter = Parameter(
      offset: start, rows: rows, columns: shape[shape.count - 1], entry: first)
    parameters.append(parameter)
    return parameter
  }

  fileprivate mutating func addTable(_ table: Parameter) { tables.append(table) }

  fileprivate mutating func addLinear(_ weight: Parameter) -> Int {
    linears.append(weight)
    return linears.count - 1
  }
}

/// Adds parameters to a layout under a path of names: `encoder.layer.3.attention`.
public final class ParameterScope {
  private final class Root { var layout = ParameterLayout() }
  private let root: Root
  private let prefix: String
  private let originPrefix: String?

  public init() {
    root = Root()
    prefix = ""
    originPrefix = nil
  }

  private init(root: Root, prefix: String, originPrefix: String?) {
    self.root = root
    self.prefix = prefix
    self.originPrefix = originPrefix
  }

  public var layout: ParameterLayout { root.layout }

  /// What the names of its parameters begin with: `encoder.layer.3.`.
  public var path: String { prefix }

  public func scope(_ name: String) -> ParameterScope {
    ParameterScope(
      root: root, prefix: prefix + name + ".", originPrefix: originPrefix.map { $0 + name + "." })
  }

  /// A scope for copies of the parameters of another: where a pretrained encoder has these, the copies start as they are.
  ///
  /// - Parameter origin: the full path of the other scope, such as `encoder.layer.3`.
  public func scope(_ name: String, copying origin: String) -> ParameterScope {
    ParameterScope(root: root, prefix: prefix + name + ".", originPrefix: origin + ".")
  }

  private func names(_ name: String) -> (own: String, origin: String?) {
    (prefix + name, originPrefix.map { $0 + name })
  }

  /// A [rows, columns] matrix.
  ///
  /// - Parameter decays: whether weight decay applies.
  public func matrix(
    _ name: String, rows: Int, columns: Int, initializer: Initializer, decays: Bool = true
  ) -> Parameter {
    root.layout.add(names: [names(name)], shape: [rows, columns], initializer: initializer, decays: decays)
  }

  /// A [rows, columns] matrix that is read by the number of a row.
  public func table(_ name: String, rows: Int, columns: Int, initializer: Initializer) -> Parameter {
    let table = matrix(name, rows: rows, columns: columns, initializer: initializer)
    root.layout.addTable(table)
    return table
  }

  /// A vector that weight decay leaves alone: a bias, or one of LayerNorm's two.
  public func vector(_ name: String, count: Int, initializer: Initializer) -> Parameter {
    root.layout.add(names: [names(name)], shape: [count], initializer: initializer, decays: false)
  }

  /// A linear layer `name.weight` [outputs, inputs] and `name.bias`.
  public func linear(
    _ name: String, inputs: Int, outputs: Int, deviation: Float, bias: Bool = true
  ) -> LinearParameters {
    linear([name], inputs: inputs, outputs: outputs, deviation: deviation, bias: bias)
  }

  /// Linear layers of one size that read the same input, laid out so that one product serves them all. Each keeps
  /// its own name.
  public func linear(
    _ names: [String], inputs: Int, outputs: Int, deviation: Float, bias: Bool = true
  ) -> LinearParameters {
    let weight = root.layout.add(
      names: names.map { self.names($0 + ".weight") }, shape: [outputs, inputs],
      initializer: .truncatedNormal(deviation: deviation), decays: true)
    let none = Parameter(offset: 0, rows: 0, columns: 0, entry: weight.entry)
    let bias =
      bias
      ? root.layout.add(
        names: names.map { self.names($0 + ".bias") }, shape: [outputs], initializer: .zeros, decays: false)
      : none
    return LinearParameters(weight: weight, bias: bias, packing: root.layout.addLinear(weight))
  }
}
