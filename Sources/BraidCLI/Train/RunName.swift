import Foundation

/// What a run is called when nobody says.
enum RunName {
  /// From the task files: `mrpc.json5` is `mrpc`, `restaurant/tasks.json5` is `restaurant`, several are joined.
  static func name(for taskFiles: [String]) -> String {
    let names = taskFiles.map { path in
      let file = URL(fileURLWithPath: path).standardizedFileURL
      let name = file.deletingPathExtension().lastPathComponent
      let folder = file.deletingLastPathComponent().lastPathComponent
      return name == "tasks" && folder != "/" && folder != "tasks" ? folder : name
    }
    return names.count <= 4 ? names.joined(separator: "-") : "\(names[0])-and-\(names.count - 1)-more"
  }

  /// `checkpoints/NAME`, or the first of `checkpoints/NAME-2`, `-3`, … that is free.
  static func freeFolder(_ name: String) -> URL {
    var number = 1
    while true {
      let folder = URL(fileURLWithPath: "checkpoints/" + (number == 1 ? name : "\(name)-\(number)"))
      if !FileManager.default.fileExists(atPath: folder.path) { return folder }
      number += 1
    }
  }
}
