/// A text as it stands in a message: in quotes, shortened, with line breaks and control characters made
/// visible.
package func quoted(_ text: String, limit: Int = 60) -> String {
  var result = "\""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < limit else { return result + "…\"" }
    count += 1
    switch scalar {
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// `"a", "b" or "c"`, cut after `limit` names.
package func listed(_ names: [String], limit: Int = 12, conjunction: String = "or") -> String {
  var words = names.prefix(limit).map { quoted($0) }
  if names.count > limit { words.append("\(names.count - limit) others") }
  guard words.count > 1, let last = words.last else { return words.first ?? "nothing" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}

/// `1 field`, `3 fields`.
package func counted(_ count: Int, _ noun: String) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}

/// The name that `word` is most likely a misspelling of, or nil if none is near. Distance is the number of
/// insertions, deletions, substitutions and swaps of neighbours (optimal string alignment; Damerau 1964),
/// letter case and hyphens aside; a third of the longer word may differ. Of equally near names the first is
/// taken.
package func nearest(to word: String, among names: [String]) -> String? {
  func plain(_ text: String) -> [UInt8] { text.lowercased().utf8.filter { $0 != UInt8(ascii: "-") } }
  let wanted = plain(word)
  var best: (name: String, distance: Int)?
  for name in names {
    let candidate = plain(name)
    let distance = alignmentDistance(wanted, candidate)
    guard distance <= max(1, max(wanted.count, candidate.count) / 3) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (name, distance) }
  }
  return best?.name
}

private func alignmentDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var beforeLast = [Int](repeating: 0, count: right.count + 1)
  var last = Array(0...right.count)
  for i in 0..<left.count {
    var current = [i + 1]
    current.reserveCapacity(right.count + 1)
    for j in 0..<right.count {
      var distance = min(last[j + 1] + 1, current[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      current.append(distance)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}
