/// The part of a picture in which values are drawn, and the axes around it.
struct ChartFrame {
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double

  var width: Double { right - left }

  /// A line across the frame for each tick of a y-axis, with its label to the left.
  func rules(_ axis: Axis) -> [Markup] {
    axis.ticks.flatMap { tick in
      let y = axis.position(tick.value, from: bottom, to: top)
      return [
        Markup.element(
          "path",
          [
            "class": "tick",
            "d": "M\(ChartText.coordinate(left)) \(ChartText.coordinate(y))H\(ChartText.coordinate(right))",
          ]),
        .element(
          "text",
          [
            "x": ChartText.coordinate(left - 6), "y": ChartText.coordinate(y + 4), "text-anchor": "end",
          ], text: tick.label),
      ]
    }
  }

  /// The labels of an x-axis below the frame, each with a short stroke, and the axis's title below them.
  func labels(_ axis: Axis, title: String) -> [Markup] {
    var result: [Markup] = []
    for tick in axis.ticks {
      let x = axis.position(tick.value, from: left, to: right)
      let half = ChartText.width(tick.label, size: 12) / 2
      // The last label may not leave the picture.
      let center = min(x, right + 14 - half)
      result.append(
        .element(
          "path",
          [
            "class": "tick",
            "d": "M\(ChartText.coordinate(x)) \(ChartText.coordinate(bottom))v5",
          ]))
      result.append(
        .element(
          "text",
          [
            "x": ChartText.coordinate(center), "y": ChartText.coordinate(bottom + 18),
            "text-anchor": "middle",
          ], text: tick.label))
    }
    result.append(
      .element(
        "text",
        [
          "x": ChartText.coordinate((left + right) / 2), "y": ChartText.coordinate(bottom + 35),
          "text-anchor": "middle",
        ], text: ChartText.fitted(title, width: width, size: 12)))
    return result
  }
}

extension Axis {
  /// A horizontal axis with as many ticks as have room for their labels side by side.
  static func fitting(_ domain: ClosedRange<Double>, width: Double, isWhole: Bool) -> Axis {
    var limit = 9
    while true {
      let axis = Axis(domain, tickLimit: limit, isWhole: isWhole)
      let places = axis.ticks.map { axis.position($0.value, from: 0, to: width) }
      let widths = axis.ticks.map { ChartText.width($0.label, size: 12) }
      let fits = axis.ticks.indices.dropFirst().allSatisfy { index in
        places[index] - places[index - 1] >= (widths[index] + widths[index - 1]) / 2 + 10
      }
      if fits || limit <= 2 { return axis }
      limit -= 1
    }
  }
}
