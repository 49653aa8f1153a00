import Foundation
import Tasks
import Tensors

/// Writes safetensors files, with checksums in their metadata. The same tensors give the same bytes.
package enum SafetensorsWriter {
  /// One tensor to write: `values` are its elements, row-major, and stay valid for the call.
  package struct Tensor {
    package var name: String
    package var shape: [Int]
    package var values: Numbers

    package init(name: String, shape: [Int], values: Numbers) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// The metadata by which Python's `transformers` knows a file of PyTorch layout.
  package static let transformersMetadata = ["format": "pt"]

  /// Writes the tensors as F32 in the given order, under a temporary name that then replaces `url`.
  /// - Throws: `SafetensorsError` for a name that occurs twice or a shape that does not fit its values,
  ///   `FileWritingError` when the file can't be written.
  package static func write(_ tensors: [Tensor], metadata: [String: String] = [:], to url: URL) throws {
    let checksums = SafetensorsChecksums(
      tensors: tensors.map { tensor in withBytes(of: tensor) { CRC32C.checksum(of: $0) } })
    let header = try header(
      tensors, metadata: metadata.merging(checksums.metadata) { $1 }, file: url.path)
    var start = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + header.utf8
    SafetensorsChecksums.seal(&start)
    try AtomicFile.write(to: url) { output in
      try output.write(start)
      for tensor in tensors { try withBytes(of: tensor) { try output.write($0) } }
    }
  }

  /// A tensor's values as they are in the file.
  private static func withBytes<Result>(
    of tensor: Tensor, _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result {
    #if _endian(big)
      let bytes = tensor.values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
      }
      return try body(bytes.span)
    #else
      return try tensor.values.withBytes(body)
    #endif
  }

  private static func header(_ tensors: [Tensor], metadata: [String: String], file: String) throws -> String {
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      let sorted = metadata.sorted { $0.key < $1.key }
      members.append(.init("__metadata__", .object(sorted.map { .init($0.key, .text($0.value)) })))
    }
    var names: Set = ["__metadata__"]
    var offset = 0
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw SafetensorsError(file: file, tensor: tensor.name, "the name is taken")
      }
      guard tensor.shape.allSatisfy({ $0 >= 0 }), tensor.shape.reduce(1, *) == tensor.values.count else {
        throw SafetensorsError(
          file: file, tensor: tensor.name,
          "the shape \(tensor.shape) does not fit \(tensor.values.count) values")
      }
      let end = offset + 4 * tensor.values.count
      members.append(
        .init(
          tensor.name,
          .object([
            .init("dtype", .text("F32")), .init("shape", .list(tensor.shape.map { .number($0) })),
            .init("data_offsets", .list([.number(offset), .number(end)])),
          ])))
      offset = end
    }
    let text = JSONValue.object(members).encodedLine()
    // Spaces at the end put the data at a multiple of 8 bytes.
    return text + String(repeating: " ", count: (8 - text.utf8.count % 8) % 8)
  }
}
