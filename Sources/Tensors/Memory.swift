import Kernels

/// A stretch of floats of its own, zeroed and aligned, freed with its last owner.
package final class Memory {
  package let base: UnsafeMutablePointer<Float>
  package let count: Int

  package init(count: Int) throws(DeviceError) {
    guard let base = braid_memory_allocate(Int64(count)) else {
      throw .memory(bytes: count > Int.max / 4 ? Int.max : count * 4)
    }
    self.base = base
    self.count = count
  }

  deinit {
    braid_memory_free(base, Int64(count))
  }

  package var floats: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
}
