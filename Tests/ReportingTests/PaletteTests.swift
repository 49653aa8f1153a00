import Foundation
import Reporting
import Testing

@Suite("The colours of lines") struct PaletteTests {
  /// With the colour of text, which is that of the neutral line.
  static let palettes = [
    (SeriesStyle.palette.map(\.light) + ["#1d2126"], "#ffffff"),
    (SeriesStyle.palette.map(\.dark) + ["#e6e8ea"], "#15181b"),
  ]

  @Test("the colours of text and ground are the page's", arguments: palettes)
  func page(colors: [String], ground: String) {
    let page = HTMLPage(title: "", content: []).render()
    #expect(colors.allSatisfy(page.contains) && page.contains("--paper: \(ground)"))
    #expect(page.contains("--ink: \(colors[7])"))
  }

  @Test("every colour stands out from its ground", arguments: palettes)
  func contrast(colors: [String], ground: String) {
    func luminance(_ color: String) -> Double {
      let parts = linear(color)
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for color in colors {
      let pair = [luminance(color), luminance(ground)].sorted()
      // Web Content Accessibility Guidelines 2.1, success criterion 1.4.11.
      #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 3, "\(color)")
    }
  }

  @Test("any two colours stay apart, to colour-blind eyes too", arguments: palettes)
  func distance(colors: [String], ground: String) {
    #expect(colors.count == 8)
    for (name, matrix) in visions {
      let seen = colors.map { color in
        let parts = linear(color)
        return oklab(matrix.map { row in min(max(zip(row, parts).reduce(0) { $0 + $1.0 * $1.1 }, 0), 1) })
      }
      for first in colors.indices {
        for second in 0..<first {
          let squares = zip(seen[first], seen[second]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
          #expect(squares.squareRoot() > 0.1, "\(name): \(colors[first]) and \(colors[second])")
        }
      }
    }
  }

  /// Machado, Oliveira and Fernandes (2009), severity 1.
  private let visions: [(String, [[Double]])] = [
    ("normal", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "protanopia",
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    (
      "deuteranopia",
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    (
      "tritanopia",
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
  ]

  /// Red, green and blue in 0 … 1, proportional to light.
  private func linear(_ color: String) -> [Double] {
    let digits = Array(color.dropFirst())
    return stride(from: 0, to: 6, by: 2).map { index in
      let value = Double(Int(String(digits[index...index + 1]), radix: 16) ?? 0) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  /// Ottosson (2020).
  private func oklab(_ color: [Double]) -> [Double] {
    func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
      matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let cones = product(
      [
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ], color)
    return product(
      [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
      ], cones.map { cbrt($0) })
  }
}
