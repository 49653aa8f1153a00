import CommandLineOptions
import Foundation
import TestSupport
import Testing

@Suite("Shell completions") struct CompletionTests {
  enum Form: String, CaseIterable, Sendable { case short, long }

  static let program = CommandLineProgram(
    "tool", version: "1", summary: "A tool.",
    commands: [
      Command(
        "train", summary: "Train on the user's files", arguments: [ExampleProgram.files],
        options: ExampleProgram.groups
      ) { _ in },
      Command(
        "show", summary: "Show: all [of it]",
        arguments: [CommandArgument<Form>.choice("FORM", default: .short, help: "How.")]
      ) { $0.output.write("shown") },
    ])

  /// The path of a shell, or nil with a line that says so.
  private func path(of shell: Shell) -> String? {
    let folders = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
    let found = folders.map { "\($0)/\(shell)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    if found == nil { print("There is no \(shell) here: its completions are not tried.") }
    return found
  }

  private func run(_ path: String, _ arguments: [String], script: String) throws -> (
    status: Int32, output: String
  ) {
    let name = FileManager.default.temporaryDirectory.appendingPathComponent("braid-\(UUID().uuidString)")
      .path
    let (input, output) = ("\(name).script", "\(name).output")
    try Data(script.utf8).write(to: URL(fileURLWithPath: input))
    defer { for file in [input, output] { try? FileManager.default.removeItem(atPath: file) } }
    // Both outputs in one file: the messages go where the output goes.
    let child = try ChildProcess(
      path, arguments + [input], environment: ProcessInfo.processInfo.environment,
      input: .file("/dev/null"), output: .file(output), messages: .descriptor(STDOUT_FILENO))
    let status = try #require(child.wait(seconds: 60))
    return (status, String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self))
  }

  @Test(
    "bash completes commands, options and the names that values and arguments have",
    arguments: [
      ("tool", "", "help show train --help --version"),
      ("tool", "tr", "train"),
      ("tool help", "s", "show"),
      ("tool train", "--no", "--no-shuffle"),
      ("tool train", "--se", "--seed"),
      ("tool train --mixing", "", "batches rows"),
      ("tool train --mixing", "b", "batches"),
      ("tool train --mixing", "=", "batches rows"),
      ("tool train --mixing =", "r", "rows"),
      ("tool train --cased", "--mi", "--mixing"),
      ("tool train", "", ""),
      ("tool train --output", "x", ""),
      ("tool train --epochs", "", ""),
      ("tool show", "", "long short"),
      ("tool show", "l", "long"),
      ("tool nothing", "", ""),
    ])
  func bash(before: String, word: String, offered: String) throws {
    guard let path = path(of: .bash) else { return }
    let words = before.split(separator: " ").map { "'\($0)'" } + ["'\(word)'"]
    let result = try run(
      path, ["--norc"],
      script: """
        set -e
        \(Self.program.completions(for: .bash))
        COMP_WORDS=(\(words.joined(separator: " ")))
        COMP_CWORD=\(words.count - 1)
        _tool || true
        printf '%s\\n' "${COMPREPLY[@]}"
        complete -p tool >/dev/null && echo declared
        """)
    var lines = result.output.split(separator: "\n").map(String.init)
    #expect(result.status == 0)
    #expect(lines.popLast() == "declared", "\(result.output)")
    #expect(lines.sorted() == offered.split(separator: " ").map(String.init).sorted())
  }

  @Test("every shell that is here can read its script", arguments: Shell.allCases)
  func syntax(shell: Shell) throws {
    let script = Self.program.completions(for: shell)
    for name in ["train", "show", "help", "mixing", "no-shuffle", "rows", "version"] {
      #expect(script.contains(name), "\(name)")
    }
    #expect(script.hasSuffix("\n") && !script.contains("\n\n\n"))
    guard let path = path(of: shell) else { return }
    let result = try run(path, ["-n"], script: script)
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output == "")
  }

  @Test("fish offers options, values and arguments")
  func fish() throws {
    let script = Self.program.completions(for: .fish)
    #expect(script.contains("-a show -d 'Show: all [of it]'"))
    #expect(script.contains("-d 'Train on the user\\'s files'"))
    #expect(script.contains("-s n -l epochs -r -f -d 'Passes over the training data'"))
    #expect(script.contains("-l mixing -r -f -a 'rows batches'"))
    #expect(script.contains("-s o -l output -r -F -d 'The folder of the run'"))
    #expect(script.contains("-l no-shuffle -d"))
    guard let path = path(of: .fish) else { return }
    let result = try run(
      path, ["--no-config"], script: script + "complete -C 'tool train --mixing b'\ncomplete -C 'tool sh'\n")
    #expect(result.output.split(separator: "\n").map { $0.prefix { $0 != "\t" } } == ["batches", "show"])
  }

  @Test("zsh gets a specification for each option, with what it must not take literally escaped")
  func zsh() {
    let script = Self.program.completions(for: .zsh)
    #expect(script.hasPrefix("#compdef tool\n"))
    #expect(script.contains("'train:Train on the user'\\''s files'"))
    #expect(script.contains("'(-n --epochs)'{-n+,--epochs=}'[Passes over the training data]:N: '"))
    #expect(script.contains("'--mixing='" + "'[How tasks share batches]:NAME:(rows batches)'"))
    #expect(script.contains("'*'{-m+,--metric=}'[A measure to print]:NAME: '"))
    #expect(script.contains("'--share='" + "'[How often each side has its turn]:AB: '"))
    #expect(script.contains("'--no-shuffle'" + "'[Take the rows in their own order]'"))
    #expect(script.contains("'*:FILE:_files'"))
    #expect(script.contains("':FORM:(short long)'"))
  }

  @Test("an argument that is one of some names is checked, and its help lists them")
  func choices() {
    func run(_ words: String...) -> (status: Int32, output: String, messages: String) {
      var (output, messages) = ("", "")
      let status = Self.program.run(
        words, output: OutputWriter { output += $0 }, messages: OutputWriter { messages += $0 }, helpWidth: 80
      )
      return (status, output, messages)
    }
    #expect(run("show", "long").output == "shown")
    let wrong = run("show", "shrt")
    #expect(wrong.status == 2)
    #expect(wrong.messages.contains("FORM takes 'short' or 'long', not 'shrt'; did you mean 'short'?"))
    #expect(run("show").messages.contains("FORM is missing"))
    #expect(run("show", "--help").output.contains("How. One of: short, long."))
  }
}
