import Foundation

/// Data sets and outputs of other programs that are too large for the repository, in a folder `shared` beside it.
package enum SharedFiles {
  /// The top of the repository.
  package static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  package static let folder = repository.deletingLastPathComponent().appendingPathComponent("shared")

  /// Whether tests that need the folder run: where it is missing, only those of a continuous integration run must fail.
  package static let areChecked =
    FileManager.default.fileExists(atPath: folder.path)
    || ProcessInfo.processInfo.environment["CI"] == "true"
}
