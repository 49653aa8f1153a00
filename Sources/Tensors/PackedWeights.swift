import Kernels

/// Copies of linear weights in the layouts that products read: transposed in panels for x · Wᵀ; and where products round to
/// bfloat16, tiles for that and, once a backward pass asks for them, for dy · W.
final class PackedWeights {
  private struct Entry {
    let weight: Parameter
    let usesBfloat16: Bool
    let offset: Int
    /// In the memory for backward passes.
    let backwardOffset: Int
    /// Whether what backward passes read is of the weights of now.
    var isFresh = false
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
      let usesBfloat16 = device.precision == .bfloat16 && weight.rows >= Self.fewestOutputs
      entries.append(
        Entry(weight: weight, usesBfloat16: usesBfloat16, offset: count, backwardOffset: backwardCount))
      let (rows, columns) = (Int64(weight.rows), Int64(weight.columns))
      if usesBfloat16 {
        count += Int(braid_packed_count_bfloat16(device.handle, columns, rows))
        backwardCount += Int(braid_packed_count_bfloat16(device.handle, rows, columns))
      } else {
        count += Int(braid_packed_count(device.handle, columns, rows))
      }
    }
    memory = try Memory(count: count)
    self.backwardCount = backwardCount
  }

  func usesBfloat16(_ index: Int) -> Bool { entries[index].usesBfloat16 }

  func forward(_ index: Int) -> UnsafePointer<Float> { UnsafePointer(memory.base + entries[index].offset) }

  func backward(_ index: Int, from weight: UnsafePointer<Float>) -> UnsafePointer<Float> {
    let entry = entries[index]
    let target = backwardMemoryMade().base + entry.backwardOffset
    if !entry.isFresh {
      entries[index].isFresh = true
      let columns = Int64(entry.weight.columns)
      var arguments = braid_pack_arguments(
        source: weight, depth: Int64(entry.weight.rows), columns: columns,
        depth_stride: columns, column_stride: 1, packed: target)
      braid_pack_bfloat16(device.handle, &arguments)
    }
    return UnsafePointer(target)
  }

  /// - Parameter values: where the values of a weight are.
  func pack(_ values: (Parameter) -> UnsafeMutablePointer<Float>) {
    for (index, entry) in entries.enumerated() {
      let columns = Int64(entry.weight.columns)
      var arguments = braid_pack_arguments(
        source: values(entry.weight), depth: columns, columns: Int64(entry.weight.rows),
        depth_stride: 1, column_stride: columns, packed: memory.base + entry.offset)
      if entry.usesBfloat16 {
        braid_pack_bfloat16(device.handle, &arguments)
        entries[index].isFresh = false
      } else {
        braid_pack(device.handle, &arguments)
      }
    }
  }

  private func backwardMemoryMade() -> Memory {
    let made = backwardMemory ?? .ofStep(count: backwardCount)
    backwardMemory = made
    return made
  }
}
