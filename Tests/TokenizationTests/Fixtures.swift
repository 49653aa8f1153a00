import Foundation
import Testing
import Tokenization

/// The files beside the tests.
enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  static func decode<Value: Decodable>(_ type: Value.Type, from name: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }

  static func vocabulary() throws -> Vocabulary {
    try Vocabulary(contentsOf: folder.appendingPathComponent("vocabulary.txt"))
  }

  static func bytes(hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.utf8.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x61 + 10 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

/// What `hashes.json` holds; see `make-fixtures.py`.
struct ReferenceHashes: Decodable {
  struct File: Decodable {
    var lines: Int
    var pairs: Int
    var lineHash: String
    var pairHash: String
  }

  var pool: [String]
  var generatedCount: Int
  var generated: [String: String]
  var scalars: [String: String]
  var files: [String: [String: File]]
}

/// FNV-1a over 32-bit units instead of bytes.
struct UnitHash {
  private var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ unit: UInt32) { value = (value ^ UInt64(unit)) &* 0x100_0000_01B3 }
  mutating func add(_ ids: [Int32]) {
    for id in ids { add(UInt32(bitPattern: id)) }
  }

  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The generator of texts that `make-fixtures.py` has too.
struct TextGenerator {
  private var state: UInt64
  private let pool: [[UInt8]]

  init(seed: UInt64, pool: [[UInt8]]) {
    state = seed
    self.pool = pool
  }

  private mutating func below(_ bound: UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) % bound
  }

  mutating func text() -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<below(24) {
      switch below(16) {
      case 0: text.append(UInt8(below(256)))
      case 1: append(scalar: below(0x110000), to: &text)
      case 2: append(scalar: below(0x3000), to: &text)
      case 3...5: text.append(UInt8(97 + below(26)))
      default: text += pool[Int(below(UInt64(pool.count)))]
      }
    }
    return text
  }

  private func append(scalar: UInt64, to text: inout [UInt8]) {
    if let scalar = Unicode.Scalar(UInt32(scalar)) { text += Array(String(Character(scalar)).utf8) }
  }
}
