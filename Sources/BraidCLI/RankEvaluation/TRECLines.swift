import CommandLineOptions
import Evaluation

/// Writes figures as trec_eval does, a line each: name, query, value, with TABs between them.
struct TRECLines {
  private let selection: MeasureSelection
  private let output: OutputWriter
  private let names: [[[UInt8]]]

  init(_ selection: MeasureSelection, to output: OutputWriter) {
    self.selection = selection
    self.output = output
    names = selection.measures.map { measure in
      measure.names.map { name in
        let bytes = Array(name.utf8)
        return bytes + Array(repeating: UInt8(ascii: " "), count: max(22 - bytes.count, 0)) + [0x09]
      }
    }
  }

  func write(_ query: RankedQuery, _ queryID: [UInt8], _ values: ArraySlice<Double>) {
    var bytes: [UInt8] = []
    let id = queryID + [0x09]
    var place = values.startIndex
    for (measure, names) in zip(selection.measures, names) {
      for name in names {
        defer { place += 1 }
        guard measure.isShownPerQuery else { continue }
        bytes += name
        bytes += id
        if let text = measure.text {
          bytes += Array(text(query).utf8)
        } else {
          Self.append(values[place], isCount: measure.isCount, to: &bytes)
        }
        bytes.append(0x0A)
      }
    }
    output.write(bytes)
  }

  func writeSummary(_ figures: RunFigures) {
    var bytes: [UInt8] = []
    var place = 0
    for (measure, names) in zip(selection.measures, names) {
      for name in names {
        defer { place += 1 }
        if case .none = measure.summary { continue }
        bytes += name
        bytes += Array("all\t".utf8)
        if case .runName = measure.summary {
          bytes += figures.runNameBytes
        } else {
          Self.append(figures.summary[place], isCount: measure.isCount, to: &bytes)
        }
        bytes.append(0x0A)
      }
    }
    output.write(bytes)
  }

  private static func append(_ value: Double, isCount: Bool, to bytes: inout [UInt8]) {
    if isCount { bytes += Array(String(Int(value)).utf8) } else { bytes.appendFourDecimals(value) }
  }
}
