import Bytes
import Foundation

/// The records of a file one after the other: lines, or rows of a CSV file, which may hold line breaks between quotation
/// marks. No more is kept than the record and what was read with it.
final class RecordReader {
  struct Record {
    /// Without the line's end.
    let bytes: ArraySlice<UInt8>
    /// The number, from 1, of the line on which it begins.
    let line: Int
  }

  /// What messages call the input.
  let name: String
  private let descriptor: Int32
  private var memory = [UInt8](repeating: 0, count: 1 << 20)
  /// Where the next record begins, and how much has been read.
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var isAtBeginning = true
  private var line = 1
  /// The longest record: beyond it something else is wrong, such as a quotation mark that is not closed.
  private static let longest = 1 << 28

  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// The first byte, behind a byte order mark; nil of an empty file.
  func firstByte() throws -> UInt8? {
    while end - start < 4, !isAtEnd { try read() }
    if isAtBeginning, end - start >= 3, memory[start] == 0xEF, memory[start + 1] == 0xBB,
      memory[start + 2] == 0xBF
    {
      start += 3
    }
    isAtBeginning = false
    return start < end ? memory[start] : nil
  }

  /// The next record, or nil at the end.
  ///
  /// - Parameter isQuoted: whether a line break between quotation marks is part of the record.
  func next(isQuoted: Bool) throws -> Record? {
    if isAtBeginning { _ = try firstByte() }
    var searched = start
    var isOpen = false
    var breaks = 0
    while true {
      var stop: Int?
      if isQuoted {
        while searched < end, stop == nil {
          switch memory[searched] {
          // A doubled mark closes and opens again.
          case UInt8(ascii: "\""): isOpen.toggle()
          case 0x0A where isOpen: breaks += 1
          case 0x0A: stop = searched
          default: break
          }
          searched += 1
        }
      } else {
        stop = memory.span.firstIndex(of: 0x0A, in: searched..<end)
        searched = end
      }
      if stop == nil, isAtEnd, start < end {
        if isOpen { throw RankingFileError("\(name):\(line): found a quotation mark that is not closed") }
        stop = end
      }
      if let stop {
        let length = stop > start && memory[stop - 1] == 0x0D ? stop - 1 - start : stop - start
        let record = Record(bytes: memory[start..<start + length], line: line)
        start = min(stop + 1, end)
        line += 1 + breaks
        return record
      }
      if isAtEnd { return nil }
      let offset = searched - start
      try read()
      searched = start + offset
    }
  }

  /// Reads what there is, once, behind what has not been used.
  private func read() throws {
    if start > 0 {
      memory.removeFirst(start)
      memory.append(contentsOf: repeatElement(0, count: start))
      end -= start
      start = 0
    }
    if end == memory.count {
      guard end < Self.longest else {
        throw RankingFileError(
          "\(name):\(line): found more than \(Self.longest >> 20) MB, expected the end of the record")
      }
      memory.append(contentsOf: repeatElement(0, count: end))
    }
    let count = System.read(descriptor, into: &memory, from: end)
    guard count >= 0 else { throw RankingFileError("cannot read \(name): \(System.errorText)") }
    end += count
    isAtEnd = count == 0
  }
}
