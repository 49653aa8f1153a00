import Kernels
import TestSupport
import Testing

/// Floats between two fences. A kernel that writes outside its memory breaks a fence; one that reads outside gets
/// numbers that spoil its result.
final class Guarded {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let memory: UnsafeMutablePointer<Float>

  private static let fence = 64
  private static let mark: Float = -3.125e30

  init(_ values: [Float]) {
    count = values.count
    let raw = UnsafeMutableRawPointer.allocate(byteCount: (count + 2 * Self.fence) * 4, alignment: 64)
    memory = raw.bindMemory(to: Float.self, capacity: count + 2 * Self.fence)
    memory.initialize(repeating: Self.mark, count: count + 2 * Self.fence)
    base = memory + Self.fence
    base.update(from: values, count: count)
  }

  /// Memory that a kernel has to fill.
  convenience init(count: Int) { self.init(Array(repeating: .signalingNaN, count: count)) }

  convenience init(zeros count: Int) { self.init(Array(repeating: 0, count: count)) }

  deinit { memory.deallocate() }

  /// The values, after a look at the fences.
  func values(sourceLocation: SourceLocation = #_sourceLocation) -> [Float] {
    let isWhole = (0..<Self.fence).allSatisfy {
      memory[$0] == Self.mark && base[count + $0] == Self.mark
    }
    #expect(isWhole, "a kernel wrote outside its memory", sourceLocation: sourceLocation)
    return Array(UnsafeBufferPointer(start: base, count: count))
  }

  /// The rows of a matrix whose rows are `stride` floats apart, and what lies between them.
  func rows(_ count: Int, columns: Int, stride: Int) -> (values: [Float], gaps: [Float]) {
    let all = values()
    var inside: [Float] = []
    var gaps: [Float] = []
    for row in 0..<count {
      inside += all[row * stride..<row * stride + columns]
      gaps += all[row * stride + columns..<min((row + 1) * stride, all.count)]
    }
    return (inside, gaps)
  }
}

/// A matrix as products read their right side, from rows of `depth` (as a weight is stored for x · Wᵀ) or rows of
/// `columns`.
func packed(
  _ matrix: [Float], depth: Int, columns: Int, transposed: Bool, precision: braid_precision = BRAID_FLOAT32,
  parts: [Range<Int>] = [], on device: OpaquePointer
) -> Guarded {
  let (rows, width) = transposed ? (columns, depth) : (depth, columns)
  let source = Guarded(matrix)
  let target = Guarded(count: Int(braid_packed_count(device, precision, Int64(depth), Int64(columns))))
  for part in parts.isEmpty ? [0..<rows] : parts {
    var arguments = braid_pack_arguments(
      source: source.base, rows: Int64(rows), columns: Int64(width), stride: Int64(width),
      transposed: transposed, first_row: Int64(part.lowerBound), last_row: Int64(part.upperBound),
      packed: target.base)
    switch precision {
    case BRAID_BFLOAT16: braid_pack_bfloat16(device, &arguments)
    case BRAID_INT8: braid_pack_int8(device, &arguments)
    default: braid_pack(device, &arguments)
    }
  }
  return target
}

/// A row-major matrix with `gap` floats between rows.
func spaced(_ values: [Float], columns: Int, gap: Int) -> [Float] {
  guard gap > 0 else { return values }
  var result: [Float] = []
  for row in 0..<values.count / max(columns, 1) {
    result += values[row * columns..<(row + 1) * columns]
    result += Array(repeating: 1e20, count: gap)
  }
  return result
}

/// Fails with the place and size of the worst disagreement, if there is one.
func expectAgreement(
  _ found: [Float], _ expected: [Double], relative: Double, floor: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let worst = disagreement(found, expected, relative: relative, floor: floor)
  #expect(worst == nil, "\(what): \(worst.map(\.description) ?? "")", sourceLocation: sourceLocation)
}
