import CommandLineOptions
import Foundation
import Training

/// Texts from a file or standard input, one a line, as they come.
struct TextStream {
  /// What a line holds.
  enum Form {
    /// One text, whatever is in it.
    case single
    /// Two texts with a TAB between them.
    case pair
    /// Either of the two.
    case singleOrPair
  }

  static let file = CommandArgument<String?>.optional(
    "FILE", help: "The input; '-' or nothing is standard input.")
  /// Enough lines at once to sort them by length, few enough that a pipe's reader sees results soon. The first are fewer,
  /// so that the first answer does not wait for hundreds of others.
  private static let firstBatch = 16
  private static let batch = 512

  /// Whether someone types at a terminal and reads the answers there.
  static func isConversation(_ invocation: Invocation) -> Bool {
    [nil, "-"].contains(invocation[file]) && invocation.output.isTerminal
      && Terminal.isInteractive(STDIN_FILENO)
  }

  let reader: LineReader
  let form: Form

  init(_ invocation: Invocation, form: Form) throws {
    reader = try LineReader(path: invocation[Self.file] ?? "-")
    self.form = form
    if reader.isTerminal {
      invocation.say(
        form == .pair
          ? "Two texts a line, with a TAB between them; Ctrl-D ends." : "A text a line; Ctrl-D ends.")
    }
  }

  /// Hands on the texts a batch at a time and brings to the output what is made of them, before it waits for more.
  func forEachBatch(output: OutputWriter, _ body: ([InputText]) throws -> Void) throws {
    var limit = Self.firstBatch
    while true {
      let first = reader.lineCount + 1
      let lines = try reader.nextLines(limit: limit)
      limit = min(2 * limit, Self.batch)
      guard !lines.isEmpty else { return }
      var texts: [InputText] = []
      var problem: CommandError?
      for (index, line) in lines.enumerated() {
        do throws(CommandError) { texts.append(try text(line, number: first + index)) } catch {
          problem = error
          break
        }
      }
      // What came before a bad line still gets its answers.
      if !texts.isEmpty { try body(texts) }
      try output.flush()
      if let problem { throw problem }
    }
  }

  private func text(_ line: String, number: Int) throws(CommandError) -> InputText {
    if form == .single { return InputText(line) }
    let fields = line.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
    if fields.count == 2 {
      return InputText(String(Substring(fields[0])), pair: String(Substring(fields[1])))
    }
    if fields.count == 1, form == .singleOrPair { return InputText(line) }
    let expected =
      form == .pair ? "two texts with a TAB between them" : "a text, or two with a TAB between them"
    let found = fields.count == 1 ? "no TAB" : "\(fields.count - 1) TABs"
    throw CommandError("\(reader.name):\(number): found \(found), expected \(expected)")
  }
}
