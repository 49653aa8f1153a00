import Foundation

/// How much memory there is.
package enum MachineMemory {
  /// Bytes of this machine, or of the container that the process is in where that has fewer.
  package static var bytes: Int? {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap(
      limit)
    return (limits + [machine]).filter { $0 > 0 }.min()
  }

  private static func limit(_ file: String) -> Int? {
    guard let data = FileManager.default.contents(atPath: file) else { return nil }
    return Int(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
  }
}

/// Bytes as one reads them: `91 MB`, `2.4 GB`.
func shownBytes(_ bytes: Int) -> String {
  if bytes < 10_000_000 { return String(format: "%.1f MB", Double(bytes) / 1e6) }
  return bytes < 1_000_000_000
    ? "\(bytes / 1_000_000) MB" : String(format: "%.1f GB", Double(bytes) / 1e9)
}
