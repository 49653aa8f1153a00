import Bytes
import Foundation

/// Brings what was written to the disk itself, so that a power cut can't take it back.
enum Durability {
  /// Waits until a file's content is on the disk.
  ///
  /// - Returns: whether it is; `errno` says why not.
  static func synchronize(_ descriptor: Int32) -> Bool {
    #if canImport(Darwin)
      // There fsync leaves the content in the drive's own memory. Not every file system has the stronger call.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return true }
    #endif
    return fsync(descriptor) == 0
  }

  /// Brings a folder's entries (names, renames) to the disk. Not all file systems can; that is not a failure.
  static func synchronizeFolder(_ path: String) {
    let descriptor = System.open(path, O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
