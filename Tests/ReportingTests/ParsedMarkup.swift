import Foundation
import Reporting

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The elements of a page or a picture, in their order, as an XML parser sees them.
struct ParsedMarkup {
  struct Element {
    let name: String
    let attributes: [String: String]
    /// The text directly within.
    var text = ""
    /// The index of the picture it belongs to, counted over the page.
    let picture: Int?
  }

  let elements: [Element]

  /// - Throws: the parser's error when the text isn't well-formed.
  init(_ text: String) throws {
    let collector = Collector()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = collector
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.propertyListReadCorrupt) }
    elements = collector.elements
  }

  func elements(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// The text of all elements of this name.
  func texts(_ name: String) -> [String] { elements(name).map(\.text) }

  private final class Collector: NSObject, XMLParserDelegate {
    var elements: [Element] = []
    private var open: [Int] = []
    private var pictures: [Int?] = [nil]
    private var pictureCount = 0

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      if name == "svg" {
        pictures.append(pictureCount)
        pictureCount += 1
      }
      open.append(elements.count)
      elements.append(Element(name: name, attributes: attributes, picture: pictures.last ?? nil))
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
      if name == "svg" { pictures.removeLast() }
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      if let last = open.last { elements[last].text += string }
    }
  }
}

extension ParsedMarkup {
  /// What is wrong with the geometry: coordinates outside the view box of their picture, numbers that are none.
  func misplaced() -> [String] {
    var problems: [String] = []
    var boxes: [Int: (width: Double, height: Double)] = [:]
    for element in elements {
      guard let picture = element.picture else { continue }
      if element.name == "svg" {
        let numbers = (element.attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
        if numbers.count == 4, numbers[0] == 0, numbers[1] == 0 {
          boxes[picture] = (numbers[2], numbers[3])
        } else {
          problems.append("the view box \(element.attributes)")
        }
      }
      guard let box = boxes[picture] else { continue }
      for place in places(of: element) {
        let isInside =
          (-0.05...box.width + 0.05).contains(place.x) && (-0.05...box.height + 0.05).contains(place.y)
        if !isInside { problems.append("\(place) outside \(box): \(element.name) \(element.attributes)") }
      }
    }
    return problems
  }

  private func places(of element: Element) -> [(x: Double, y: Double)] {
    func number(_ name: String) -> Double { element.attributes[name].flatMap { Double($0) } ?? .nan }
    switch element.name {
    case "path": return Self.places(onPath: element.attributes["d"] ?? "")
    case "text": return [(number("x"), number("y"))]
    case "rect":
      let (x, y) = (number("x"), number("y"))
      return [(x, y), (x + number("width"), y + number("height"))]
    default: return []
    }
  }

  /// The ends of a path's strokes; of a path that can't be read one that is no place.
  static func places(onPath path: String) -> [(x: Double, y: Double)] {
    var result: [(x: Double, y: Double)] = []
    var place = (x: Double.nan, y: Double.nan)
    var rest = path[...]
    while let command = rest.popFirst() {
      let arguments = rest.prefix { !$0.isLetter }
      rest = rest.dropFirst(arguments.count)
      let numbers = arguments.split(separator: " ").compactMap { Double($0) }
      switch (command, numbers.count) {
      case ("M", 2), ("L", 2): place = (numbers[0], numbers[1])
      case ("H", 1): place.x = numbers[0]
      case ("V", 1): place.y = numbers[0]
      case ("h", 1): place.x += numbers[0]
      case ("v", 1): place.y += numbers[0]
      case ("z", 0): continue
      default: place = (.nan, .nan)
      }
      result.append(place)
    }
    return result
  }
}
