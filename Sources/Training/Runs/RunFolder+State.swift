import Foundation
import Tensors

/// What a run goes on from, in `resume/`.
///
/// Every file is written under another name, brought to the disk, and renamed, in this order: the best model, the log's
/// lines, the state that knows both. Whatever moment a run is killed at, the state on the disk is whole; the model and the
/// log beside it are of the same step or of later ones, which the run takes again to the same bits.
extension RunFolder {
  private var stateFolder: URL { url.appendingPathComponent("resume") }
  private var stateFile: URL { Self.stateFile(in: url) }

  private static func stateFile(in url: URL) -> URL {
    url.appendingPathComponent("resume/state.safetensors")
  }

  /// Whether a run was stopped before its end and can go on.
  public static func isUnfinished(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: stateFile(in: url).path)
  }

  /// Writes parameters, moments and counters in one file, so that they can't be of different steps. Tensors in which every
  /// bit is zero, as moments are before the first step, are left out.
  func saveState(of trainer: Trainer) throws {
    if !FileManager.default.fileExists(atPath: stateFolder.path) {
      try FileManager.default.createDirectory(at: stateFolder, withIntermediateDirectories: true)
      Durability.synchronizeFolder(url.path)
    }
    let logLength = try log.synchronize()
    let count = trainer.model.parameters.layout.count
    let tensors = Self.state(of: trainer).compactMap { name, memory -> SafetensorsWriter.Tensor? in
      let values = memory.floats.part(0..<count)
      guard values.contains(where: { $0.bitPattern != 0 }) else { return nil }
      return SafetensorsWriter.Tensor(name: name, shape: [count], values: values)
    }
    try SafetensorsWriter.write(
      tensors, metadata: ["state": RunState(trainer, logLength: logLength).encoded], to: stateFile)
  }

  /// Everything of a trainer that is as large as its parameters, and that a resumed run must have back.
  private static func state(of trainer: Trainer) -> [(name: String, memory: Memory)] {
    let averages = trainer.balance.averages?.slots ?? []
    let proximal = trainer.passes.proximal.map { [("proximal", $0.parameters.values)] } ?? []
    return [("parameters", trainer.model.parameters.values)] + proximal
      + trainer.optimizer.allMoments.enumerated().map { ("moment.\($0.offset)", $0.element) }
      + averages.enumerated().map { ("average.\($0.offset)", $0.element) }
  }

  /// Puts a trainer where the run was saved, and cuts the log back to there.
  ///
  /// - Throws: `SafetensorsError` for a file that isn't sound, `TrainingError.otherRun` when it is of another run.
  public func restore(_ trainer: Trainer) throws {
    let reader = try SafetensorsReader(stateFile)
    guard let text = reader.metadata["state"] else {
      throw SafetensorsError(file: reader.path, "the state of the run is missing")
    }
    try checkData(of: trainer)
    let state = try RunState(text, file: reader.path)
    try state.restore(trainer)
    let count = trainer.model.parameters.layout.count
    for (name, memory) in Self.state(of: trainer) {
      if reader.contains(name) {
        try reader.read(name, into: memory.floats.part(0..<count))
      } else {
        memory.floats.update(repeating: 0)
      }
    }
    trainer.model.parameters.pack()
    trainer.passes.proximal?.parameters.pack()
    try log.cut(to: state.logLength)
    if let best = trainer.best {
      trainer.best = Self.evaluations(in: url).last { $0.step == best.step && $0.isBest } ?? best
    }
  }

  private func checkData(of trainer: Trainer) throws {
    guard let text = try Self.options(in: url).first(where: { $0.name == "fingerprint" })?.value,
      let fingerprint = RunFingerprint(text)
    else { return }
    guard fingerprint.data == trainer.data.checksum else {
      throw TrainingError.otherRun("the data of its tasks are not what they were when it was started")
    }
  }

  /// Ends a run: from here on there is nothing to resume.
  func removeState() throws {
    _ = try log.synchronize()
    if FileManager.default.fileExists(atPath: stateFolder.path) {
      try FileManager.default.removeItem(at: stateFolder)
      Durability.synchronizeFolder(url.path)
    }
  }

  /// Removes what a process that was killed has left half written.
  func removeUnfinishedFiles() {
    for folder in [url, stateFolder] {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      where name.hasPrefix(".") && name.hasSuffix(".partial") {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
      }
    }
  }
}
