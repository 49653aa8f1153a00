import Foundation
import Testing
import Training

/// Files whose header can't be trusted.
@Suite struct SafetensorsHeaderTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var header: String
    var data: Int
    /// A part of the message.
    var message: String
    var testDescription: String { String(header.prefix(90)) }
  }

  static let deep = "{\"a\":" + String(repeating: "[", count: 100_000)

  static let cases: [Case] = [
    Case(header: "", data: 0, message: "not valid JSON: line 1: found the end, expected a value"),
    Case(header: "[]", data: 0, message: "is an empty list, expected an object"),
    Case(header: "{", data: 0, message: "not valid JSON"),
    Case(header: "{} x", data: 0, message: "found \"x\", expected the end of the text"),
    Case(header: "{\"a\":1,}", data: 0, message: "not valid JSON"),
    Case(header: "{\"a\":[1,]}", data: 0, message: "not valid JSON"),
    Case(header: "{a:1}", data: 0, message: "not valid JSON"),
    Case(header: "{'a':1}", data: 0, message: "not valid JSON"),
    Case(header: "{\"a\":1} // x", data: 0, message: "not valid JSON"),
    Case(header: "{\"a\":0x1}", data: 0, message: "not valid JSON"),
    Case(header: "{\"a\":NaN}", data: 0, message: "not valid JSON"),
    Case(header: "{\"a\u{1}\":1}", data: 0, message: "expected a text without control characters"),
    Case(header: #"{"a\ud800":1}"#, data: 0, message: "half of a surrogate pair, \\ud800"),
    Case(header: #"{"\u12g4":1}"#, data: 0, message: "hexadecimal"),
    Case(header: deep, data: 0, message: "found brackets 201 deep, expected at most 200"),
    Case(header: #"{"a":1}"#, data: 0, message: "tensor 'a': dtype is missing"),
    Case(
      header:
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      data: 8, message: "found \"a\" a second time, expected each name once"),
    Case(
      header:
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      data: 8, message: "found \"a\" a second time, expected each name once"),
    Case(
      header: #"{"a":{"dtype":7,"shape":[],"data_offsets":[0,4]}}"#, data: 4, message: "dtype is the number 7"
    ),
    Case(
      header: #"{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}"#, data: 4,
      message: "shape is the number 1, expected a list"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, data: 4,
      message: "shape holds the number -1"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, data: 4,
      message: "shape holds the number 1.0"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, data: 4,
      message: "expected whole numbers"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, data: 4,
      message: "more elements than fit"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}"#, data: 4,
      message: "does not fit its 4 bytes"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, data: 4,
      message: "tensor 'a': the shape [2] of F32 does not fit its 4 bytes"),
    Case(header: #"{"a":{"dtype":"F32","shape":[1]}}"#, data: 4, message: "data_offsets is missing"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, data: 4,
      message: "data_offsets are [4, 0]"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, data: 8,
      message: "a start and an end"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 4,
      message: "end at offset 8, but the file has only 4"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}"#,
      data: 4,
      message: "but the file has only 4"),
    Case(
      header:
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      data: 12, message: "tensor 'b': its data start at offset 4, which overlaps"),
    Case(
      header:
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
      data: 12, message: "leaves a gap"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, data: 8, message: "leaves a gap"),
    Case(
      header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: 9,
      message: "5 bytes at the end belong to no tensor"),
    Case(header: #"{"__metadata__":[]}"#, data: 0, message: "__metadata__ is an empty list"),
    Case(header: #"{"__metadata__":{"a":1}}"#, data: 0, message: "__metadata__ has the number 1 for \"a\""),
  ]

  static func open(_ bytes: Data) throws -> SafetensorsReader {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("hostile.safetensors")
      try bytes.write(to: url)
      return try SafetensorsReader(url)
    }
  }

  static func file(header: Data, length: UInt64? = nil, data: Int) -> Data {
    var bytes = withUnsafeBytes(of: (length ?? UInt64(header.count)).littleEndian) { Data($0) }
    bytes.append(header)
    bytes.append(Data(count: data))
    return bytes
  }

  @Test("A header that can't be right is refused with the reason", arguments: cases)
  func hostileHeader(_ item: Case) throws {
    let error = #expect(throws: SafetensorsError.self) {
      try Self.open(Self.file(header: Data(item.header.utf8), data: item.data))
    }
    #expect(error?.description.contains(item.message) == true, "\(error?.description ?? "no error")")
    #expect(error?.file.hasSuffix("hostile.safetensors") == true)
  }

  @Test("A length of the header beyond the file is refused", arguments: [UInt64(3), 1 << 40, 1 << 63, .max])
  func hostileLength(length: UInt64) throws {
    let error = #expect(throws: SafetensorsError.self) {
      try Self.open(Self.file(header: Data("{}".utf8), length: length, data: 0))
    }
    #expect(error?.problem.contains("should have \(length) bytes, 2 are there") == true)
  }

  @Test("A header longer than any encoder needs is refused before it is read")
  func hugeHeader() throws {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("huge.safetensors")
      try Self.file(header: Data(), length: 100_000_000, data: 0).write(to: url)
      // A sparse file: the length is there, the bytes are not.
      let handle = try FileHandle(forWritingTo: url)
      try handle.truncate(atOffset: 100_000_100)
      try handle.close()
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsReader(url) }
      #expect(error?.problem.contains("at most 4000000 are read") == true)
    }
  }

  @Test("Text that is not UTF-8 in the header is refused")
  func notUTF8() throws {
    let header = Data("{\"".utf8) + Data([0xC3, 0x28]) + Data("\":1}".utf8)
    let error = #expect(throws: SafetensorsError.self) { try Self.open(Self.file(header: header, data: 0)) }
    #expect(error?.problem.contains("the byte 0xC3, expected UTF-8") == true)
  }

  @Test("Files that are no safetensors files are refused with advice")
  func otherFiles() throws {
    let short = #expect(throws: SafetensorsError.self) { try Self.open(Data([1, 2, 3])) }
    #expect(short?.problem.contains("3 bytes are too few") == true)
    let pointer = #expect(throws: SafetensorsError.self) {
      try Self.open(Data("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".utf8))
    }
    #expect(pointer?.problem.contains("git lfs pull") == true)
    let missing = #expect(throws: SafetensorsError.self) {
      try SafetensorsReader(URL(fileURLWithPath: "/nonexistent/model.safetensors"))
    }
    #expect(missing?.problem.contains("can't be opened") == true)
    let folder = #expect(throws: SafetensorsError.self) { try SafetensorsReader(URL(fileURLWithPath: "/")) }
    #expect(folder?.problem == "is not a file")
  }

  @Test("Tensors of an unknown type, spaces after the header and an empty file of tensors are accepted")
  func accepted() throws {
    let header =
      #"{"b":{"dtype":"F4","shape":[1099511627776,1048576],"data_offsets":[4,6]},"a":{"shape":[1],"dtype":"F32","data_offsets":[0,4]}}   "#
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("odd.safetensors")
      try Self.file(header: Data(header.utf8), data: 6).write(to: url)
      let reader = try SafetensorsReader(url)
      #expect(reader.names == ["a", "b"])
      #expect(try reader.read("a") == [0])
      let error = #expect(throws: SafetensorsError.self) { try reader.read("b") }
      #expect(error?.problem.contains("type F4") == true)
    }
    #expect(try Self.open(Self.file(header: Data("{}".utf8), data: 0)).names.isEmpty)
  }

  @Test("Escapes in names are understood")
  func escapes() throws {
    let header = #"{"\ud83d\ude00\u00e9\/\n":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#
    #expect(try Self.open(Self.file(header: Data(header.utf8), data: 4)).names == ["😀é/\n"])
  }

  @Test("Damaged headers are refused or read, and never crash")
  func damage() throws {
    let header =
      Array(
        #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#.utf8)
      + Array(#""b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}}"#.utf8)
    var state: UInt64 = 1
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let characters = Array(#"0123456789-.e{}[]",:\abF "#.utf8) + [0, 0x80, 0xFF]
    var refused = 0
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("damaged.safetensors")
      try Self.file(header: Data(header), data: 32).write(to: url)
      // Written in place: `Data.write` waits for the disk each time.
      let handle = try FileHandle(forWritingTo: url)
      defer { try? handle.close() }
      for _ in 0..<3000 {
        var damaged = header
        for _ in 0...random(below: 3) {
          damaged[random(below: damaged.count)] = characters[random(below: characters.count)]
        }
        try handle.seek(toOffset: 8)
        try handle.write(contentsOf: Data(damaged))
        do {
          let reader = try SafetensorsReader(url)
          for name in reader.names { _ = try? reader.read(name) }
        } catch is SafetensorsError {
          refused += 1
        }
      }
    }
    #expect((2000..<3000).contains(refused))
  }
}
