import Tasks
import Wording

/// The description of the tensors at the head of a safetensors file: 8 bytes with the length N of the header
/// (little-endian), N bytes of JSON, then the data that the JSON's offsets index.
///
/// Everything is checked before it is used, as a header may come from anywhere: the format requires that the tensors
/// cover the data exactly, without gaps or overlaps.
struct SafetensorsHeader: Sendable {
  struct Tensor: Sendable, Equatable {
    var name: String
    /// The name of the element type as the file spells it: F32, F16, BF16, I64…
    var elementType: String
    var shape: [Int]
    /// Bytes of the tensor, counted from the start of the file.
    var bytes: Range<Int>
    /// Product of the shape.
    var count: Int
  }

  /// In the order of the data.
  var tensors: [Tensor]
  var metadata: [String: String]

  /// The format allows 25 times as much, but what a header takes in memory is a multiple of its length; 40,000 tensors fit.
  static let maximumLength = 4_000_000
  /// Eight or nine a tensor. A header takes at most 80 MB of memory.
  private static let maximumValues = 400_000

  /// Bytes an element of the types that the format knows.
  static func size(ofElement type: String) -> Int? {
    switch type {
    case "F64", "I64", "U64", "C64": 8
    case "F32", "I32", "U32": 4
    case "F16", "BF16", "I16", "U16": 2
    case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0": 1
    default: nil
    }
  }

  /// - Parameters:
  ///   - json: the header's bytes.
  ///   - file: path for messages.
  ///   - fileSize: length of the whole file in bytes; the data reach from the header's end to here.
  /// - Throws: `SafetensorsError`.
  init(json: [UInt8], file: String, fileSize: Int) throws {
    let start = 8 + json.count
    let length = fileSize - start
    let document: JSONValue
    do {
      document = try JSONReader.readStrictly(json, most: Self.maximumValues)
    } catch {
      throw SafetensorsError(file: file, "the header is not valid JSON: \(error)")
    }
    guard let members = document.members else {
      throw SafetensorsError(file: file, "the header is \(document.summary), expected an object")
    }
    tensors = []
    metadata = [:]
    for member in members {
      if member.name == "__metadata__" {
        metadata = try Self.metadata(member.value, file: file)
      } else {
        tensors.append(try Self.tensor(member, file: file, start: start, length: length))
      }
    }
    tensors.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
    var end = start
    for tensor in tensors {
      guard tensor.bytes.lowerBound == end else {
        let relation = tensor.bytes.lowerBound < end ? "overlaps" : "leaves a gap after"
        throw SafetensorsError(
          file: file, tensor: tensor.name,
          "its data start at offset \(tensor.bytes.lowerBound - start), which \(relation) the tensor before it"
            + " (expected \(end - start))")
      }
      end = tensor.bytes.upperBound
    }
    guard end == fileSize else {
      throw SafetensorsError(file: file, "\(fileSize - end) bytes at the end belong to no tensor")
    }
  }

  private static func metadata(_ value: JSONValue, file: String) throws -> [String: String] {
    guard let members = value.members else {
      throw SafetensorsError(file: file, "__metadata__ is \(value.summary), expected an object")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.string else {
        throw SafetensorsError(
          file: file, "__metadata__ has \(member.value.summary) for \(quoted(member.name)), expected a text")
      }
      metadata[member.name] = text
    }
    return metadata
  }

  private static func tensor(_ member: JSONValue.Member, file: String, start: Int, length: Int) throws
    -> Tensor
  {
    func failure(_ problem: String) -> SafetensorsError {
      SafetensorsError(file: file, tensor: member.name, problem)
    }
    func naturals(_ key: String) throws -> [Int] {
      guard let elements = member.value[key]?.elements else {
        throw failure("\(key) is \(member.value[key]?.summary ?? "missing"), expected a list")
      }
      return try elements.map { element in
        guard let value = element.integer, value >= 0 else {
          throw failure("\(key) holds \(element.summary), expected whole numbers from 0 that fit 64 bits")
        }
        return value
      }
    }
    guard let type = member.value["dtype"]?.string else {
      throw failure("dtype is \(member.value["dtype"]?.summary ?? "missing"), expected a text")
    }
    let shape = try naturals("shape")
    let offsets = try naturals("data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw failure("data_offsets are \(offsets), expected a start and an end")
    }
    guard offsets[1] <= length else {
      throw failure("its data end at offset \(offsets[1]), but the file has only \(length) bytes of data")
    }
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw failure("the shape \(shape) has more elements than fit 64 bits") }
      count = product
    }
    // Of a type that is not known the length can't be checked; reading such a tensor is refused.
    if let size = Self.size(ofElement: type) {
      let (expected, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, expected == offsets[1] - offsets[0] else {
        throw failure(
          "the shape \(shape) of \(type) does not fit its \(offsets[1] - offsets[0]) bytes of data")
      }
    }
    return Tensor(
      name: member.name, elementType: type, shape: shape,
      bytes: start + offsets[0]..<start + offsets[1], count: count)
  }
}
