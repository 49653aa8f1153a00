import Kernels
import Randomness

/// The values of a model's parameters in one flat buffer, with the packed copies that forward products read.
public final class ParameterStore {
  public let layout: ParameterLayout
  public let device: Device
  /// The values as kernels see them: rows of tables may be behind.
  let memory: Memory
  /// Of the optimizer that moves these parameters, if there is one.
  weak var rowsBehind: RowsBehind?
  /// Entries that training changes. Gradients of the others are not computed.
  public private(set) var isTrainable: [Bool]

  private let packed: Memory
  private let packedOffsets: [Int]

  /// Zeroed values; call `initialize` or load them, then `pack`.
  public init(layout: ParameterLayout, device: Device) throws(DeviceError) {
    self.layout = layout
    self.device = device
    memory = try Memory(count: layout.count)
    isTrainable = Array(repeating: true, count: layout.entries.count)
    var offsets: [Int] = []
    var count = 0
    for weight in layout.linears {
      offsets.append(count)
      count += Int(braid_packed_count(device.handle, Int64(weight.columns), Int64(weight.rows)))
    }
    packedOffsets = offsets
    packed = try Memory(count: count)
  }

  /// All values, every row up to date.
  package var values: Memory {
    rowsBehind?.catchUp()
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
    case .values(let values): _ = target.update(from: values)
    case .truncatedNormal(let deviation):
      var generator = SplitMix64(seed: seed, stream: entry.name)
      for index in target.indices { target[index] = generator.nextTruncatedNormal() * deviation }
    }
  }

  package func floats(of entry: ParameterLayout.Entry) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: values.base + entry.offset, count: entry.count)
  }

  /// The value of an entry by its full name, row-major, or nil when there is none.
  public subscript(name: String) -> [Float]? {
    layout.entries.first { $0.name == name }.map { Array(floats(of: $0)) }
  }

  /// The values of a parameter that is no table, row-major.
  public func values(of parameter: Parameter) -> [Float] {
    Array(UnsafeBufferPointer(start: pointer(parameter), count: parameter.count))
  }

  /// Chooses, by name, what training leaves alone.
  public func freeze(where isFrozen: (String) -> Bool) {
    for index in layout.entries.indices { isTrainable[index] = !isFrozen(layout.entries[index].name) }
  }

  /// Whether any of a parameter's entries is.
  package func isTrainable(_ parameter: Parameter) -> Bool {
    isTrainable[parameter.entry..<parameter.entry + entryCount(of: parameter)].contains(true)
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

  func pointer(_ parameter: Parameter) -> UnsafeMutablePointer<Float> { memory.base + parameter.offset }

  func packed(_ linear: LinearParameters) -> UnsafePointer<Float> {
    UnsafePointer(packed.base + packedOffsets[linear.packing])
  }

  /// Copies every linear weight, transposed, into the panels that forward products read. Needed after values change.
  public func pack() {
    for (weight, offset) in zip(layout.linears, packedOffsets) {
      let rows = Int64(weight.rows)
      let columns = Int64(weight.columns)
      var arguments = braid_pack_arguments(
        source: pointer(weight), depth: columns, columns: rows, depth_stride: 1, column_stride: columns,
        packed: packed.base + offset)
      braid_pack(device.handle, &arguments)
    }
  }
}
