import Bytes
import Foundation

/// A file or folder that could not be written.
public struct FileWritingError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The path that was to be written.
  public var path: String
  /// What failed.
  public var problem: String

  public var description: String { "\(path): \(problem)" }
}

extension FileWritingError {
  /// Of a folder that could not be made, with the system's reason.
  init(folder: URL, making error: any Error) {
    let reason = ((error as? CocoaError)?.underlying as? POSIXError).map {
      System.text(ofError: $0.code.rawValue)
    }
    self.init(path: folder.path, problem: "the folder can't be made: \(reason ?? "\(error)")")
  }
}
