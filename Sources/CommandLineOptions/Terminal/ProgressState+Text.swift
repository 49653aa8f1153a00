extension ProgressState {
  /// One line of at most `width` columns for a terminal, with a bar.
  ///
  /// What does not fit goes in this order: tokens a second, the ends of long names with a decimal of each
  /// loss, the bar, losses from the last, and the rest is cut.
  ///
  ///     epoch 1/3 [=====>      ]  45 %  sst 0.412  stsb 1.027  3012 tokens/s  1:07 left
  public func line(width: Int) -> String {
    for form in Form.all(rate: rateText != nil) {
      let line = parts(form).joined(separator: "  ")
      let spare = width - displayWidth(line)
      guard spare >= 0 else { continue }
      guard form.bar > 0 else { return line }
      var wider = form
      wider.bar += min(spare, Form.widestBar - form.bar)
      return parts(wider).joined(separator: "  ")
    }
    var form = Form()
    for shown in (0..<losses.count).reversed() {
      form.losses = shown
      let line = parts(form).joined(separator: "  ")
      if displayWidth(line) <= width { return line }
    }
    return truncated(parts(form).joined(separator: "  "), to: width)
  }

  /// How much of a state is shown.
  private struct Form {
    /// Columns of the bar, 0 for none.
    var bar = 0
    var losses = Int.max
    var rate = false
    /// Columns that a task's name may take.
    var name = Int.max
    var decimals = 3
    var head = "epoch "

    static let widestBar = 30

    /// Those that show every loss, the fullest first.
    static func all(rate: Bool) -> [Form] {
      let brief = (4...12).reversed().map { Form(bar: 10, name: $0, decimals: 2, head: "") }
      let briefest = (4...12).reversed().map { Form(name: $0, decimals: 2, head: "") }
      return (rate ? [Form(bar: 12, rate: true)] : []) + [Form(bar: 12)] + brief + [Form()] + briefest
    }
  }

  /// One line of any length for a log, without a bar.
  public var logLine: String {
    (["step \(step)/\(steps)"] + parts(Form(rate: true))).joined(separator: "  ")
  }

  private var rateText: String? {
    tokensPerSecond.flatMap { $0.isFinite && $0 >= 0 ? "\(Int(min($0, 1e12).rounded())) tokens/s" : nil }
  }

  private func parts(_ form: Form) -> [String] {
    let percent = Int((fraction * 100).rounded(.down))
    let share = (percent < 10 ? "  " : percent < 100 ? " " : "") + "\(percent) %"
    let head = "\(form.head)\(epoch)/\(epochs)"
    var parts = form.bar > 0 ? ["\(head) \(Self.bar(fraction, width: form.bar)) \(share)"] : [head, share]
    parts += losses.prefix(form.losses).map { loss in
      let name = form.name < .max ? Self.cut(loss.task, to: form.name) : loss.task
      return "\(name) \(loss.value.map { Self.shown($0, decimals: form.decimals) } ?? "-")"
    }
    if form.losses < losses.count { parts.append("…") }
    if form.rate, let rateText { parts.append(rateText) }
    if let secondsLeft, secondsLeft.isFinite { parts.append("\(Self.clock(secondsLeft)) left") }
    return parts
  }

  /// The beginning of a name, without a sign that it was cut: the names stand in the order of the tasks.
  private static func cut(_ name: String, to width: Int) -> String {
    var result = ""
    for character in name {
      guard displayWidth(result) + displayWidth(character) <= width else { break }
      result.append(character)
    }
    return result
  }

  /// `[====>     ]`, brackets included in the width. ASCII, because other bars are two columns wide in some
  /// terminals.
  private static func bar(_ fraction: Double, width: Int) -> String {
    let inside = max(width - 2, 1)
    let done = Int(fraction * Double(inside))
    let head = done > 0 && done < inside ? ">" : ""
    let full = String(repeating: "=", count: done - head.count)
    return "[" + full + head + String(repeating: " ", count: inside - done) + "]"
  }

  /// Two or three decimals, or as many whole digits as there are.
  private static func shown(_ loss: Double, decimals: Int) -> String {
    guard loss.isFinite, abs(loss) < 1e9 else { return "\(loss)" }
    let unit = decimals == 2 ? 100 : 1000
    let units = Int((abs(loss) * Double(unit)).rounded())
    let fraction = String(units % unit + unit).dropFirst()
    return "\(loss < 0 && units > 0 ? "-" : "")\(units / unit).\(fraction)"
  }

  /// `0:07`, `12:34`, `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    let total = Int(min(max(seconds, 0), 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
