import Bytes
import Foundation
import Tensors

/// Reads single tensors of a safetensors file as `Float`, straight into the caller's memory. Only the header is kept;
/// the file stays open until the reader goes. Safe to use from several threads.
package final class SafetensorsReader: Sendable {
  private let file: InputFile
  private let tensors: [SafetensorsHeader.Tensor]
  private let positions: [String: Int]
  /// Nil in files of other programs.
  private let checksums: SafetensorsChecksums?

  /// Free text that the writer left in the header, but for checksums.
  package let metadata: [String: String]

  /// Path of the file, as messages give it.
  package var path: String { file.path }

  /// - Throws: `SafetensorsError` when the file can't be opened or its header is not sound.
  package init(_ url: URL) throws {
    file = try InputFile(url)
    guard file.size >= 8 else {
      throw SafetensorsError(file: file.path, "\(file.size) bytes are too few for a safetensors file")
    }
    let prefix = try file.bytes(0..<8)
    if prefix.elementsEqual("version ".utf8) {
      throw SafetensorsError(
        file: file.path,
        "this is a Git LFS pointer, not the file it stands for: run 'git lfs pull' where it came from")
    }
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(file.size - 8) else {
      throw SafetensorsError(
        file: file.path,
        "not a safetensors file, or cut short: the header should have \(length) bytes, \(file.size - 8) are there"
      )
    }
    guard length <= UInt64(SafetensorsHeader.maximumLength) else {
      throw SafetensorsError(
        file: file.path,
        "the header has \(length) bytes, which no encoder needs: at most \(SafetensorsHeader.maximumLength) are read"
      )
    }
    let json = try file.bytes(8..<8 + Int(length))
    let header = try SafetensorsHeader(json: json, file: file.path, fileSize: file.size)
    checksums = try SafetensorsChecksums(
      start: prefix + json, metadata: header.metadata, count: header.tensors.count, file: file.path)
    tensors = header.tensors
    metadata = header.metadata.filter { !SafetensorsChecksums.isOwn($0.key) }
    positions = Dictionary(uniqueKeysWithValues: header.tensors.enumerated().map { ($1.name, $0) })
  }

  /// All names, in the order of the data.
  package var names: [String] { tensors.map(\.name) }

  package func contains(_ name: String) -> Bool { positions[name] != nil }

  /// - Throws: `SafetensorsError` when there is no such tensor.
  package func shape(of name: String) throws -> [Int] { try tensor(name).shape }

  /// Reads a tensor, row-major, into memory of exactly its number of elements. F32 is copied, F16 and BF16 are widened.
  /// - Throws: `SafetensorsError` when there is no such tensor, the count differs, the type is another, the file can't be
  ///   read, or the data are not what the file's checksums say.
  package func read(_ name: String, into target: Numbers) throws {
    let position = try position(of: name)
    let tensor = tensors[position]
    guard target.count == tensor.count else {
      throw SafetensorsError(
        file: path, tensor: name,
        "it has the shape \(tensor.shape) with \(tensor.count) elements, expected \(target.count) elements")
    }
    let checksum: UInt32?
    switch tensor.elementType {
    case "F32": checksum = try copy(tensor, into: target)
    case "F16": checksum = try widen(tensor, into: target, HalfPrecision.float(binary16:))
    case "BF16": checksum = try widen(tensor, into: target, HalfPrecision.float(bfloat16:))
    default: throw unsupported(tensor)
    }
    if let checksum { try check(checksum, ofTensorAt: position) }
  }

  private func check(_ found: UInt32, ofTensorAt position: Int) throws(SafetensorsError) {
    guard let expected = checksums?.tensors[position], found != expected else { return }
    throw SafetensorsError(
      file: path, tensor: tensors[position].name,
      "its data are damaged: their checksum is \(found.checksumText), the file says \(expected.checksumText)")
  }

  /// A tensor's elements, row-major.
  /// - Throws: as `read(_:into:)`.
  package func read(_ name: String) throws -> [Float] {
    let tensor = try tensor(name)
    // Of other types the header's count is not bound to the file's size.
    guard Self.readableTypes.contains(tensor.elementType) else { throw unsupported(tensor) }
    let memory = try Memory(count: tensor.count)
    return try withExtendedLifetime(memory) {
      try read(name, into: memory.floats)
      return Array(memory.floats)
    }
  }

  /// Where the elements of tensors are if they can be used as they stand in the file, one tensor behind the other: of type
  /// F32, in this machine's byte order, each number at a multiple of its size. Nil if not, or if the file can't be mapped.
  ///
  /// - Throws: `SafetensorsError` when the data are not what the file's checksums say.
  package func mapped(
    _ names: [String]
  ) throws(SafetensorsError) -> (values: Numbers, owner: any AnyObject & Sendable)? {
    #if _endian(big)
      return nil
    #else
      var range: Range<Int>?
      for name in names {
        guard let tensor = try? tensor(name), tensor.elementType == "F32", tensor.count > 0 else {
          return nil
        }
        if let before = range, before.upperBound != tensor.bytes.lowerBound { return nil }
        range = (range?.lowerBound ?? tensor.bytes.lowerBound)..<tensor.bytes.upperBound
      }
      guard let range, range.lowerBound % MemoryLayout<Float>.alignment == 0, let mapping = file.mapping,
        let values = file.floats(range)
      else { return nil }
      if checksums != nil {
        for position in names.compactMap({ positions[$0] }) {
          let bytes = tensors[position].bytes
          let checksum = mapping.withBytes { CRC32C.checksum(of: $0.extracting(bytes)) }
          try check(checksum, ofTensorAt: position)
        }
      }
      return (values, mapping)
    #endif
  }

  private static let readableTypes = ["F32", "F16", "BF16"]

  private func unsupported(_ tensor: SafetensorsHeader.Tensor) -> SafetensorsError {
    SafetensorsError(
      file: path, tensor: tensor.name,
      "elements of type \(tensor.elementType) are not supported (F32, F16 and BF16 are)")
  }

  private func tensor(_ name: String) throws -> SafetensorsHeader.Tensor { tensors[try position(of: name)] }

  private func position(of name: String) throws -> Int {
    guard let position = positions[name] else {
      throw SafetensorsError(file: path, tensor: name, "there is no tensor of this name")
    }
    return position
  }

  /// Bytes that are read and summed up at a time: few enough to be in the processor's cache for the second.
  private static let piece = 1 << 18

  /// - Returns: the checksum of the tensor's bytes; nil in a file without any.
  private func copy(
    _ tensor: SafetensorsHeader.Tensor, into target: Numbers
  ) throws -> UInt32? {
    var checksum = CRC32C()
    for start in stride(from: 0, to: target.count, by: Self.piece / 4) {
      let piece = target.part(start..<min(start + Self.piece / 4, target.count))
      try piece.withMutableBytes { bytes in
        try file.read(from: tensor.bytes.lowerBound + 4 * start, into: &bytes)
        if checksums != nil { checksum.update(bytes.span) }
      }
    }
    #if _endian(big)
      for index in target.indices {
        target[index] = Float(bitPattern: UInt32(littleEndian: target[index].bitPattern))
      }
    #endif
    return checksums.map { _ in checksum.value }
  }

  /// - Returns: as `copy`.
  private func widen(
    _ tensor: SafetensorsHeader.Tensor, into target: Numbers, _ convert: (UInt16) -> Float
  ) throws -> UInt32? {
    let piece = Self.piece / 2
    var checksum = CRC32C()
    for start in stride(from: 0, to: tensor.count, by: piece) {
      let first = tensor.bytes.lowerBound + 2 * start
      let bytes = try file.bytes(first..<first + 2 * min(piece, tensor.count - start))
      if checksums != nil { checksum.update(bytes.span) }
      for index in 0..<bytes.count / 2 {
        target[start + index] = convert(UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8)
      }
    }
    return checksums.map { _ in checksum.value }
  }
}

