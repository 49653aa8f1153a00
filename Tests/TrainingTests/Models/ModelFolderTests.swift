import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Tokenization
import Training

@Suite struct ModelFolderTests {
  /// Calls `body` with a new folder that `model` was written to.
  static func withFolder(_ model: Model, withTasks: Bool = true, _ body: (URL) throws -> Void) throws {
    try FixtureFiles.withScratchFolder { folder in
      try model.write(to: folder, withTasks: withTasks)
      try body(folder)
    }
  }

  static func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// Writes the folder's tensors anew after `change` has had them.
  static func rewriteTensors(
    in folder: URL, _ change: (inout [(name: String, shape: [Int], values: [Float])]) -> Void
  ) throws {
    let file = folder.appendingPathComponent("model.safetensors")
    let reader = try SafetensorsReader(file)
    var tensors = try reader.names.map {
      (name: $0, shape: try reader.shape(of: $0), values: try reader.read($0))
    }
    change(&tensors)
    try SafetensorsTests.write(tensors, to: file)
  }

  @Test("A model that is written is read back whole, and written again it is the same bytes")
  func roundTrip() throws {
    let model = try TestModel.make()
    try Self.withFolder(model) { folder in
      #expect(
        try Self.names(in: folder) == [
          "config.json", "model.safetensors", "tasks.json", "tokenizer_config.json", "vocab.txt",
        ])
      let description = try ModelFolder(folder)
      #expect(description.encoder == TestModel.configuration)
      #expect(
        !description.tokenizer.lowercases && description.tokenizer.vocabulary == model.tokenizer.vocabulary)
      let again = try description.model(on: Device(threads: 1))
      #expect(again.parameters.layout.entries == model.parameters.layout.entries)
      for entry in model.parameters.layout.entries {
        #expect(again.parameters[entry.name] == model.parameters[entry.name], "\(entry.name)")
      }
      #expect(TestModel.outputs(of: again) == TestModel.outputs(of: model))
      for (task, original) in zip(again.tasks, model.tasks) {
        #expect(task.name == original.name && task.type.name == original.type.name)
        #expect(task.labels == original.labels && task.range == original.range)
        #expect(task.metrics == original.metrics && task.columns == original.columns)
        #expect(task.head.type == original.head.type && task.head.name == original.head.name)
        #expect(task.head.settings.map(\.value) == original.head.settings.map(\.value))
      }
      try Self.withFolder(again) { second in
        for name in try Self.names(in: folder) {
          let bytes = try Data(contentsOf: folder.appendingPathComponent(name))
          #expect(try Data(contentsOf: second.appendingPathComponent(name)) == bytes, "\(name)")
        }
      }
    }
  }

  @Test("An exported encoder has Hugging Face's names and nothing of the tasks")
  func withoutTasks() throws {
    let model = try TestModel.make()
    try Self.withFolder(model) { folder in
      // An earlier file of tasks does not survive.
      try model.write(to: folder, withTasks: false)
      #expect(
        try Self.names(in: folder) == [
          "config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt",
        ])
      let reader = try SafetensorsReader(folder.appendingPathComponent("model.safetensors"))
      #expect(reader.names.count == 5 + 2 * 16 + 2 && reader.metadata == ["format": "pt"])
      #expect(reader.names.allSatisfy { HuggingFaceNames.meaning(of: $0) != .unknown })
      #expect(reader.contains("encoder.layer.1.attention.output.LayerNorm.weight"))
      let encoder = try ModelFolder(folder).model(on: Device(threads: 1))
      #expect(encoder.tasks.isEmpty)
      #expect(
        encoder.parameters["encoder.layer.1.feedForward.inner.weight"]
          == model.parameters["encoder.layer.1.feedForward.inner.weight"])
    }
  }

  @Test("Loading an encoder into a model with tasks reports what is missing, which keeps its values")
  func missing() throws {
    let encoder = try TestModel.make(tasks: [], seed: 9)
    let model = try TestModel.make(seed: 3)
    let before = model.parameters["heads.nli.gru.input.weight"]
    try Self.withFolder(encoder) { folder in
      try Self.rewriteTensors(in: folder) { tensors in
        tensors.removeAll { $0.name == "pooler.dense.bias" }
        tensors.append((name: "classifier.weight", shape: [2, 24], values: .init(repeating: 1, count: 48)))
        tensors.append((name: "heads.old.classifier.bias", shape: [2], values: [1, 2]))
        tensors.append((name: "cls.predictions.bias", shape: [1], values: [1]))
      }
      let report = try ModelFolder(folder).loadParameters(into: model)
      let heads = model.parameters.layout.entries.map(\.name).filter { $0.hasPrefix("heads.") }
      #expect(report.missing == ["encoder.pooler.bias"] + heads && heads.count == 16)
      #expect(report.unused == ["classifier.weight", "heads.old.classifier.bias"])
      #expect(model.parameters["heads.nli.gru.input.weight"] == before)
      #expect(model.parameters["encoder.embeddings.word"] == encoder.parameters["encoder.embeddings.word"])
    }
  }

  @Test("A folder that lacks parameters makes no model, and says which")
  func incomplete() throws {
    try Self.withFolder(try TestModel.make()) { folder in
      try Self.rewriteTensors(in: folder) { $0.removeAll { $0.name == "heads.nli.attention.weight" } }
      let error = #expect(throws: ModelError.self) { try ModelFolder(folder).model(on: Device(threads: 1)) }
      #expect(error?.description == "\(folder.path): model.safetensors lacks heads.nli.attention.weight")
      try Self.rewriteTensors(in: folder) { $0.removeAll { $0.name.hasPrefix("encoder.layer.1") } }
      let more = #expect(throws: ModelError.self) { try ModelFolder(folder).model(on: Device(threads: 1)) }
      #expect(
        more?.description
          == "\(folder.path): model.safetensors lacks encoder.layer.1.attention.query.weight,"
          + " encoder.layer.1.attention.key.weight, encoder.layer.1.attention.value.weight,"
          + " encoder.layer.1.attention.query.bias, encoder.layer.1.attention.key.bias and 12 more")
    }
  }

  @Test("A pooler may be missing from an encoder alone, but not from under tasks")
  func missingPooler() throws {
    for tasks in [[], TestModel.tasks()] {
      try Self.withFolder(try TestModel.make(tasks: tasks)) { folder in
        try Self.rewriteTensors(in: folder) { $0.removeAll { $0.name.hasPrefix("pooler.") } }
        let read = try ModelFolder(folder)
        let device = try Device(threads: 1)
        if tasks.isEmpty {
          let model = try read.model(on: device)
          #expect(model.parameters["encoder.pooler.bias"]?.allSatisfy { $0 == 0 } == true)
        } else {
          let error = #expect(throws: ModelError.self) { try read.model(on: device) }
          #expect(error?.description.hasSuffix("lacks encoder.pooler.weight, encoder.pooler.bias") == true)
        }
      }
    }
  }

  @Test("A tensor of another shape, or one that is there twice, is refused with the file's path")
  func misshaped() throws {
    try Self.withFolder(try TestModel.make()) { folder in
      let file = folder.appendingPathComponent("model.safetensors").path
      let name = "encoder.layer.0.intermediate.dense.weight"
      try Self.rewriteTensors(in: folder) { tensors in
        for index in tensors.indices where tensors[index].name == name { tensors[index].shape = [24, 40] }
      }
      let shape = #expect(throws: SafetensorsError.self) {
        try ModelFolder(folder).model(on: Device(threads: 1))
      }
      #expect(
        shape?.description
          == "\(file): tensor '\(name)': it has the shape [24, 40], the model's is [40, 24]")
      try Self.rewriteTensors(in: folder) { tensors in
        tensors.append((name: "bert.\(name)", shape: [40, 24], values: .init(repeating: 0, count: 960)))
      }
      let twice = #expect(throws: SafetensorsError.self) {
        try ModelFolder(folder).model(on: Device(threads: 1))
      }
      #expect(
        twice?.description
          == "\(file): tensor 'bert.\(name)': it means a parameter that another tensor has given already")
    }
  }

  @Test("A folder that is missing, or lacks a file, is refused with its path")
  func missingFiles() throws {
    let nowhere = #expect(throws: ModelError.self) {
      try ModelFolder(URL(fileURLWithPath: "/nonexistent/model"))
    }
    #expect(nowhere?.description == "/nonexistent/model: there is no such folder")
    try Self.withFolder(try TestModel.make()) { folder in
      for (name, message) in [
        ("model.safetensors", "can't be opened: No such file or directory"),
        ("vocab.txt", "cannot read the vocabulary"), ("config.json", "can't be read"),
      ] {
        try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        do {
          _ = try ModelFolder(folder).model(on: Device(threads: 1))
          Issue.record("nothing was thrown without \(name)")
        } catch {
          #expect("\(error)".contains(folder.appendingPathComponent(name).path), "\(error)")
          #expect("\(error)".contains(message), "\(error)")
        }
      }
    }
  }

  @Test("A vocabulary larger than the encoder's embeddings is refused")
  func vocabularySize() throws {
    try Self.withFolder(try TestModel.make()) { folder in
      let text = (TestModel.tokens + ["a", "b", "c", "d", "e"]).joined(separator: "\n")
      try AtomicFile.write(text, to: folder.appendingPathComponent("vocab.txt"))
      let error = #expect(throws: ModelError.self) { try ModelFolder(folder).model(on: Device(threads: 1)) }
      #expect(error?.description == "the vocabulary has 17 tokens, the encoder's embeddings 16")
    }
  }
}
