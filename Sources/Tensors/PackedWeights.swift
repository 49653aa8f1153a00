/// Copies of linear weights in the layouts that products read: transposed in panels for x · Wᵀ; and where products round to
/// narrower numbers, tiles for that and, of bfloat16 once a backward pass has asked for them, for dy · W.
final class PackedWeights {
  private struct Entry {
    let weight: Parameter
    let precision: Precision
    let offset: Int
    /// In the memory for backward passes.
    let backwardOffset: Int
  }

  /// Layers with fewer outputs keep single precision: padding would take most of the time, and they are the heads' last.
  private static let fewestOutputs = 32

  private let device: Device
  private var entries: [Entry] = []
  private let memory: Memory
  private let backwardCount: Int
  private var backwardMemory: Memory?

  init(_ weights: [Parameter], for device: Device) throws(DeviceError) {
    self.device = device
    var count = 0
    var backwardCount = 0
    for weight in weights {
      let takesPrecision =
        weight.rows >= Self.fewestOutputs && weight.columns <= device.precision.greatestDepth
      let precision = takesPrecision ? device.precision : .float32
      entries.append(
        Entry(weight: weight, precision: precision, offset: count, backwardOffset: backwardCount))
      let (rows, columns) = (weight.rows, weight.columns)
      count += device.packedCount(depth: columns, columns: rows, precision: precision)
      if precision == .bfloat16 {
        backwardCount += device.packedCount(depth: rows, columns: columns, precision: precision)
      }
    }
    memory = try Memory(count: count)
    self.backwardCount = backwardCount
  }

  func precision(_ index: Int) -> Precision { entries[index].precision }

  /// The right side of x · Wᵀ.
  func forward(_ index: Int) -> ProductSide {
    let entry = entries[index]
    return .packed(forwardValues(entry), entry.precision)
  }

  /// The right side of dy · W.
  ///
  /// - Parameter values: the values of a weight.
  func backward(_ index: Int, from values: (Parameter) -> Numbers) -> ProductSide {
    let entry = entries[index]
    guard entry.precision == .bfloat16 else { return .rows(values(entry.weight)) }
    if let backwardMemory { return .packed(backwardValues(entry, in: backwardMemory), .bfloat16) }
    let made = Memory.ofStep(count: backwardCount)
    backwardMemory = made
    for each in entries { packBackward(each, rows: nil, of: values(each.weight), into: made, on: device) }
    return .packed(backwardValues(entry, in: made), .bfloat16)
  }

  /// Packs every weight anew.
  ///
  /// - Parameter values: the values of a weight.
  func pack(_ values: (Parameter) -> Numbers) {
    for index in entries.indices { pack(index, of: values(entries[index].weight), on: device) }
  }

  /// Packs rows of a weight anew, or all of them.
  ///
  /// - Parameters:
  ///   - values: of the whole weight.
  ///   - device: what packs them, with the same kernels as the device that these are for.
  func pack(_ index: Int, rows: Range<Int>? = nil, of values: Numbers, on device: Device) {
    let entry = entries[index]
    device.pack(
      values, rows: entry.weight.rows, columns: entry.weight.columns, only: rows, transposed: true,
      precision: entry.precision, into: forwardValues(entry))
    if let backwardMemory { packBackward(entry, rows: rows, of: values, into: backwardMemory, on: device) }
  }

  private func packBackward(
    _ entry: Entry, rows: Range<Int>?, of values: Numbers, into memory: Memory, on device: Device
  ) {
    guard entry.precision == .bfloat16 else { return }
    device.pack(
      values, rows: entry.weight.rows, columns: entry.weight.columns, only: rows, transposed: false,
      precision: .bfloat16, into: backwardValues(entry, in: memory))
  }

  private func forwardValues(_ entry: Entry) -> Numbers {
    let count = device.packedCount(
      depth: entry.weight.columns, columns: entry.weight.rows, precision: entry.precision)
    return memory.floats.part(from: entry.offset, count: count)
  }

  private func backwardValues(_ entry: Entry, in memory: Memory) -> Numbers {
    let count = device.packedCount(
      depth: entry.weight.rows, columns: entry.weight.columns, precision: .bfloat16)
    return memory.floats.part(from: entry.backwardOffset, count: count)
  }
}
