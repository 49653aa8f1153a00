import Randomness

/// The values of a model's parameters in one flat buffer, with the packed copies that forward products read.
///
/// Values that are only read may stay where they are, as in a file that is mapped into memory: `borrow`. Before anything
/// is written they are copied.
public final class ParameterStore {
  public let layout: ParameterLayout
  public let device: Device
  /// What is borrowed is not in it; where everything is, there is none.
  private var ownBuffer: Memory?
  /// Of each borrowed entry the values from its first to the last of its parameter's; nil of one in the buffer.
  private var borrowed: [Numbers?]
  /// Whatever keeps borrowed values alive.
  private var lenders: [any AnyObject & Sendable] = []
  /// Of the optimizer that moves these parameters, if there is one.
  weak var rowsBehind: RowsBehind?
  weak var stepBehind: StepBehind?
  /// Entries that training changes. Gradients of the others are not computed.
  public private(set) var isTrainable: [Bool]

  /// Copies of the linear weights that products read.
  let packed: PackedWeights

  /// Zeroed values; call `initialize` or load them, then `pack`.
  ///
  /// - Parameter isLent: that all values are going to be borrowed: there is memory for them only when something is written.
  public init(layout: ParameterLayout, device: Device, isLent: Bool = false) throws(DeviceError) {
    self.layout = layout
    self.device = device
    ownBuffer = isLent ? nil : try Memory(count: layout.count)
    borrowed = Array(repeating: nil, count: layout.entries.count)
    isTrainable = Array(repeating: true, count: layout.entries.count)
    packed = try PackedWeights(layout.linears, for: device)
  }

  /// Makes sure of memory for values that are written.
  package func reserve() throws(DeviceError) {
    if ownBuffer == nil { ownBuffer = try Memory(count: layout.count) }
  }

  private var buffer: Memory {
    do {
      try reserve()
    } catch {
      // Who writes to what was lent calls `reserve` first.
      preconditionFailure("\(error)")
    }
    guard let ownBuffer else { preconditionFailure("reserved just now") }
    return ownBuffer
  }

  /// The values as kernels see them, to write: rows of tables may be behind.
  var memory: Memory {
    stepBehind?.finish()
    returnBorrowed()
    return buffer
  }

  /// Takes the values of a parameter from elsewhere, without a copy, until something is written.
  ///
  /// - Parameters:
  ///   - entries: all of one parameter, as their values follow each other.
  ///   - values: those of all these entries, in their order.
  ///   - lender: keeps them alive, and unchanged.
  package func borrow(_ entries: Range<Int>, from values: Numbers, of lender: any AnyObject & Sendable) {
    // Never written through: whoever writes goes by `memory`.
    var place = 0
    for entry in entries {
      borrowed[entry] = values.part(place..<values.count)
      place += layout.entries[entry].count
    }
    precondition(place == values.count, "the values of these entries, and no more")
    if !lenders.contains(where: { $0 === lender }) { lenders.append(lender) }
  }

  /// Copies what is borrowed into the buffer.
  private func returnBorrowed() {
    guard !lenders.isEmpty else { return }
    for (index, entry) in layout.entries.enumerated() {
      guard let values = borrowed[index] else { continue }
      buffer.floats.part(from: entry.offset, count: entry.count).update(from: values.part(0..<entry.count))
      borrowed[index] = nil
    }
    lenders = []
  }

  /// All values, every row up to date.
  package var values: Memory {
    catchUp()
    return memory
  }

  /// Draws every value anew. Each entry has its own stream from its name, so that adding a parameter changes no other.
  public func initialize(seed: UInt64) {
    for entry in layout.entries { initialize(entry, seed: seed) }
    pack()
  }

  package func initialize(_ entry: ParameterLayout.Entry, seed: UInt64) {
    let target = floats(of: entry)
    switch entry.initializer {
    case .zeros: target.update(repeating: 0)
    case .ones: target.update(repeating: 1)
    case .values(let values): target.update(from: values)
    case .truncatedNormal(let deviation):
      var generator = SplitMix64(seed: seed, stream: entry.name)
      for index in target.indices { target[index] = generator.nextTruncatedNormal() * deviation }
    }
  }

