import Foundation
import Tasks
import Tensors
import Testing
import Training

/// A run that an earlier version of Braid has written: see the README beside it.
@Suite struct OlderVersionTests {
  private static let folder = FixtureFiles.folder.appendingPathComponent("older")

  /// A line of what that version said to the dev rows of its tasks.
  private struct Prediction: Decodable {
    enum Value: Decodable {
      case label(String)
      case score(Double)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let score = try? container.decode(Double.self) {
          self = .score(score)
        } else {
          self = .label(try container.decode(String.self))
        }
      }
    }

    let task: String
    let row: Int
    let prediction: Value
    let probabilities: [String: Double]?
  }

  @Test("A model without checksums, as Braid first wrote them and other programs do, says what it said then")
  func predictions() throws {
    let reader = try SafetensorsReader(Self.folder.appendingPathComponent("model.safetensors"))
    #expect(reader.metadata == ["format": "pt"])
    let bytes = try Data(contentsOf: Self.folder.appendingPathComponent("model.safetensors"))
    #expect(bytes.range(of: Data("braid.".utf8)) == nil)

    let model = try ModelFolder(Self.folder).model(on: Device(threads: 1))
    #expect(model.tasks.map(\.name) == ["mood", "same", "near", "answer"])
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent("predictions.jsonl"), encoding: .utf8)
    let lines = try text.split(separator: "\n").map {
      try JSONDecoder().decode(Prediction.self, from: Data($0.utf8))
    }
    for (index, task) in model.tasks.enumerated() {
      let expected = lines.filter { $0.task == task.name }
      let examples = try #require(try model.examples(of: .dev, task: task))
      let found = Predictor(model).predictions(for: examples, task: index)
      #expect(expected.count == 8 && found.count == 8)
      for (line, values) in zip(expected, found) {
        switch line.prediction {
        case .score(let score): #expect(abs(Double(values[0]) - score) < 1e-5 * max(1, abs(score)))
        case .label(let label):
          #expect(task.labels[values[0] >= values[1] ? 0 : 1] == label)
          for (name, value) in zip(task.labels, values) {
            let then = try #require(line.probabilities?[name])
            #expect(abs(Double(value) - then) < 1e-5, "\(task.name), row \(line.row)")
          }
        }
      }
    }
  }

  @Test("Written by this version it has checksums, and the same parameters")
  func rewritten() throws {
    let model = try ModelFolder(Self.folder).model(on: Device(threads: 1))
    try ModelFolderTests.withFolder(model) { folder in
      let bytes = try Data(contentsOf: folder.appendingPathComponent("model.safetensors"))
      #expect(bytes.range(of: Data("braid.tensors".utf8)) != nil)
      let again = try ModelFolder(folder).model(on: Device(threads: 1))
      for entry in model.parameters.layout.entries {
        #expect(again.parameters[entry.name] == model.parameters[entry.name], "\(entry.name)")
      }
    }
  }

  @Test("Training goes on from it, heads and all")
  func training() throws {
    let folder = try ModelFolder(Self.folder)
    let (model, report) = try folder.modelForTraining(folder.tasks, seed: 1, device: Device(threads: 1))
    #expect(report.missing.isEmpty && report.unused.isEmpty)
    #expect(report.keptHeads == ["mood", "same", "near", "answer"])
    let original = try folder.model(on: Device(threads: 1))
    for entry in model.parameters.layout.entries {
      #expect(model.parameters[entry.name] == original.parameters[entry.name], "\(entry.name)")
    }
  }
}
