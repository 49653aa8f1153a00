import Tensors
import TestSupport
import Testing

/// One suite around all others, so that tests run one after the other: each has a pool of threads of its own.
@Suite(.serialized) struct TensorsTests {}

let instructionSets = InstructionSet.allCases.filter(\.isAvailable)

/// Rows and columns of a matrix.
struct Shape: Sendable {
  let rows: Int
  let columns: Int

  var count: Int { rows * columns }

  init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

/// What an operation has read, in double precision, for its reference.
struct Values {
  /// One for each input.
  let inputs: [[Double]]
  /// By their full names.
  let parameters: [String: [Double]]
  /// Dropout factors that the forward pass drew: see `Check.masks`.
  let masks: [Double]

  subscript(_ input: Int) -> [Double] { inputs[input] }
  subscript(_ name: String) -> [Double] { parameters[name] ?? [] }
}

/// An operation, or a small computation of several, beside what it should give.
struct Check: Sendable, CustomTestStringConvertible {
  let name: String
  let inputs: [Shape]
  var layout = ParameterLayout()
  /// Rows of the row space, when no input has so many.
  var rows = 0
  /// Deviation of the inputs' values.
  var scale = 1.0
  /// Runs the operation on leaves of the shapes of `inputs`.
  let forward: @Sendable (Tape, [Matrix], RowSpace) -> Matrix
  /// Draws the dropout factors that `forward` will draw on a tape that was just reset with the same seed.
  var masks: (@Sendable (Tape, RowSpace) -> [Float])?
  /// The same in double precision.
  let reference: @Sendable (Values) -> [Double]

  var testDescription: String { name }
}

/// Forward against the reference; the gradients of a random linear functional of the output, for every input and every
/// parameter, against central differences of the reference (never of the operation itself, whose single precision
/// would drown small mistakes).
///
/// Tolerances: outputs 2e-5 relative with a floor of 2e-5; gradients 1e-4 relative with a floor of 5e-5, all of inputs,
/// weights and functionals of order 1.
struct GradientCheck {
  let check: Check
  let set: InstructionSet

  private static let seed: UInt64 = 2024

  func run() throws {
    let device = try Device(threads: 2, instructionSet: set)
    let store = try ParameterStore(layout: check.layout, device: device)
    var draws = Draws(seed: 17)
    store.fill(&draws)
    let gradients = try GradientBuffers(layout: check.layout)
    let tape = Tape(parameters: store, gradients: gradients)
    let rows = check.inputs.map(\.rows).max() ?? check.rows

    var masks: [Double] = []
    if let draw = check.masks {
      tape.reset(training: true, dropoutSeed: Self.seed)
      masks = draw(tape, tape.rowSpace([RowRange(0..<rows, slot: 0)])).doubles
    }
    tape.reset(training: true, dropoutSeed: Self.seed)
    let space = tape.rowSpace([RowRange(0..<rows, slot: 0)])
    let inputs = check.inputs.map { draws.floats($0.count, scale: check.scale) }
    let leaves = zip(check.inputs, inputs).map {
      tape.leaf(
        $1, rows: $0.rows, columns: $0.columns, in: tape.rowSpace([RowRange(0..<$0.rows, slot: 0)]))
    }
    let output = check.forward(tape, leaves, space)
    let found = output.array

    let names = check.layout.entries.map(\.name)
    let parameters = names.map { (store[$0] ?? []).doubles }
    func values(_ point: [Double]) -> Values {
      var rest = point[...]
      func next(_ count: Int) -> [Double] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
      }
      let inputs = check.inputs.map { next($0.count) }
      let entries = zip(names, parameters).map { ($0, next($1.count)) }
      return Values(inputs: inputs, parameters: Dictionary(uniqueKeysWithValues: entries), masks: masks)
    }
    let point = (inputs.map(\.doubles) + parameters).flatMap { $0 }
    expectAgreement(found, check.reference(values(point)), relative: 2e-5, floor: 2e-5, "output")

    let functional = draws.floats(output.count)
    tape.addGradient(functional, to: output)
    tape.backward(from: [])
    let differences = centralDifferences(at: point) { point in
      zip(check.reference(values(point)), functional).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let expected = values(differences)
    for (index, leaf) in leaves.enumerated() {
      let gradient = Array(tape.gradient(of: leaf))
      expectAgreement(gradient, expected[index], relative: 1e-4, floor: 5e-5, "gradient of input \(index)")
    }
    for entry in check.layout.entries {
      expectAgreement(
        Array(gradients.floats(of: entry)), expected[entry.name], relative: 1e-4, floor: 5e-5,
        "gradient of \(entry.name)")
    }
  }
}

extension ParameterStore {
  /// Draws every value from a normal distribution, biases too, so that nothing hides behind a zero.
  func fill(_ draws: inout Draws, scale: Double = 0.7) {
    for entry in layout.entries {
      let target = floats(of: entry)
      for index in target.indices { target[index] = draws.float(scale: scale) }
    }
    pack()
  }
}

/// Fails with the place and size of the worst disagreement, if there is one.
func expectAgreement(
  _ found: [Float], _ expected: [Double], relative: Double, floor: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let worst = disagreement(found, expected, relative: relative, floor: floor)
  #expect(worst == nil, "\(what): \(worst.map(\.description) ?? "")", sourceLocation: sourceLocation)
}
