import CommandLineOptions
import Testing

@Suite("Tables and progress") struct TerminalTests {
  @Test("columns are as wide as their widest cell")
  func table() {
    var table = TextTable(["task", "metric", "dev", "note"], alignments: [.left, .left, .right, .left])
    table.add(["sst", "accuracy", "87.6", "a"])
    table.add(["wikiqa", "map", "–", ""])
    table.add(["stsb", "pearson", "-6.25"])
    #expect(
      table.render() == """
        task    metric      dev  note
        ------  --------  -----  ----
        sst     accuracy   87.6  a
        wikiqa  map           –
        stsb    pearson   -6.25

        """)
  }

  @Test("alignment can be set, and wide characters take two columns")
  func alignment() {
    var table = TextTable(["name", "n"], alignments: [.right, .left])
    table.add(["日本", "1"])
    table.add(["cafe\u{301}s", "22"])
    #expect(table.render() == " name  n\n-----  --\n 日本  1\ncafe\u{301}s  22\n")
  }

  @Test("display width counts columns, not characters")
  func displayWidths() {
    #expect(displayWidth("plain") == 5)
    #expect(displayWidth("e\u{301}") == 1)
    #expect(displayWidth("日本語") == 6)
    #expect(displayWidth("👩‍👩‍👧") == 2)
    #expect(displayWidth("❤️") == 2)
    #expect(displayWidth("한") == 2)
    #expect(displayWidth("") == 0)
    #expect(truncated("日本語", to: 5) == "日本…")
    #expect(truncated("abc", to: 3) == "abc")
    #expect(truncated("abc", to: 0) == "")
  }

  static let state = ProgressState(
    epoch: 2, epochs: 3, step: 45, steps: 100,
    losses: [
      .init(task: "sst", value: 0.4119), .init(task: "stsb", value: 12.0), .init(task: "wikiqa", value: nil),
    ],
    tokensPerSecond: 3012.4, secondsLeft: 67)

  @Test(
    "the progress line gives up the rate, then decimals, the bar, and losses, as the terminal gets narrower",
    arguments: [
      (
        200,
        "epoch 2/3 [===========>                ]  45 %  sst 0.412  stsb 12.000  wikiqa -"
          + "  3012 tokens/s  1:07 left"
      ),
      (90, "epoch 2/3 [====>       ]  45 %  sst 0.412  stsb 12.000  wikiqa -  3012 tokens/s  1:07 left"),
      (80, "epoch 2/3 [======>          ]  45 %  sst 0.412  stsb 12.000  wikiqa -  1:07 left"),
      (64, "2/3 [===>     ]  45 %  sst 0.41  stsb 12.00  wikiqa -  1:07 left"),
      (61, "2/3 [==>     ]  45 %  sst 0.41  stsb 12.00  wiki -  1:07 left"),
      (56, "2/3   45 %  sst 0.41  stsb 12.00  wikiqa -  1:07 left"),
      (52, "2/3   45 %  sst 0.41  stsb 12.00  wikiq -  1:07 left"),
      (48, "epoch 2/3   45 %  sst 0.412  …  1:07 left"),
      (32, "epoch 2/3   45 %  …  1:07 left"),
      (12, "epoch 2/3  …"),
      (1, "…"),
      (0, ""),
    ])
  func line(width: Int, expected: String) {
    #expect(Self.state.line(width: width) == expected)
  }

  @Test("no width is too narrow for the line, whatever the numbers")
  func neverWraps() {
    var extreme = Self.state
    extreme.losses = [.init(task: "日本語の課題", value: .nan), .init(task: "b", value: -1e300)]
    extreme.tokensPerSecond = .infinity
    extreme.secondsLeft = 1e30
    extreme.step = 500
    for state in [Self.state, extreme] {
      for width in 0...140 { #expect(displayWidth(state.line(width: width)) <= width) }
    }
  }

  @Test("a log line holds everything and no bar")
  func logLine() {
    #expect(
      Self.state.logLine
        == "step 45/100  epoch 2/3   45 %  sst 0.412  stsb 12.000  wikiqa -  3012 tokens/s  1:07 left")
  }

  /// A reporter whose clock and output the test holds.
  final class Recorder {
    var time = 0.0
    var text = ""
    func reporter(width: Int?) -> ProgressReporter {
      ProgressReporter(
        width: width.map { columns in { columns } }, logInterval: 30, now: { self.time },
        write: { self.text += $0 })
    }
  }

  @Test("a terminal is redrawn ten times a second at most, on one line")
  func redraw() {
    let recorder = Recorder()
    let reporter = recorder.reporter(width: 40)
    for step in 0..<100 {
      recorder.time = Double(step) * 0.01
      reporter.update(ProgressState(epoch: 1 + step / 50, epochs: 2, step: step, steps: 100))
    }
    #expect(recorder.text.count { $0 == "\r" } == 10)
    #expect(!recorder.text.contains("\n"))
    recorder.text = ""
    reporter.print("saved")
    #expect(recorder.text.hasPrefix("\r\u{1B}[Ksaved\n\repoch 2/2 ["))
    recorder.text = ""
    reporter.finish()
    #expect(recorder.text == "\r\u{1B}[K")
  }

  @Test("without a terminal there is a plain line now and then, and one as each epoch begins")
  func log() {
    let recorder = Recorder()
    let reporter = recorder.reporter(width: nil)
    for second in 0..<100 {
      recorder.time = Double(second)
      reporter.update(ProgressState(epoch: second < 50 ? 1 : 2, epochs: 2, step: second, steps: 100))
    }
    reporter.print("saved")
    reporter.finish()
    let lines = recorder.text.split(separator: "\n").map { $0.prefix { $0 != "/" } }
    #expect(lines == ["step 0", "step 30", "step 50", "step 80", "saved"])
    #expect(!recorder.text.contains("\r") && !recorder.text.contains("\u{1B}"))
  }
}
