import Foundation

/// Curves over a common x-axis.
///
///     LineChart(xTitle: "step", yTitle: "loss", series: [.init("sst", style: SeriesStyle(0), line: points)])
package struct LineChart: Sendable {
  package struct Series: Sendable {
    package var name: String
    package var style: SeriesStyle
    /// In the order of x.
    package var line: [ChartPoint]
    /// What the line stands for, shown faintly behind it.
    package var dots: [ChartPoint]
    /// Whether each point of the line is marked.
    package var hasMarkers: Bool

    package init(
      _ name: String, style: SeriesStyle, line: [ChartPoint], dots: [ChartPoint] = [],
      hasMarkers: Bool = false
    ) {
      self.name = name
      self.style = style
      self.line = line
      self.dots = dots
      self.hasMarkers = hasMarkers
    }
  }

  /// A place on the x-axis that has a name.
  package struct Mark: Sendable {
    package var x: Double
    package var label: String

    package init(_ x: Double, _ label: String) {
      self.x = x
      self.label = label
    }
  }

  package var xTitle: String
  package var yTitle: String
  package var series: [Series]
  package var marks: [Mark]
  /// Nil for as far as the points reach.
  package var xDomain: ClosedRange<Double>?
  /// Nil for as far as the lines reach; single dots beyond are then left out.
  package var yDomain: ClosedRange<Double>?
  /// Whether x counts something.
  package var hasWholeX: Bool

  package init(
    xTitle: String, yTitle: String, series: [Series], marks: [Mark] = [],
    xDomain: ClosedRange<Double>? = nil, yDomain: ClosedRange<Double>? = nil, hasWholeX: Bool = false
  ) {
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.series = series
    self.marks = marks
    self.xDomain = xDomain
    self.yDomain = yDomain
    self.hasWholeX = hasWholeX
  }

  /// The names of the series beside their lines.
  package var legend: Markup {
    .element(
      "ul", ["class": "legend"],
      series.map { .element("li", [:], [$0.style.swatch, .element("span", text: $0.name)]) })
  }

  /// The dots that lie outside the picture.
  package var hiddenDots: Int {
    let axis = yAxis(tickLimit: 6)
    return series.flatMap(\.dots).count { dot in dot.drawn.map { !axis.domain.contains($0.y) } ?? false }
  }

  // MARK: Axes

  func yAxis(tickLimit: Int) -> Axis {
    if let yDomain { return Axis(yDomain, tickLimit: tickLimit) }
    var values = series.flatMap(\.line).compactMap { $0.drawn?.y }
    for one in series {
      // Nearly all dots are shown; a few that are far away would flatten everything else.
      let dots = one.dots.compactMap { $0.drawn?.y }.sorted()
      let cut = dots.count / 50
      guard let low = dots.dropFirst(cut).first, let high = dots.dropLast(cut).last else { continue }
      let near = (low - (high - low) / 2)...(high + (high - low) / 2)
      values += [dots.first(where: near.contains), dots.last(where: near.contains)].compactMap { $0 }
    }
    return Axis(covering: values, tickLimit: tickLimit)
  }

  func xAxis(width: Double) -> Axis {
    let values = series.flatMap { $0.line + $0.dots }.compactMap { $0.drawn?.x }
    let domain = xDomain ?? (values.min() ?? 0)...(values.max() ?? 1)
    return Axis.fitting(domain, width: width, isWhole: hasWholeX)
  }

  // MARK: Drawing

  /// The chart as an SVG element of this size.
  package func svg(width: Double, height: Double) -> Markup {
    let hasLabels = marks.contains { !$0.label.isEmpty }
    let top = hasLabels ? 38.0 : 24
    let yAxis = yAxis(tickLimit: max(3, Int((height - 60) / 28)))
    let labelWidth = yAxis.ticks.map { ChartText.width($0.label, size: 12) }.max() ?? 0
    let frame = ChartFrame(left: labelWidth + 8, right: width - 14, top: top, bottom: height - 40)
    let xAxis = xAxis(width: frame.width)
    var content: [Markup] = [
      .element("title", text: "\(yTitle) over \(xTitle): " + series.map(\.name).joined(separator: ", "))
    ]
    content += frame.rules(yAxis) + frame.labels(xAxis, title: xTitle)
    content.append(
      .element(
        "text", ["x": "0", "y": "12"],
        text: ChartText.fitted(
          yTitle + (yAxis.scale == .logarithmic ? " (logarithmic)" : ""), width: width, size: 12)))
    content += drawnMarks(in: frame, xAxis, width: width)
    for one in series { content.append(drawn(one, in: frame, xAxis, yAxis)) }
    return .element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "plot", "role": "img",
        "viewBox": "0 0 \(ChartText.coordinate(width)) \(ChartText.coordinate(height))",
      ], content)
  }

  private func drawn(_ one: Series, in frame: ChartFrame, _ xAxis: Axis, _ yAxis: Axis) -> Markup {
    let place = { (point: (x: Double, y: Double)) in
      (
        x: xAxis.position(point.x, from: frame.left, to: frame.right),
        y: yAxis.position(point.y, from: frame.bottom, to: frame.top)
      )
    }
    var parts: [Markup] = [.element("title", text: one.name)]
    let visible = one.dots.compactMap(\.drawn).filter {
      xAxis.domain.contains($0.x) && yAxis.domain.contains($0.y)
    }
    let line = one.line.map { point in point.drawn.map(place) }
    let strokes: [(classes: String, path: String)] = [
      ("dots", ChartPath.dots(visible.map(place))), ("line", ChartPath.line(line)),
      ("marker", ChartPath.dots(one.hasMarkers ? line.compactMap { $0 } : ChartPath.lonely(line))),
    ]
    for (classes, path) in strokes where !path.isEmpty {
      parts.append(.element("path", ["class": "\(one.style.classes) \(classes)", "d": path]))
    }
    return .element("g", [:], parts)
  }

  private func drawnMarks(in frame: ChartFrame, _ xAxis: Axis, width: Double) -> [Markup] {
    var result: [Markup] = []
    var taken = -Double.infinity
    for mark in marks.sorted(by: { $0.x < $1.x }) where mark.x.isFinite && xAxis.domain.contains(mark.x) {
      let x = xAxis.position(mark.x, from: frame.left, to: frame.right)
      let place = ChartText.coordinate(x)
      result.append(
        .element(
          "path",
          [
            "class": "mark",
            "d": "M\(place) \(ChartText.coordinate(frame.top - 4))V\(ChartText.coordinate(frame.bottom))",
          ]))
      let label = ChartText.fitted(mark.label, width: width, size: 12)
      let half = ChartText.width(label, size: 12) / 2
      let center = min(max(x, half), width - half)
      if center - half < taken + 6 || label.isEmpty { continue }
      taken = center + half
      result.append(
        .element(
          "text",
          [
            "x": ChartText.coordinate(center), "y": ChartText.coordinate(frame.top - 8),
            "text-anchor": "middle",
          ], text: label))
    }
    return result
  }
}
