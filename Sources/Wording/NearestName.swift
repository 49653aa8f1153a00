/// The name that `word` is most likely a misspelling of, or nil if none is near. Distance is the number of
/// insertions, deletions, substitutions and swaps of neighbours (optimal string alignment; Damerau 1964),
/// letter case and hyphens aside; a third of the longer word may differ. Of equally near names the first is
/// taken.
package func nearestName(to word: String, among names: [String]) -> String? {
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

/// What stands in a message for the name that was expected: the nearest in quotes, or where none is near a list of all, cut
/// after `limit`.
package func nearestOrAll(_ word: String, among names: [String], limit: Int = 12) -> String {
  nearestName(to: word, among: names).map { quoted($0) } ?? listed(names, limit: limit)
}

/// `; perhaps "columns" is meant`, or nothing where no name is near.
package func perhapsMeant(_ word: String, among names: [String]) -> String {
  nearestName(to: word, among: names).map { "; perhaps \(quoted($0)) is meant" } ?? ""
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
