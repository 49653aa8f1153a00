import Foundation
import Reporting

/// The run that `Fixtures/make-run.py` made up.
enum Fixture {
  static let taskNames = ["sst", "q<a> & \"b\"", "similarity-of-two-long-sentences", "größe"]

  static func history() throws -> RunHistory {
    try RunHistory(
      folder: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures"))
  }

  static func report() throws -> RunReport {
    RunReport(
      name: "run <1> & only", history: try history(), tasks: taskNames.map { RunReport.Task(name: $0) },
      options: [("learning-rate", "0.0003")], errorMetrics: ["mse"])
  }

  static func history(_ lines: String...) throws -> RunHistory {
    try RunHistory(Array(lines.joined(separator: "\n").utf8), file: "run/metrics.jsonl")
  }
}
