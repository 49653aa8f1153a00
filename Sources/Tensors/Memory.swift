import Kernels

/// A stretch of floats of its own, zeroed and aligned, freed with its last owner.
package final class Memory {
  /// All of it. What is made of these may be used as long as this lives.
  package let floats: Numbers

  package var count: Int { floats.count }

  package init(count: Int) throws(DeviceError) {
    // The kernels' own allocator zeroes what it gives, so it counts as initialised.
    guard let base = unsafe braid_memory_allocate(Int64(count)) else {
      throw .memory(bytes: count > Int.max / 4 ? Int.max : count * 4)
    }
    unsafe floats = Numbers(base: base, count: count)
  }

  deinit {
    // The base and the count that `init` was given.
    unsafe braid_memory_free(floats.base, Int64(count))
  }
}
