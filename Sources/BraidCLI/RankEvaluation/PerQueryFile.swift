import Evaluation
import Foundation
import Tasks
import Training

/// Every figure of every query and run: a line each of run, query, measure and value. TABs stand between them,
/// commas in a file that ends in `.csv`, and a file that ends in `.jsonl` has objects.
struct PerQueryFile {
  private let file: OutputFile
  private let form: Form

  private enum Form { case tabs, commas, objects }

  init(_ path: String) throws {
    file = try OutputFile(URL(fileURLWithPath: path))
    form = path.hasSuffix(".csv") ? .commas : path.hasSuffix(".jsonl") ? .objects : .tabs
  }

  func write(_ report: RankEvalReport) throws {
    switch form {
    case .tabs: try file.write("run\tquery\tmeasure\tvalue\n")
    case .commas: try file.write("run,query,measure,value\n")
    case .objects: break
    }
    var names: [String?] = []
    for measure in report.selection.measures {
      names += measure.names.map { measure.isShownPerQuery && measure.text == nil ? $0 : nil }
    }
    for (label, run) in zip(report.labels, report.runs) {
      for (row, query) in run.queryIDs.enumerated() {
        for (place, name) in names.enumerated() {
          guard let name else { continue }
          try file.write(line(label, query, name, run.values[row * names.count + place]))
        }
      }
    }
    try file.finish()
  }

  private func line(_ run: String, _ query: String, _ measure: String, _ value: Double) -> String {
    switch form {
    case .tabs:
      return "\(run)\t\(query)\t\(measure)\t\(RankEvalReport.text(value))\n"
    case .commas:
      let fields = [run, query, measure, RankEvalReport.text(value)]
      return fields.map(csvField).joined(separator: ",") + "\n"
    case .objects:
      return JSONValue.object([
        .init("run", .text(run)), .init("query", .text(query)), .init("measure", .text(measure)),
        .init("value", .number(value)),
      ]).encodedLine() + "\n"
    }
  }
}
