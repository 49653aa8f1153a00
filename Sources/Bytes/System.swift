#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The system's calls that take a path or memory. They are unsafe only in how C hands these over: Swift lends a path for the
/// call, ended by a zero, and memory with its length.
package enum System {
  /// - Returns: a descriptor, or a negative number; then `errno` says why.
  ///
  /// - Parameter isPrivate: whether a new file may be read by its owner alone, and not by all. Its owner may write it.
  package static func open(_ path: String, _ flags: Int32, isPrivate: Bool = false) -> Int32 {
    unsafe systemOpen(path, flags | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
  }

  /// - Returns: whether it is done; `errno` says why not. So it is of the next ones.
  package static func rename(_ old: String, to new: String) -> Bool { unsafe systemRename(old, new) == 0 }

  package static func unlink(_ path: String) -> Bool { unsafe systemUnlink(path) == 0 }

  package static func makeFolder(_ path: String) -> Bool { unsafe mkdir(path, 0o755) == 0 }

  package static func removeEmptyFolder(_ path: String) -> Bool { unsafe rmdir(path) == 0 }

  /// The path without links.
  package static func realPath(_ path: String) -> String? {
    // The system allocates the text, ended by a zero; it is copied and freed here.
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// The system's words for the last call that failed.
  package static var errorText: String { text(ofError: errno) }

  package static func text(ofError code: Int32) -> String {
    // The text is not changed before the thread asks again.
    unsafe String(cString: strerror(code))
  }

  /// Reads what there is, once, and waits for it if need be.
  ///
  /// - Returns: how many bytes, 0 at the end, or a negative number; then `errno` says why.
  package static func read(_ descriptor: Int32, into bytes: inout [UInt8], from start: Int) -> Int {
    precondition((0...bytes.count).contains(start), "a place beyond the bytes")
    return unsafe bytes.withUnsafeMutableBytes { bytes in
      while true {
        // The system writes no more than there is room for.
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
        let count = unsafe systemRead(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
        if count >= 0 || errno != EINTR { return count }
      }
    }
  }

  /// Reads a file to its end.
  ///
  /// - Returns: nil when it can't be read; then `errno` says why.
  package static func readToEnd(_ descriptor: Int32) -> [UInt8]? {
    // A byte more than a file has, so that the end is seen without more room.
    var bytes = [UInt8](repeating: 0, count: max(FileStatus(descriptor: descriptor)?.size ?? 0, 1 << 16) + 1)
    var count = 0
    while true {
      let received = read(descriptor, into: &bytes, from: count)
      guard received >= 0 else { return nil }
      count += received
      if received == 0 {
        bytes.removeLast(bytes.count - count)
        return bytes
      }
      if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
    }
  }

  /// Fills memory with what a file has from an offset on.
  ///
  /// - Returns: how many bytes, fewer where the file ends, or a negative number; then `errno` says why.
  package static func read(_ descriptor: Int32, at offset: Int, into bytes: inout MutableSpan<UInt8>) -> Int {
    unsafe bytes.withUnsafeMutableBytes { bytes in
      var done = 0
      while done < bytes.count {
        // One call reads at most 2 GiB on every system, and writes no more than there is room for.
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
        let count = unsafe pread(descriptor, rest.baseAddress, min(rest.count, 1 << 30), off_t(offset + done))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? count : done }
        done += count
      }
      return done
    }
  }

  /// Hands all bytes to the system.
  ///
  /// - Returns: whether it took them; `errno` says why not.
  package static func write(_ bytes: Span<UInt8>, to descriptor: Int32) -> Bool {
    unsafe bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        // Larger calls are refused on some systems. No more is read than there is.
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
        let count = unsafe systemWrite(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { return false }
        done += count
      }
      return true
    }
  }
}

/// What stands under a name.
package struct FileStatus {
  private let status: stat

  /// Nil when there is nothing, or nothing that can be looked at.
  ///
  /// - Parameter followsLinks: whether a link is what it leads to.
  package init?(_ path: String, followsLinks: Bool = true) {
    var status = stat()
    // The system fills in the structure.
    guard unsafe (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    self.status = status
  }

  package init?(descriptor: Int32) {
    var status = stat()
    // The system fills in the structure.
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.status = status
  }

  package var isFile: Bool { status.st_mode & S_IFMT == S_IFREG }
  package var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
  package var isLink: Bool { status.st_mode & S_IFMT == S_IFLNK }
  /// In bytes.
  package var size: Int { Int(status.st_size) }
}

// Functions of the system whose names `System` has as well.

private func systemOpen(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
  unsafe open(path, flags, mode)
}

private func systemRename(_ old: UnsafePointer<CChar>, _ new: UnsafePointer<CChar>) -> Int32 {
  unsafe rename(old, new)
}

private func systemUnlink(_ path: UnsafePointer<CChar>) -> Int32 { unsafe unlink(path) }

private func systemRead(_ descriptor: Int32, _ memory: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  unsafe read(descriptor, memory, count)
}

private func systemWrite(_ descriptor: Int32, _ memory: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, memory, count)
}
