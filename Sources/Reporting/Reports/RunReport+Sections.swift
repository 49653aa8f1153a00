import Wording

extension RunReport {
  /// A part of the report: a picture with what stands above it, or a sentence that says why there is none.
  struct Section {
    enum Content {
      case chart(LineChart, note: String)
      case map(HeatMap)
      case absence(String)
    }

    let title: String
    let content: Content

    static func chart(_ title: String, note: String, _ chart: LineChart) -> Section {
      Section(title: title, content: .chart(chart, note: note))
    }

    static func absence(_ title: String, _ reason: String) -> Section {
      Section(title: title, content: .absence(reason))
    }
  }

  private var steps: ClosedRange<Double> { 0...Double(max(history.lastStep, 1)) }

  private var bestMark: [LineChart.Mark] {
    history.best.map { [.init(Double($0.step), "best: step \(grouped($0.step))")] } ?? []
  }

  private func chart(_ yTitle: String, _ series: [LineChart.Series], isMarked: Bool = false) -> LineChart {
    LineChart(
      xTitle: "step", yTitle: yTitle, series: series, marks: isMarked ? bestMark : [], xDomain: steps,
      hasWholeX: true)
  }

  /// A smoothed line, and what was logged as dots behind it.
  private func smoothed(_ name: String, _ style: SeriesStyle, _ points: [ChartPoint]) -> LineChart.Series? {
    let known = points.filter { $0.drawn != nil }
    guard !known.isEmpty else { return nil }
    return LineChart.Series(
      name, style: style, line: Smoothing.curve(through: known),
      dots: known.count < Smoothing.leastPoints ? [] : known)
  }

  private func note(_ text: String, hidden chart: LineChart) -> String {
    let hidden = chart.hiddenDots
    if hidden == 0 { return text }
    return text + " \(counted(hidden, "dot")) far from the rest \(hidden == 1 ? "is" : "are") not shown."
  }

  private func byTask(_ value: (RunHistory.Step.Task) -> Double?) -> [LineChart.Series] {
    tasks.compactMap { task in
      let points = history.steps.compactMap { step in
        step.tasks.first { $0.name == task.name }.map { ChartPoint(Double(step.step), value($0)) }
      }
      return smoothed(task.name, style(of: task.name), points)
    }
  }

  // MARK: Charts

  var losses: Section {
    let series = byTask(\.loss)
    guard !series.isEmpty else { return .absence("Losses", "No losses were logged.") }
    let chart = chart("training loss", series)
    return .chart(
      "Losses",
      note: note(
        "Training loss of each task before weighting, smoothed; dots are logged steps.", hidden: chart),
      chart)
  }

  /// Weights that are all the same would be one line.
  var weights: Section {
    let logged = history.steps.flatMap { $0.tasks.compactMap(\.weight) }
    guard let first = logged.first else { return .absence("Weights", "No weights were logged.") }
    if logged.allSatisfy({ abs($0 - first) <= 1e-9 * abs(first) }) {
      return .absence("Weights", "Every task had the weight \(ChartText.end(first)) in every logged step.")
    }
    let chart = chart("weight", byTask(\.weight))
    return .chart(
      "Weights",
      note: note("What each task's loss is multiplied by, smoothed; dots are logged steps.", hidden: chart),
      chart)
  }

  var norms: Section {
    let whole = smoothed(
      "whole gradient", .neutral, history.steps.map { ChartPoint(Double($0.step), $0.gradientNorm) })
    let own = tasks.compactMap { task in
      let points = history.gradients.compactMap { entry in
        entry.norms.first { $0.task == task.name }.map { ChartPoint(Double(entry.step), $0.norm) }
      }
      return smoothed(task.name, style(of: task.name), points)
    }
    let series = own + (whole.map { [$0] } ?? [])
    guard !series.isEmpty else { return .absence("Gradient norms", "No gradient norms were logged.") }
    let chart = chart("gradient norm", series)
    let text =
      own.isEmpty
      ? "Length of the gradient before clipping, smoothed; dots are logged steps. "
        + "Norms of single tasks were not logged."
      : "Length of each task's gradient, and of the whole gradient before clipping, smoothed."
    return .chart("Gradient norms", note: note(text, hidden: chart), chart)
  }

  /// The main metrics of all tasks, errors apart, then all metrics of each task that has several; never empty.
  var metrics: [Section] {
    let judged = tasks.filter { task in history.evaluations.contains { $0[task.name] != nil } }
    func main(_ chosen: [Task]) -> [LineChart.Series] {
      chosen.compactMap { task in
        task.mainMetric.flatMap { metric in
          self.metric(metric, of: task.name, "\(task.name) (\(metric))", style(of: task.name))
        }
      }
    }
    let errors = judged.filter { $0.mainMetric.map(isError) ?? false }
    let scores = judged.filter { !($0.mainMetric.map(isError) ?? false) }
    var result: [Section] = []
    var series = main(scores)
    let total = history.evaluations.map { ChartPoint(Double($0.step), $0.score) }
    if series.count > 1, errors.isEmpty, total.contains(where: { $0.drawn != nil }) {
      series.append(LineChart.Series("score", style: .neutral, line: total, hasMarkers: true))
    }
    if !series.isEmpty {
      result.append(
        .chart(
          "Dev metrics",
          note: "The metric that each task is judged by; more is better. The score chooses the checkpoint.",
          chart("dev metric", series, isMarked: true)))
    }
    let errorSeries = main(errors)
    if !errorSeries.isEmpty {
      result.append(
        .chart(
          "Dev errors", note: "The metric that each task is judged by; less is better.",
          chart("dev error", errorSeries, isMarked: true)))
    }
    result += judged.flatMap(ownMetrics)
    return result.isEmpty ? [.absence("Dev metrics", "The run was not evaluated.")] : result
  }

