import Foundation

/// A file or folder that could not be written.
public struct FileWritingError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The path that was to be written.
  public var path: String
  /// What failed.
  public var problem: String

  public var description: String { "\(path): \(problem)" }
}
