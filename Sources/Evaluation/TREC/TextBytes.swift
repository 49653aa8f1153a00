#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The bytes of a text, at one place in memory as long as this lives: a file mapped into memory, or what came
/// through a pipe.
package final class TextBytes: @unchecked Sendable {
  // Unchecked: the memory is never written once this exists.
  /// What messages call the text.
  package let name: String
  package let start: UnsafePointer<UInt8>
  package let count: Int
  private let isMapped: Bool
  private let memory: UnsafeMutableRawPointer

  private init(name: String, memory: UnsafeMutableRawPointer, count: Int, isMapped: Bool) {
    self.name = name
    self.memory = memory
    self.count = count
    self.isMapped = isMapped
    start = UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
  }

  deinit {
    if isMapped { munmap(memory, count) } else { memory.deallocate() }
  }

  package convenience init(_ bytes: [UInt8], name: String) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
    bytes.withUnsafeBytes {
      if let base = $0.baseAddress { memory.copyMemory(from: base, byteCount: $0.count) }
    }
    self.init(name: name, memory: memory, count: bytes.count, isMapped: false)
  }

  /// Opens a file. What is not a regular file, such as a named pipe, is read to its end.
  package static func file(_ path: String) throws(TRECFileError) -> TextBytes {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = errno == ENOENT ? "no such file" : String(cString: strerror(errno))
      throw TRECFileError(file: path, found: reason, expected: "a file that can be read")
    }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR {
        throw TRECFileError(file: path, found: "a folder", expected: "a file")
      }
      let size = Int(status.st_size)
      if status.st_mode & S_IFMT == S_IFREG, size > 0,
        let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED
      {
        return TextBytes(name: path, memory: memory, count: size, isMapped: true)
      }
    }
    return try reading(descriptor, name: path)
  }

  /// Reads a file descriptor to its end.
  package static func reading(_ descriptor: Int32, name: String) throws(TRECFileError) -> TextBytes {
    var capacity = 1 << 20
    var count = 0
    var memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    while true {
      let received = read(descriptor, memory + count, capacity - count)
      if received < 0, errno == EINTR { continue }
      guard received >= 0 else {
        let reason = errno == EISDIR ? "a folder" : String(cString: strerror(errno))
        memory.deallocate()
        throw TRECFileError(file: name, found: reason, expected: "input that can be read")
      }
      if received == 0 { return TextBytes(name: name, memory: memory, count: count, isMapped: false) }
      count += received
      if count == capacity {
        capacity *= 2
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: memory, byteCount: count)
        memory.deallocate()
        memory = larger
      }
    }
  }

  /// The number, from 1, of the line that an offset is in.
  package func line(at offset: Int) -> Int {
    var line = 1
    for index in 0..<min(offset, count) where start[index] == UInt8(ascii: "\n") { line += 1 }
    return line
  }

  /// Some of the bytes as text.
  package func text(_ offset: Int, _ length: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: start + offset, count: length), as: UTF8.self)
  }
}
