import Tokenization

/// Times the tokenizer on a text, line by line, on one thread.
package enum TokenizationBenchmark {
  package struct Result: Sendable {
    package let bytesPerSecond: Double
    package let tokensPerSecond: Double
  }

  /// - Parameter seconds: how long the text is gone through again and again; the fastest time counts.
  package static func run(_ text: [UInt8], tokenizer: Tokenizer, seconds: Double = 3) -> Result {
    let lines = text.split(separator: UInt8(ascii: "\n"))
    var ids: [Int32] = []
    var best = Double.infinity
    let begin = ContinuousClock.now
    repeat {
      ids.removeAll(keepingCapacity: true)
      let time = ContinuousClock().measure {
        for line in lines { tokenizer.appendIDs(of: line, to: &ids) }
      }
      best = min(best, time.seconds)
    } while (ContinuousClock.now - begin).seconds < seconds
    return Result(bytesPerSecond: Double(text.count) / best, tokensPerSecond: Double(ids.count) / best)
  }
}