/// A file open for reading at any offset.
private final class InputFile: Sendable {
  let path: String
  let size: Int
  private let descriptor: Int32
  /// The whole file in memory; nil if that can't be done.
  let mapping: FileMapping?

  init(_ url: URL) throws {
    path = url.path
    let opened = System.open(path, O_RDONLY)
    guard opened >= 0 else { throw SafetensorsError(file: path, "can't be opened: \(System.errorText)") }
    guard let status = FileStatus(descriptor: opened), status.isFile else {
      close(opened)
      throw SafetensorsError(file: path, "is not a file")
    }
    descriptor = opened
    size = status.size
    mapping = FileMapping(descriptor: opened, count: size)
  }

  deinit { close(descriptor) }

  func bytes(_ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var span = bytes.mutableSpan
    try read(from: range.lowerBound, into: &span)
    return bytes
  }

  func read(from offset: Int, into target: inout MutableSpan<UInt8>) throws {
    let count = System.read(descriptor, at: offset, into: &target)
    guard count >= 0 else { throw SafetensorsError(file: path, "can't be read: \(System.errorText)") }
    guard count == target.count else {
      throw SafetensorsError(file: path, "became shorter while it was being read")
    }
  }

  /// The numbers of a stretch of the file; nil if it can't be mapped. Valid as long as `mapping` lives.
  func floats(_ bytes: Range<Int>) -> Numbers? {
    guard let mapping else { return nil }
    // Whoever gets them gets the mapping with them, and only reads.
    let floats = unsafe mapping.numbers(bytes, as: Float.self)
    return unsafe floats.baseAddress.map { unsafe Numbers(base: $0, count: floats.count) }
  }
}
