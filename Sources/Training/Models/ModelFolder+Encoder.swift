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
    return try model([], sharing: .hard, on: device) {
      requiresPooler || !$0.hasPrefix("encoder.pooler.")
    }
  }
}
