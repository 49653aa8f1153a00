import Foundation
import Networks
import Tensors

extension ModelFolder {
  /// The encoder of this folder, without the tasks that it may have.
  ///
  /// - Parameter requiresPooler: whether it is an error if the pooler is missing, as it is from some published encoders;
  ///   else its parameters are zero then.
  /// - Throws: as `loadParameters`; `ModelError` when parameters are missing.
  public func encoderModel(on device: Device, requiresPooler: Bool) throws -> Model {
    guard sharing == .hard else {
      throw ModelError(
        "\(url.path): its tasks share the encoder as \(sharing.spelling) says, so that there is no one encoder of all; "
          + "'braid extract' makes a model of one task")
    }
    let model = try Model(
      configuration: encoder, tokenizer: tokenizer, tasks: [], device: device)
    let missing = try loadParameters(into: model, isBorrowing: true).missing.filter {
      requiresPooler || !$0.hasPrefix("encoder.pooler.")
    }
    guard missing.isEmpty else {
      throw ModelError("\(url.path): model.safetensors lacks \(listing(missing))")
    }
    return model
  }
}

extension Model {
  /// Writes the encoder and its tokenizer as a folder that Python's `transformers` loads. A new folder appears complete or
  /// not at all.
  ///
  /// - Parameter replacing: whether files of the same names may go if the folder is there. Others stay.
  /// - Throws: `FileWritingError`; `ModelError` for a folder that holds tasks, whose heads would be lost.
  public func export(to folder: URL, replacing: Bool = false) throws {
    let manager = FileManager.default
    guard replacing, manager.fileExists(atPath: folder.path) else {
      return try AtomicFolder.write(to: folder) { try write(to: $0, withTasks: false) }
    }
    guard !manager.fileExists(atPath: folder.appendingPathComponent("tasks.json").path) else {
      throw ModelError("\(folder.path): a model with tasks is there, which an encoder alone does not replace")
    }
    try write(to: folder, withTasks: false)
  }
}
