import Foundation

/// A metric's value, `-` where it is not defined.
func shownFigure(_ value: Double?, decimals: Int = 4) -> String {
  guard let value else { return "-" }
  return String(format: "%.\(decimals)f", value)
}

/// `43 s`, `2 min 5 s`, `1 h 2 min`.
func shownTime(_ seconds: Double) -> String {
  let whole = Int(seconds.rounded())
  if whole < 60 { return seconds < 10 ? String(format: "%.1f s", seconds) : "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3600) h \(whole / 60 % 60) min"
}

/// The path of a file or folder as a person would type it here: relative when it is below the working directory.
func shownPath(_ url: URL) -> String {
  let path = url.standardizedFileURL.path
  let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath).standardizedFileURL.path
  return path.hasPrefix(here + "/") ? String(path.dropFirst(here.count + 1)) : path
}