  private func ownMetrics(of task: Task) -> [Section] {
    var names: [String] = []
    for evaluation in history.evaluations {
      for metric in evaluation[task.name]?.metrics ?? [] where !names.contains(metric.name) {
        names.append(metric.name)
      }
    }
    guard names.count > 1 else { return [] }
    return [false, true].compactMap { areErrors in
      let chosen = names.filter { isError($0) == areErrors }
      let series = chosen.enumerated().compactMap { index, name in
        metric(name, of: task.name, name, SeriesStyle(index))
      }
      guard !series.isEmpty else { return nil }
      return .chart(
        "\(task.name): \(areErrors ? "errors" : "metrics")",
        note: areErrors ? "On the dev data; less is better." : "On the dev data; more is better.",
        chart(areErrors ? "dev error" : "dev metric", series, isMarked: true))
    }
  }

  private func metric(
    _ metric: String, of task: String, _ name: String, _ style: SeriesStyle
  ) -> LineChart.Series? {
    let points = history.evaluations.map { ChartPoint(Double($0.step), $0[task]?[metric]) }
    guard points.contains(where: { $0.drawn != nil }) else { return nil }
    return LineChart.Series(name, style: style, line: points, hasMarkers: true)
  }

  // MARK: Cosines

  /// Pairs of tasks by time, the most opposed on top.
  var cosines: Section {
    let title = "Cosines of gradients"
    let order = tasks.map(\.name)
    var pairs: [[String]: [(step: Int, cosine: Double)]] = [:]
    for entry in history.gradients {
      for one in entry.cosines {
        guard let cosine = one.cosine, let first = order.firstIndex(of: one.first),
          let second = order.firstIndex(of: one.second)
        else { continue }
        pairs[[order[min(first, second)], order[max(first, second)]], default: []].append(
          (entry.step, cosine))
      }
    }
    let rows = order.flatMap { first in order.map { [first, $0] } }
      .compactMap { pair in
        pairs[pair].map { (pair, $0, mean: $0.reduce(0) { $0 + $1.cosine } / Double($0.count)) }
      }
      .enumerated().sorted { ($0.element.mean, $0.offset) < ($1.element.mean, $1.offset) }.map(\.element)
    guard !rows.isEmpty else {
      return .absence(title, "No cosines between the tasks' gradients were logged.")
    }
    let measured = Set(rows.flatMap { $0.1.map(\.step) }).sorted()
    let spans = StepSpans(
      measured, lastStep: history.lastStep, limit: max(24, min(160, 6000 / rows.count)))
    let values = rows.map { spans.means(of: $0.1) }
    let map = HeatMap(
      rows: rows.map { .init($0.0, note: ChartText.decimal($0.mean, decimals: 2)) },
      columns: .spans(edges: spans.edges, title: "step"), values: values,
      scale: .diverging(covering: values.joined().compactMap { $0 }), noteTitle: "mean")
    return Section(title: title, content: .map(map))
  }
}

/// Stretches of a run around the steps at which something was measured, or with several of them in each.
private struct StepSpans {
  let edges: [Double]

  /// - Parameter limit: the most stretches.
  init(_ steps: [Int], lastStep: Int, limit: Int) {
    guard let first = steps.first, let last = steps.last, first < last else {
      let step = Double(steps.first ?? 0)
      edges = [max(0, step - 1), step + 1]
      return
    }
    if steps.count <= limit {
      let middles = zip(steps, steps.dropFirst()).map { (Double($0) + Double($1)) / 2 }
      let start = max(0, 2 * Double(first) - middles[0])
      let end = 2 * Double(last) - middles[middles.count - 1]
      edges = [start] + middles + [min(end, Double(lastStep))]
    } else {
      let width = Double(last - first) / Double(limit)
      edges = (0...limit).map { Double(first) + width * Double($0) }
    }
  }

  /// The mean of the values in each stretch, nil where there are none.
  func means(of values: [(step: Int, cosine: Double)]) -> [Double?] {
    var sums = [(sum: Double, count: Int)](repeating: (0, 0), count: edges.count - 1)
    for (step, cosine) in values {
      // The last edge belongs to the last stretch.
      let index = min(edges.lastIndex { $0 <= Double(step) } ?? 0, sums.count - 1)
      sums[index].sum += cosine
      sums[index].count += 1
    }
    return sums.map { $0.count == 0 ? nil : $0.sum / Double($0.count) }
  }
}
