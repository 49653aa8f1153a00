import Foundation

/// Brings what was written to the disk itself, so that a power cut can't take it back.
enum Durability {
  /// Hands all bytes to the system.
  ///
  /// - Returns: whether it took them; `errno` says why not.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      // Larger calls are refused on some systems.
      let count = systemWrite(descriptor, base, min(rest.count, 1 << 30))
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
  }

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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

private func systemWrite(_ descriptor: Int32, _ base: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, base, count)
}
