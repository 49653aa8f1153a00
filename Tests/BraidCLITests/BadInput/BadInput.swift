import Testing

/// A shell command with something wrong in what braid is given, and all that it says to it.
struct BadInput: Sendable, CustomTestStringConvertible {
  /// Runs in a folder with the files of `TinyTasks` and a model, `run`. `$BRAID` is the executable.
  let script: String
  let status: Int32
  /// The whole of standard error; `FOLDER` stands for the folder, `CHECKSUM` for eight hexadecimal digits.
  let messages: String

  init(_ script: String, _ status: Int32, _ messages: String) {
    (self.script, self.status, self.messages) = (script, status, messages)
  }

  var testDescription: String { script }

  static let everywhere = tasks + training + models + heads + transfer + tools + readers
}
