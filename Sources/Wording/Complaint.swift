/// What every complaint about a file looks like: `file:line: part: found …, expected …`.
///
/// - Parameters:
///   - line: counted from 1; 0 if none can be named.
///   - part: what in the line, or in the file, is wrong; empty for all of it.
package func complaint(
  file: String, line: Int = 0, part: String = "", found: String, expected: String
) -> String {
  "\(file)\(line > 0 ? ":\(line)" : ""):\(part.isEmpty ? "" : " \(part):") found \(found), expected \(expected)"
}
