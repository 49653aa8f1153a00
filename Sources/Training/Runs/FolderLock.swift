import Bytes
import Foundation

/// Keeps a second process from working in a run's folder. The system lets go of it when the process ends, however it ends.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `ModelError` when another process has the folder.
  init(_ folder: URL) throws(ModelError) {
    descriptor = System.open(folder.path, O_RDONLY)
    // File systems without locks, and folders that can't be opened, are left to the calls that follow.
    if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw ModelError("\(folder.path): another process is training in this folder")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
