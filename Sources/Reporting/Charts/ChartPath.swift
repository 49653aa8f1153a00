import Foundation

/// The `d` of SVG paths, no longer than eyes can tell.
enum ChartPath {
  typealias Place = (x: Double, y: Double)

  /// A line through places, broken where one is missing. Of the places within a pixel's column only the first, the lowest,
  /// the highest and the last are kept.
  static func line(_ places: [Place?]) -> String {
    var path = ""
    for run in places.split(whereSeparator: { $0 == nil }) {
      for (index, place) in thinned(run.compactMap { $0 }).enumerated() {
        path += (index == 0 ? "M" : "L") + point(place)
      }
    }
    return path
  }

  /// A stroke of no length at each place, which round ends make a dot. Dots that fall on one another are drawn once.
  static func dots(_ places: [Place]) -> String {
    var taken: Set<Int> = []
    var kept: [Place] = []
    for place in places {
      let cell = Int((place.x / 1.5).rounded()) * 100_000 + Int((place.y / 1.5).rounded())
      if taken.insert(cell).inserted { kept.append(place) }
    }
    let stride = (kept.count + mostDots - 1) / mostDots
    var path = ""
    for index in Swift.stride(from: 0, to: kept.count, by: max(1, stride)) {
      path += "M\(point(kept[index]))h0"
    }
    return path
  }

  private static let mostDots = 600

  /// The places that have no neighbours, through which no line goes.
  static func lonely(_ places: [Place?]) -> [Place] {
    places.split(whereSeparator: { $0 == nil }).filter { $0.count == 1 }.flatMap { $0.compactMap { $0 } }
  }

  private static func point(_ place: Place) -> String {
    "\(ChartText.coordinate(place.x)) \(ChartText.coordinate(place.y))"
  }

  private static func thinned(_ places: [Place]) -> [Place] {
    var result: [Place] = []
    var start = 0
    while start < places.count {
      let column = places[start].x.rounded(.down)
      var end = start
      var (lowest, highest) = (start, start)
      while end < places.count, places[end].x.rounded(.down) == column {
        if places[end].y < places[lowest].y { lowest = end }
        if places[end].y > places[highest].y { highest = end }
        end += 1
      }
      var last = -1
      for index in [start, lowest, highest, end - 1].sorted() where index != last {
        result.append(places[index])
        last = index
      }
      start = end
    }
    return result
  }
}
