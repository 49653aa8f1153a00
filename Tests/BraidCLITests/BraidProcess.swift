import Foundation
import TestSupport

/// One finished run of the built `braid` executable.
struct BraidProcess {
  let status: Int32
  let output: String
  let messages: String

  /// Runs `braid`, feeds it `input`, and waits for its end.
  ///
  /// Standard input and both outputs are files, so no pipe can fill up and stall either side.
  ///
  /// - Parameters:
  ///   - environment: added to that of the tests.
  ///   - interruption: asked again and again; as soon as it says yes, the process gets the signal.
  ///   - timeLimit: seconds after which it is killed and `BraidProcessError.timedOut` thrown.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:], in folder: URL? = nil,
    interruptWhen interruption: @escaping () -> Bool = { false }, by signal: Int32 = SIGINT,
    timeLimit: Double = 60
  ) throws -> BraidProcess {
    try run(
      executable(), arguments, input: Data(input.utf8), environment: environment, in: folder,
      interruptWhen: interruption, by: signal, timeLimit: timeLimit)
  }

  /// Runs `braid` with input that need not be text.
  static func run(_ arguments: [String], input: [UInt8], in folder: URL? = nil) throws -> BraidProcess {
    try run(executable(), arguments, input: Data(input), environment: [:], in: folder, timeLimit: 60)
  }

  /// Runs a shell script in which `$BRAID` is the executable.
  static func shell(
    _ script: String, input: String = "", in folder: URL? = nil, timeLimit: Double = 60
  ) throws -> BraidProcess {
    try run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", script], input: Data(input.utf8),
      environment: ["BRAID": executable().path], in: folder, timeLimit: timeLimit)
  }

  /// The executable, beside the tests in the build folder.
  static func executable() throws -> URL {
    var folders: [URL] = []
    for path in [CommandLine.arguments.first, Bundle.main.executablePath].compactMap({ $0 }) {
      // The tests are in the build folder itself on Linux, and in a bundle inside it on macOS.
      var folder = URL(fileURLWithPath: path).resolvingSymlinksInPath()
      for _ in 0..<4 {
        folder.deleteLastPathComponent()
        folders.append(folder)
      }
    }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    folders += ["release", "debug"].map { root.appendingPathComponent(".build/\($0)") }
    let candidates = folders.map { $0.appendingPathComponent("braid") }
    guard let found = candidates.first(where: { isExecutableFile($0) }) else {
      throw BraidProcessError.noExecutable(candidates.map(\.path))
    }
    return found
  }

  private static func isExecutableFile(_ file: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) && !isFolder.boolValue
      && FileManager.default.isExecutableFile(atPath: file.path)
  }

  private static func run(
    _ executable: URL, _ arguments: [String], input: Data, environment: [String: String], in folder: URL?,
    interruptWhen interruption: @escaping () -> Bool = { false }, by signal: Int32 = SIGINT, timeLimit: Double
  ) throws -> BraidProcess {
    let files = FileManager.default.temporaryDirectory.appendingPathComponent("braid-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: files) }
    let (stdin, stdout, stderr) = (
      files.appendingPathComponent("in"), files.appendingPathComponent("out"),
      files.appendingPathComponent("err")
    )
    try input.write(to: stdin)
    let child = try ChildProcess(
      executable.path, arguments,
      environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }, folder: folder?.path,
      input: .file(stdin.path), output: .file(stdout.path), messages: .file(stderr.path))
    let status = child.wait(seconds: timeLimit, sending: signal, when: interruption)
    let messages = String(decoding: try Data(contentsOf: stderr), as: UTF8.self)
    guard let status else {
      throw BraidProcessError.timedOut(arguments, after: timeLimit, messages: messages)
    }
    return BraidProcess(
      status: status, output: String(decoding: try Data(contentsOf: stdout), as: UTF8.self),
      messages: messages)
  }
}

enum BraidProcessError: Error, CustomStringConvertible {
  case noExecutable(_ searched: [String])
  case timedOut(_ arguments: [String], after: Double, messages: String)

  var description: String {
    switch self {
    case .noExecutable(let searched):
      "there is no built braid; looked for \(searched.joined(separator: ", "))"
    case .timedOut(let arguments, let limit, let messages):
      "braid \(arguments.joined(separator: " ")) did not end in \(limit) s; it wrote: \(messages)"
    }
  }
}
