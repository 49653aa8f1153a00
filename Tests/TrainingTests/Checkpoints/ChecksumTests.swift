import Checksums
import Foundation
import Testing
import Training

@Suite struct ChecksumTests {
  @Test("CRC-32C has its published values, by instructions and by tables")
  func publishedValues() {
    // RFC 3720, appendix B.4, and the usual check value.
    let cases: [([UInt8], UInt32)] = [
      ([], 0), (Array("123456789".utf8), 0xE306_9283), (Array(repeating: 0, count: 32), 0x8A91_36AA),
      (Array(repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
    ]
    for (bytes, expected) in cases {
      bytes.withUnsafeBytes { bytes in
        #expect(CRC32C.checksum(of: bytes.bindMemory(to: UInt8.self).span) == expected)
        #expect(~braid_crc32c_with_tables(~0, bytes.baseAddress, bytes.count) == expected)
        guard braid_crc32c_has_instructions() else { return }
        #expect(~braid_crc32c_with_instructions(~0, bytes.baseAddress, bytes.count) == expected)
      }
    }
  }

  @Test("Any division into pieces, at any alignment, gives the same checksum")
  func pieces() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ $0 >> 3) }
    bytes.withUnsafeBytes { bytes in
      for start in 0..<9 {
        let whole = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let span = whole.bindMemory(to: UInt8.self).span
        let expected = CRC32C.checksum(of: span)
        #expect(~braid_crc32c_with_tables(~0, whole.baseAddress, whole.count) == expected)
        for cut in stride(from: 0, through: whole.count, by: 7) {
          var checksum = CRC32C()
          checksum.update(span.extracting(first: cut))
          checksum.update(span.extracting(droppingFirst: cut))
          #expect(checksum.value == expected)
        }
      }
    }
  }

  // MARK: Files

  private static let shapes = [("one.weight", [3, 2]), ("none", [0]), ("two", [5]), ("three", [1])]

  private static func withFile(_ body: (URL, [UInt8]) throws -> Void) throws {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      _ = try SafetensorsTests.write(shapes, metadata: ["format": "pt"], to: url)
      try body(url, Array(Data(contentsOf: url)))
    }
  }

  /// Reads all there is.
  private static func load(_ url: URL) throws {
    let reader = try SafetensorsReader(url)
    for name in reader.names { _ = try reader.read(name) }
  }

  private static func dataStart(_ bytes: [UInt8]) -> Int { 8 + Int(bytes[0]) + Int(bytes[1]) << 8 }

  @Test("Every flipped bit of a file is refused, in the data with the tensor's name")
  func flippedBits() throws {
    try Self.withFile { url, bytes in
      try Self.load(url)
      let handle = try FileHandle(forUpdating: url)
      defer { try? handle.close() }
      let start = Self.dataStart(bytes)
      for position in bytes.indices {
        for bit in 0..<8 {
          try handle.seek(toOffset: UInt64(position))
          try handle.write(contentsOf: Data([bytes[position] ^ 1 << bit]))
          let error = #expect(throws: SafetensorsError.self, "byte \(position), bit \(bit)") {
            try Self.load(url)
          }
          guard position >= start else { continue }
          let name = position < start + 24 ? "one.weight" : position < start + 44 ? "two" : "three"
          #expect(error?.tensor == name)
          #expect(error?.problem.contains("its data are damaged") == true)
        }
        try handle.seek(toOffset: UInt64(position))
        try handle.write(contentsOf: Data([bytes[position]]))
      }
      try Self.load(url)
    }
  }

  @Test("Every truncation of a file is refused, in the data with a tensor's name, as are bytes added to it")
  func truncation() throws {
    try Self.withFile { url, bytes in
      let start = Self.dataStart(bytes)
      for length in bytes.indices {
        try Data(bytes[..<length]).write(to: url)
        let error = #expect(throws: SafetensorsError.self, "\(length) bytes") { try Self.load(url) }
        if length >= start { #expect(error?.tensor != nil) }
      }
      try Data(bytes + [0]).write(to: url)
      #expect(throws: SafetensorsError.self) { try Self.load(url) }
    }
  }

  @Test("A file of a newer version is refused with what to do")
  func newerVersion() throws {
    try Self.withFile { url, bytes in
      let start = Self.dataStart(bytes)
      var head = String(decoding: bytes[8..<start], as: UTF8.self)
      head = head.replacingOccurrences(of: #""braid.format": "1""#, with: #""braid.format": "2""#)
      let key = try #require(head.range(of: #""braid.header": ""#))
      let digits = key.upperBound..<head.index(key.upperBound, offsetBy: 8)
      head.replaceSubrange(digits, with: "00000000")
      let sealed = Array(bytes[..<8]) + head.utf8
      let checksum = CRC32C.checksum(of: sealed.span)
      head.replaceSubrange(digits, with: checksum.checksumText)
      try Data(Array(bytes[..<8]) + head.utf8 + bytes[start...]).write(to: url)
      let error = #expect(throws: SafetensorsError.self) { try Self.load(url) }
      #expect(
        error?.problem == "a newer version of Braid has written this (format 2, this one knows up to 1):"
          + " update Braid to read it")
    }
  }

  @Test("Checksums that are missing in part, or too few, are damage")
  func incomplete() throws {
    try Self.withFile { url, bytes in
      for (from, to) in [("braid.header", "braid.headed"), ("braid.tensors", "braid.tensorz")] {
        var damaged = bytes
        let place = try #require(
          bytes.indices.first { bytes[$0...].starts(with: from.utf8) })
        damaged.replaceSubrange(place..<place + from.utf8.count, with: to.utf8)
        try Data(damaged).write(to: url)
        let error = #expect(throws: SafetensorsError.self) { try SafetensorsReader(url) }
        #expect(error?.problem.hasPrefix("the header is damaged") == true)
      }
    }
  }
}
