extension ProgressState {
  /// One line of at most `width` columns for a terminal, with a bar.
  ///
  /// What does not fit goes in this order: tokens a second, the bar, losses from the last, and the rest is
  /// cut.
  ///
  ///     epoch 1/3 [=====>      ]  45 %  sst 0.412  stsb 1.027  3012 tokens/s  1:07 left
  public func line(width: Int) -> String {
    let narrowBar = 12
    let rate = rateText
    var shown = losses.count
    func assemble(bar: Int, losses: Int, rate: Bool) -> String {
      parts(bar: bar, losses: losses, rate: rate).joined(separator: "  ")
    }
    func fits(_ text: String) -> Bool { displayWidth(text) <= width }
    for (barIsShown, rateIsShown) in [(true, rate != nil), (true, false), (false, false)] {
      let line = assemble(bar: barIsShown ? narrowBar : 0, losses: shown, rate: rateIsShown)
      guard fits(line) else { continue }
      let widest = 30
      let spare = min(width - displayWidth(line), widest - narrowBar)
      return barIsShown ? assemble(bar: narrowBar + spare, losses: shown, rate: rateIsShown) : line
    }
    while shown > 0 {
      shown -= 1
      let line = assemble(bar: 0, losses: shown, rate: false)
      if fits(line) { return line }
    }
    return truncated(assemble(bar: 0, losses: 0, rate: false), to: width)
  }

  /// One line of any length for a log, without a bar.
  public var logLine: String {
    (["step \(step)/\(steps)"] + parts(bar: 0, losses: losses.count, rate: true)).joined(separator: "  ")
  }

  private var rateText: String? {
    tokensPerSecond.flatMap { $0.isFinite && $0 >= 0 ? "\(Int(min($0, 1e12).rounded())) tokens/s" : nil }
  }

  private func parts(bar: Int, losses count: Int, rate: Bool) -> [String] {
    let percent = Int((fraction * 100).rounded(.down))
    let share = (percent < 10 ? "  " : percent < 100 ? " " : "") + "\(percent) %"
    let head = "epoch \(epoch)/\(epochs)"
    var parts = bar > 0 ? ["\(head) \(Self.bar(fraction, width: bar)) \(share)"] : [head, share]
    parts += losses.prefix(count).map { "\($0.task) \($0.value.map(Self.shown) ?? "-")" }
    if count < losses.count { parts.append("…") }
    if rate, let rateText { parts.append(rateText) }
    if let secondsLeft, secondsLeft.isFinite { parts.append("\(Self.clock(secondsLeft)) left") }
    return parts
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

  /// Three decimals, or as many whole digits as there are.
  private static func shown(_ loss: Double) -> String {
    guard loss.isFinite, abs(loss) < 1e9 else { return "\(loss)" }
    let thousandths = Int((abs(loss) * 1000).rounded())
    let decimals = String(thousandths % 1000 + 1000).dropFirst()
    return "\(loss < 0 && thousandths > 0 ? "-" : "")\(thousandths / 1000).\(decimals)"
  }

  /// `0:07`, `12:34`, `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    let total = Int(min(max(seconds, 0), 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
