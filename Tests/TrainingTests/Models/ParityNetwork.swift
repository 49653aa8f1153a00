import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Training

/// A device to run on: an instruction set that this machine has, and a number of threads.
struct DeviceChoice: CustomTestStringConvertible, Sendable {
  var instructionSet: InstructionSet
  var threads: Int
  var precision = Precision.float32

  var testDescription: String { "\(instructionSet), \(threads) thread\(threads == 1 ? "" : "s")" }

  func device() throws -> Device {
    try Device(threads: threads, instructionSet: instructionSet, precision: precision)
  }

  static let all = InstructionSet.allCases.filter(\.isAvailable).flatMap { set in
    [1, 2].map { DeviceChoice(instructionSet: set, threads: $0) }
  }
}

/// The network of the parity fixture on one device, with the initial parameters.
struct ParityNetwork {
  let fixture: ParityFixture
  let network: MultiTaskNetwork
  let parameters: ParameterStore

  /// - Parameters:
  ///   - layers: fewer than two for the states below the top.
  ///   - sharing: copies of parameters get the fixture's values too, parameters that it lacks others. Where it adds to pooled
  ///     states alone all heads are linear, as they read these.
  init(
    _ fixture: ParityFixture, on choice: DeviceChoice, layers: Int = 2, dropout: Float = 0,
    sharing: SharingDefinition = .hard
  ) throws {
    self.fixture = fixture
    let configuration = EncoderConfiguration(
      vocabularySize: 120, hiddenSize: 32, layers: layers, attentionHeads: 4, feedForwardSize: 64,
      dropout: dropout,
      attentionDropout: dropout, maximumLength: 40)
    let scope = ParameterScope()
    network = try MultiTaskNetwork(
      configuration,
      tasks: fixture.batches.tasks.map { Self.task($0, isLinear: sharing.spelling.contains("pooled")) },
      sharing: sharing, in: scope)
    parameters = try ParameterStore(layout: scope.layout, device: choice.device())
    let initial = try Self.tensors("initial")
    for entry in scope.layout.entries {
      var found = initial[entry.name] ?? entry.origin.flatMap { initial[$0] }
      if found?.count != entry.count && sharing != .hard {
        found = (0..<entry.count).map { Float(sin(Double($0) + Double(entry.offset))) * 0.1 }
      }
      let values = try #require(found, "\(entry.name) is not in the fixture")
      try #require(values.count == entry.count)
      parameters.floats(of: entry).update(from: values)
    }
    parameters.pack()
  }

  private static func task(_ task: ParityFixture.Task, isLinear: Bool) -> TaskDefinition {
    let isAnswerNetwork = task.kind == "pair-classification-san" && !isLinear
    let types = ["classification": TaskType.classification, "similarity": .similarity, "ranking": .ranking]
    var definition = TaskDefinition(
      name: task.name, type: types[task.kind] ?? .pairClassification, columns: [:],
      labels: (0..<(task.classes ?? 0)).map { "class \($0)" })
    if isAnswerNetwork {
      definition.head = .init(type: "san", settings: [.init(name: "predictionDropout", value: .number(0))])
    }
    return definition
  }

  /// The tensors of one of the fixture's files of parameters, by this library's names.
  static func tensors(_ file: String) throws -> [String: [Float]] {
    let reader = try SafetensorsReader(ParityFixture.folder.appendingPathComponent("\(file).safetensors"))
    var tensors: [String: [Float]] = [:]
    for source in reader.names { tensors[try name(of: source)] = try reader.read(source) }
    return tensors
  }

  /// This library's name for a tensor of the fixture, whose heads have PyTorch's names.
  static func name(of source: String) throws -> String {
    guard case .parameter(var name) = HuggingFaceNames.meaning(of: source) else {
      throw ModelFixtureError(description: "\(source) has no meaning")
    }
    for (theirs, ours) in [
      ("weight_ih", "input.weight"), ("bias_ih", "input.bias"), ("weight_hh", "state.weight"),
      ("bias_hh", "state.bias"),
    ] where name.hasSuffix(".gru.\(theirs)") {
      name = name.dropLast(theirs.count) + ours
    }
    return name
  }

  /// Parameters whose gradient is zero in exact arithmetic.
  func namesWithoutEffect() throws -> Set<String> {
    Set(try fixture.expected.withoutEffect.map(Self.name(of:)))
  }

  func batch(_ step: Int) -> PackedBatch {
    let parts = fixture.batches.steps[step].tasks.enumerated().map { index, part in
      let kind = fixture.batches.tasks[index].kind
      let targets: Targets =
        switch kind {
        case "similarity": .scores(part.targets.map { Float($0) })
        case "ranking":
          .relevance(
            gains: part.targets.map { Float($0) },
            queryStarts: (part.candidates ?? []).reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1)) }
          )
        default: .classes(part.targets.map { Int32($0) })
        }
      let sequences = zip(part.sequences, part.segments).map { (ids: $0, segments: $1) }
      return (task: index, sequences: sequences, targets: targets)
    }
    return PackedBatch(parts)
  }

  /// Both directions for one step. Returns the unweighted losses.
  func pass(_ step: Int, on tape: Tape, slot: (_ task: Int) -> Int = { _ in 0 }) -> [Float] {
    tape.reset(training: true)
    let losses = network.forward(batch(step), slot: slot, on: tape).map { network.loss(of: $0, on: tape) }
    tape.backward(
      from: zip(losses, fixture.batches.tasks).map { (loss: $0, weight: Float($1.weight)) })
    return losses.map { $0.array[0] }
  }
}

struct ModelFixtureError: Error, CustomStringConvertible { var description: String }

/// The largest difference between two arrays, as a share of the largest value expected; infinite for NaN or unequal
/// counts.
func relativeDifference(_ found: some Collection<Float>, _ expected: some Collection<Float>) -> Double {
  guard found.count == expected.count, found.allSatisfy(\.isFinite) else { return .infinity }
  let largest = expected.map { Double($0.magnitude) }.max() ?? 0
  let difference = zip(found, expected).map { abs(Double($0) - Double($1)) }.max() ?? 0
  return difference / max(largest, 1e-30)
}
