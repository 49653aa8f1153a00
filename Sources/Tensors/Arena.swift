/// Memory that is handed out from front to back and taken back all at once. It grows while the first steps find out how
/// much a step needs; then a step allocates nothing.
struct Arena {
  private var chunks: [Memory] = []
  /// Of the last chunk.
  private var used = 0

  var capacity: Int { chunks.reduce(0) { $0 + $1.count } }

  /// Uninitialised floats that start on a cache line.
  mutating func allocate(_ count: Int) -> Numbers {
    let rounded = (max(count, 1) + 15) & ~15
    if chunks.isEmpty || used + rounded > chunks[chunks.count - 1].count { grow(atLeast: rounded) }
    defer { used += rounded }
    return chunks[chunks.count - 1].floats.part(from: used, count: count)
  }

  /// Room for plain values, with a copy of them.
  mutating func copy<Value: BitwiseCopyable>(of values: some Collection<Value>) -> Values<Value> {
    let count = values.count
    let room = allocate((count * MemoryLayout<Value>.stride + 3) / 4)
    // A cache line is aligned for any value, and the room is of `count` strides; every value is written before it is read.
    let copy = unsafe Values(
      base: UnsafeMutableRawPointer(room.base).bindMemory(to: Value.self, capacity: count), count: count)
    copy.update(from: values)
    return copy
  }

  /// Takes everything back. Several chunks become one, so that the next round is a single stretch.
  mutating func reset() {
    if chunks.count > 1 {
      let total = capacity
      chunks.removeAll()
      grow(atLeast: total)
    }
    used = 0
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
    used = 0
    chunks.append(.ofStep(count: max(count, capacity / 2, 1 << 18)))
  }
}

extension Memory {
  /// Memory that a step can't do without. What steps need is planned before a run starts; running out in the middle of one
  /// leaves nothing to go back to.
  static func ofStep(count: Int) -> Memory {
    guard let memory = try? Memory(count: count) else {
      fatalError("braid: the system refused \(count * 4 / 1_000_000) MB of memory for a step")
    }
    return memory
  }
}
