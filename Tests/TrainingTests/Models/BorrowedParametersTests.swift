import Foundation
import Tensors
import Testing
import Training

@Suite("Parameters that stay in the file") struct BorrowedParametersTests {
  /// Puts blanks behind the header's JSON, so that the data begin elsewhere, as another program might, without checksums.
  static func shiftData(in folder: URL, by count: Int) throws {
    let file = folder.appendingPathComponent("model.safetensors")
    var bytes = [UInt8](try Data(contentsOf: file))
    let length = Int(bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    let read = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length]))
    var header = try #require(read as? [String: Any])
    header["__metadata__"] = nil
    let json = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys])
    // As much in front of the data as there was, and so many more.
    let blanks = repeatElement(UInt8(ascii: " "), count: length + count - json.count)
    let start = (0..<8).map { UInt8(truncatingIfNeeded: (length + count) >> (8 * $0)) }
    bytes.replaceSubrange(..<(8 + length), with: start + json + blanks)
    try Data(bytes).write(to: file)
  }

  @Test("the same bits come out of a file whose data are aligned, misaligned, or in another order")
  func layouts() throws {
    let model = try TestModel.make()
    let expected = TestModel.outputs(of: model)
    for shift in [0, 1, 2, 3, 4, 60] {
      try ModelFolderTests.withFolder(model) { folder in
        try Self.shiftData(in: folder, by: shift)
        let again = try ModelFolder(folder).model(on: Device(threads: 1))
        #expect(TestModel.outputs(of: again) == expected, "\(shift)")
      }
    }
    try ModelFolderTests.withFolder(model) { folder in
      try ModelFolderTests.rewriteTensors(in: folder) { $0.reverse() }
      #expect(try TestModel.outputs(of: ModelFolder(folder).model(on: Device(threads: 1))) == expected)
    }
  }

  @Test("what is written to the model changes nothing in the file, and nothing but that in the model")
  func writing() throws {
    let model = try TestModel.make()
    try ModelFolderTests.withFolder(model) { folder in
      let file = folder.appendingPathComponent("model.safetensors")
      let before = try Data(contentsOf: file)
      let read = try ModelFolder(folder).model(on: Device(threads: 1))
      let entries = read.parameters.layout.entries
      read.parameters.floats(of: entries[2]).update(repeating: 7)
      #expect(try Data(contentsOf: file) == before)
      for (index, entry) in entries.enumerated() {
        let expected = index == 2 ? Array(repeating: 7, count: entry.count) : model.parameters[entry.name]
        #expect(read.parameters[entry.name] == expected, "\(entry.name)")
      }
      // The other way round.
      let fresh = try ModelFolder(folder).model(on: Device(threads: 1))
      fresh.parameters.initialize(seed: 9)
      let other = try TestModel.make(seed: 9)
      #expect(TestModel.outputs(of: fresh) == TestModel.outputs(of: other))
      #expect(try Data(contentsOf: file) == before)
    }
  }

  @Test("a file that takes the name of the one in use changes nothing for who uses it")
  func replaced() throws {
    let model = try TestModel.make()
    try ModelFolderTests.withFolder(model) { folder in
      let read = try ModelFolder(folder).model(on: Device(threads: 1))
      try TestModel.make(seed: 8).write(to: folder)
      #expect(TestModel.outputs(of: read) == TestModel.outputs(of: model))
      // Also when it is written over its own file.
      try read.write(to: folder)
      #expect(TestModel.outputs(of: read) == TestModel.outputs(of: model))
      let again = try ModelFolder(folder).model(on: Device(threads: 1))
      #expect(TestModel.outputs(of: again) == TestModel.outputs(of: model))
    }
  }

  @Test("tensors are lent where they can be used as they are: floats, aligned, side by side")
  func mapped() throws {
    let reader = try SafetensorsReader(SafetensorsTests.types)
    for name in ["half", "brain", "double", "flag", "empty", "no such tensor"] {
      #expect(try reader.mapped([name]) == nil, "\(name)")
    }
    #expect(try reader.mapped([]) == nil)
    try FixtureFiles.withScratchFolder { folder in
      let file = folder.appendingPathComponent("model.safetensors")
      let written = try SafetensorsTests.write([("a", [3]), ("b", [2, 2]), ("c", [5])], to: file)
      do {
        let reader = try SafetensorsReader(file)
        let both = try #require(try reader.mapped(["a", "b"]))
        #expect(Array(both.values) == written[0] + written[1])
        let last = try #require(try reader.mapped(["c"]))
        #expect(Array(last.values) == written[2])
        #expect(try reader.mapped(["a", "c"]) == nil)
        #expect(try reader.mapped(["b", "a"]) == nil)
      }
      var damaged = try Data(contentsOf: file)
      damaged[damaged.count - 1] ^= 1
      try damaged.write(to: folder.appendingPathComponent("damaged.safetensors"))
      let other = try SafetensorsReader(folder.appendingPathComponent("damaged.safetensors"))
      #expect(try other.mapped(["a", "b"]) != nil)
      #expect(throws: SafetensorsError.self) { _ = try other.mapped(["c"]) }
      try Self.shiftData(in: folder, by: 2)
      let shifted = try SafetensorsReader(file)
      #expect(try shifted.mapped(["a"]) == nil)
      #expect(try shifted.read("a") == written[0])
    }
  }
}