  package func floats(of entry: ParameterLayout.Entry) -> Numbers {
    values.floats.part(from: entry.offset, count: entry.count)
  }

  /// Brings everything up to date: reading then writes nothing, and several threads may read at once.
  package func catchUp() {
    stepBehind?.finish()
    rowsBehind?.catchUp()
  }

  /// The values of the entry of this index, to read while nothing is written.
  package func contents(of index: Int) -> Numbers {
    catchUp()
    let entry = layout.entries[index]
    return numbers(ofEntry: index, offset: entry.offset, count: entry.count)
  }

  /// The value of an entry by its full name, row-major, or nil when there is none.
  public subscript(name: String) -> [Float]? {
    layout.entries.firstIndex { $0.name == name }.map { Array(contents(of: $0)) }
  }

  /// The values of a parameter that is no table, row-major.
  public func values(of parameter: Parameter) -> [Float] { Array(numbers(of: parameter)) }

  /// Chooses, by name, what training leaves alone.
  public func freeze(where isFrozen: (String) -> Bool) {
    for index in layout.entries.indices { isTrainable[index] = !isFrozen(layout.entries[index].name) }
  }

  /// Whether training changes any of a parameter's entries.
  package func isTrainable(_ parameter: Parameter) -> Bool {
    isTrainable[parameter.entry..<parameter.entry + entryCount(of: parameter)].contains(true)
  }

  func isTrainable(_ linear: LinearParameters) -> Bool {
    isTrainable(linear.weight) || isTrainable(linear.bias)
  }

  private func entryCount(of parameter: Parameter) -> Int {
    parameter.count == 0 ? 0 : parameter.count / layout.entries[parameter.entry].count
  }

  /// The outputs of a linear layer whose entries of `parameter`, its weight or its bias, are trained: as few stretches
  /// as there are.
  func forEachTrainedStretch(of parameter: Parameter, outputs: Int, _ body: (Range<Int>) -> Void) {
    let entries = entryCount(of: parameter)
    var first = 0
    while first < entries {
      var last = first
      while last < entries && isTrainable[parameter.entry + last] { last += 1 }
      if last > first { body(first * outputs / entries..<last * outputs / entries) }
      first = last + 1
    }
  }

  /// The values of a parameter, to read: rows of tables may be behind.
  func numbers(of parameter: Parameter) -> Numbers {
    numbers(ofEntry: parameter.entry, offset: parameter.offset, count: parameter.count)
  }

  private func numbers(ofEntry index: Int, offset: Int, count: Int) -> Numbers {
    stepBehind?.finish(before: offset + count)
    return borrowed[index]?.part(0..<count) ?? buffer.floats.part(from: offset, count: count)
  }

  /// The entries of each parameter: those whose values follow each other without a gap.
  package var entriesOfParameters: [Range<Int>] {
    layout.parameters.map { $0.entry..<$0.entry + entryCount(of: $0) }
  }

  /// Of a layer's products.
  func precision(of linear: LinearParameters) -> Precision { packed.precision(linear.packing) }

  /// The right side of x · Wᵀ.
  func forwardSide(of linear: LinearParameters) -> ProductSide {
    stepBehind?.finish(before: linear.weight.places.upperBound)
    return packed.forward(linear.packing)
  }

  /// The right side of dy · W.
  func backwardSide(of linear: LinearParameters) -> ProductSide {
    stepBehind?.finish()
    return packed.backward(linear.packing, from: numbers)
  }

  /// values ← kept · values + (1 − kept) · those of another store of the same layout, and packs them.
  package func average(with other: ParameterStore, kept: Float) {
    let own = values.floats
    device.combine(
      [own, other.values.floats], [kept, 1 - kept], into: own, over: .stretch(0..<layout.count))
    pack()
  }

  /// Copies every linear weight into what products read. Needed after values change.
  public func pack() { packed.pack(numbers) }
}
