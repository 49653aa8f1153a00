/// `1 field`, `3,000 fields`, `2 queries`.
package func counted(_ count: Int, _ noun: String) -> String {
  let plural = noun.hasSuffix("y") ? noun.dropLast() + "ies" : noun + "s"
  return "\(grouped(count)) \(count == 1 ? noun : plural)"
}

/// `12,345`
package func grouped(_ number: Int) -> String {
  let digits = String(number.magnitude)
  var result = number < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { result += "," }
    result.append(digit)
  }
  return result
}
