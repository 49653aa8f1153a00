import Foundation
import Tensors
import Testing
import Training

@Suite struct SafetensorsTests {
  static let types = FixtureFiles.folder.appendingPathComponent("formats/types.safetensors")

  @Test("16-bit tensors are widened to PyTorch's values, bit for bit", arguments: ["half", "brain"])
  func widening(name: String) throws {
    let reader = try SafetensorsReader(Self.types)
    let values = try reader.read(name)
    let expected = try reader.read("\(name).expected")
    #expect(values.count == expected.count && values.count > 700)
    for (value, other) in zip(values, expected) {
      #expect(value.bitPattern == other.bitPattern || (value.isNaN && other.isNaN))
    }
    #expect(values.contains { $0.isNaN } && values.contains(-.infinity))
    #expect(
      values.contains { $0 != 0 && $0.magnitude < (name == "half" ? 0x1p-14 : Float.leastNormalMagnitude) })
  }

  @Test("Shapes, types, metadata and values of a file from Python are read")
  func pythonFile() throws {
    let reader = try SafetensorsReader(Self.types)
    #expect(Set(reader.names).count == 10)
    #expect(reader.metadata == ["format": "pt", "note": "é \"quoted\"\n"])
    #expect(try reader.shape(of: "matrix") == [2, 3])
    #expect(try reader.read("matrix") == [-1, -0.75, -0.5, -0.25, 0, 0.25])
    #expect(try reader.shape(of: "scalar") == [])
    #expect(try reader.read("scalar") == [2.5])
    #expect(try reader.shape(of: "empty") == [0, 4])
    #expect(try reader.read("empty") == [])
    #expect(reader.contains("flag") && !reader.contains("flags"))
  }

  @Test("A type that can't be read is named, as is a tensor that isn't there or has another size")
  func refusals() throws {
    let reader = try SafetensorsReader(Self.types)
    for (name, type) in [("double", "F64"), ("position_ids", "I64"), ("flag", "BOOL")] {
      let error = #expect(throws: SafetensorsError.self) { try reader.read(name) }
      #expect(error?.tensor == name && error?.problem.contains("type \(type)") == true)
      #expect(error?.file.hasSuffix("types.safetensors") == true)
    }
    #expect(throws: SafetensorsError.self) { try reader.read("matrices") }
    let target = try Memory(count: 5)
    let error = #expect(throws: SafetensorsError.self) {
      try reader.read("matrix", into: target.floats)
    }
    #expect(
      error?.description.hasSuffix("it has the shape [2, 3] with 6 elements, expected 5 elements") == true)
  }

  /// Writes tensors of the given shapes with recognisable values; returns the values.
  static func write(
    _ shapes: [(String, [Int])], metadata: [String: String] = [:], to url: URL
  ) throws -> [[Float]] {
    let all = shapes.enumerated().map { index, item in
      (0..<item.1.reduce(1, *)).map { Float(index) * 1000 + Float($0) / 8 }
    }
    try write(zip(shapes, all).map { ($0.0, $0.1, $1) }, metadata: metadata, to: url)
    return all
  }

  /// Writes tensors whose values are in arrays.
  static func write(
    _ tensors: [(name: String, shape: [Int], values: [Float])], metadata: [String: String] = [:], to url: URL
  ) throws {
    let memory = try Memory(count: tensors.reduce(0) { $0 + $1.values.count })
    var start = 0
    let all = tensors.map { name, shape, values in
      let place = memory.floats.part(from: start, count: values.count)
      place.update(from: values)
      start += values.count
      return SafetensorsWriter.Tensor(name: name, shape: shape, values: place)
    }
    try withExtendedLifetime(memory) { try SafetensorsWriter.write(all, metadata: metadata, to: url) }
  }

  @Test("What is written is read back, in the order given, and twice the same bytes")
  func roundTrip() throws {
    try FixtureFiles.withScratchFolder { folder in
      let shapes = [
        ("z.weight", [3, 5]), ("a \"quoted\" \\ \u{1} ü 語", [2]), ("none", [0, 7]), ("one", []),
        ("large", [70_001, 3]),
      ]
      let metadata = ["format": "pt", "b": "2", "a": "\t\n"]
      let url = folder.appendingPathComponent("model.safetensors")
      let written = try Self.write(shapes, metadata: metadata, to: url)
      let reader = try SafetensorsReader(url)
      #expect(reader.names.filter { $0 != "none" } == shapes.map(\.0).filter { $0 != "none" })
      #expect(reader.metadata == metadata)
      for ((name, shape), values) in zip(shapes, written) {
        #expect(try reader.shape(of: name) == shape)
        #expect(try reader.read(name) == values)
      }
      let again = folder.appendingPathComponent("again.safetensors")
      _ = try Self.write(shapes, metadata: metadata, to: again)
      let bytes = try Data(contentsOf: url)
      #expect(try Data(contentsOf: again) == bytes)
      #expect(bytes[0] % 8 == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }
  }

  @Test("Every bit pattern of a float survives a round trip")
  func bits() throws {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("bits.safetensors")
      let values = [0, 0x8000_0000, 1, 0x7F80_0000, 0xFF80_0000, 0x7FC0_1234, 0x7F7F_FFFF].map {
        Float(bitPattern: $0)
      }
      try Self.write([("bits", [7], values)], to: url)
      #expect(try SafetensorsReader(url).read("bits").map(\.bitPattern) == values.map(\.bitPattern))
    }
  }

  @Test("Names that occur twice and shapes that do not fit are not written")
  func writerRefusals() throws {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      let values: [Float] = [1, 2]
      for tensors: [(name: String, shape: [Int], values: [Float])] in [
        [("a", [2], values), ("a", [2], values)], [("a", [3], values)], [("a", [-1, -2], values)],
        [("__metadata__", [2], values)],
      ] {
        #expect(throws: SafetensorsError.self) { try Self.write(tensors, to: url) }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
    }
  }
}
