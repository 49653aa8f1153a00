import Foundation

extension FuzzTarget {
  /// Input that libFuzzer has found to reach what no other input reaches: in `Corpus`, a file a reader and a line of
  /// Base64 an input.
  ///
  /// - Throws: when there is no such file.
  package func corpus() throws -> [[UInt8]] {
    try String(contentsOf: corpusFile, encoding: .utf8).split(separator: "\n").compactMap {
      Data(base64Encoded: String($0)).map(Array.init)
    }
  }

  private var corpusFile: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Corpus/\(name.replacingOccurrences(of: " ", with: "-")).txt")
  }
}
