import Kernels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A stretch of floats of its own, zeroed and aligned, freed with its last owner.
package final class Memory {
  package let base: UnsafeMutablePointer<Float>
  package let count: Int
  private let pages: Pages?

  package init(count: Int) throws(DeviceError) {
    self.count = count
    if count >= Pages.least, let pages = Pages(floats: count) {
      self.pages = pages
      base = pages.base
    } else {
      guard let base = braid_memory_allocate(Int64(count)) else {
        throw .memory(bytes: count > Int.max / 4 ? Int.max : count * 4)
      }
      pages = nil
      self.base = base
    }
  }

  deinit {
    if pages == nil { braid_memory_free(base) }
  }

  package var floats: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
}

/// Pages straight from the system, which come zeroed once they are touched: what is never touched costs nothing.
private final class Pages {
  let base: UnsafeMutablePointer<Float>
  private let start: UnsafeMutableRawPointer
  private let bytes: Int
  private static let hugePage = 2 << 20
  /// From this many floats on there are huge pages to fill.
  static let least = 2 * hugePage / MemoryLayout<Float>.stride

  /// Nil when memory is short.
  init?(floats: Int) {
    let (content, isTooMuch) = floats.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !isTooMuch, content <= Int.max - 2 * Self.hugePage else { return nil }
    // One huge page more than is needed, to begin on the boundary of one.
    bytes = (content + 2 * Self.hugePage - 1) / Self.hugePage * Self.hugePage
    let flags = MAP_PRIVATE | MAP_ANON
    guard let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else {
      return nil
    }
    self.start = start
    let aligned = UnsafeMutableRawPointer(
      bitPattern: (UInt(bitPattern: start) + UInt(Self.hugePage) - 1) & ~UInt(Self.hugePage - 1))
    base = (aligned ?? start).assumingMemoryBound(to: Float.self)
    #if os(Linux)
      madvise(aligned, bytes - Self.hugePage, MADV_HUGEPAGE)
    #endif
  }

  deinit { munmap(start, bytes) }
}

/// Memory that is handed out from front to back and taken back all at once. It grows while the first steps find out how
/// much a step needs; then a step allocates nothing.
struct Arena {
  private var chunks: [Memory] = []
  private var used = 0
  private var before = 0

  /// Floats handed out since the last reset, those of filled chunks included.
  var usedCount: Int { before + used }
  var capacity: Int { chunks.reduce(0) { $0 + $1.count } }

  /// Uninitialised floats that start on a cache line.
  mutating func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let rounded = (max(count, 1) + 15) & ~15
    if chunks.isEmpty || used + rounded > chunks[chunks.count - 1].count { grow(atLeast: rounded) }
    defer { used += rounded }
    return chunks[chunks.count - 1].base + used
  }

  /// Takes everything back. Several chunks become one, so that the next round is a single stretch.
  mutating func reset() {
    if chunks.count > 1 {
      let total = capacity
      chunks.removeAll()
      grow(atLeast: total)
    }
    used = 0
    before = 0
  }

  /// A place to go back to: what was handed out after it is taken back.
  var mark: Mark { Mark(chunk: chunks.count, used: used) }

  struct Mark {
    fileprivate let chunk: Int
    fileprivate let used: Int
  }

  /// While the arena still grows, memory in another chunk than the mark's stays out until the reset.
  mutating func rewind(to mark: Mark) {
    if mark.chunk == chunks.count { used = mark.used }
  }

  private mutating func grow(atLeast count: Int) {
    before += used
    used = 0
    let size = max(count, capacity / 2, 1 << 18)
    guard let chunk = try? Memory(count: size) else {
      // A step's memory is planned before a run starts; running out here leaves nothing to go back to.
      fatalError("braid: the system refused \(size * 4 / 1_000_000) MB of memory for a step")
    }
    chunks.append(chunk)
  }
}
