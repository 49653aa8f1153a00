import Foundation
import Testing
import Training

/// Runs with every way to balance tasks.
@Suite struct BalancingRunTests {
  private static let options = ["--epochs", "2", "--evaluate-every", "6", "--threads", "1"] + TinyTasks.small

  private struct LogLine: Decodable {
    struct Task: Decodable { let loss, weight: Double }
    struct Gradients: Decodable { let norms: [String: Double] }
    let step: Int
    let tasks: [String: Task]?
    let gradients: Gradients?
  }

  private static func log(_ tasks: TinyTasks, _ run: String) throws -> [LogLine] {
    try String(decoding: tasks.read("\(run)/metrics.jsonl"), as: UTF8.self).split(separator: "\n")
      .map { try JSONDecoder().decode(LogLine.self, from: Data($0.utf8)) }
  }

  private static func train(_ tasks: TinyTasks, _ run: String, _ more: [String]) throws -> [LogLine] {
    let result = try tasks.braid(["train", "tiny.json5", "--output", run] + options + more)
    #expect(result.status == 0, "\(more): \(result.messages)")
    return try log(tasks, run)
  }

  @Test(
    "every weighting trains, with weights that are finite and not negative",
    arguments: TrainingOptions.weightings)
  func weighting(name: String) throws {
    let lines = try Self.train(TinyTasks(), "run", ["--weighting", name])
    let weights = lines.flatMap { $0.tasks.map { Array($0.values) } ?? [] }.map(\.weight)
    #expect(weights.count > 8)
    #expect(weights.allSatisfy { $0 >= 0 && $0.isFinite } && weights.contains { $0 > 0 })
  }

  @Test("every aggregation trains, and logs each task's gradient", arguments: TrainingOptions.aggregations)
  func aggregation(name: String) throws {
    let lines = try Self.train(TinyTasks(), "run", ["--aggregation", name, "--log-gradients", "5"])
    let norms = lines.compactMap(\.gradients).map(\.norms)
    #expect(norms.count >= 3)
    #expect(norms.allSatisfy { $0.values.allSatisfy { $0.isFinite && $0 >= 0 } })
    #expect(norms.contains { $0.count == 4 })
  }

  @Test("measuring gradients for the log changes nothing that is learned")
  func measuring() throws {
    let tasks = try TinyTasks()
    let with = try Self.train(tasks, "with", ["--log-gradients", "3"])
    let without = try Self.train(tasks, "without", ["--log-gradients", "0"])
    #expect(try tasks.read("with/model.safetensors") == tasks.read("without/model.safetensors"))
    #expect(with.contains { $0.gradients != nil } && !without.contains { $0.gradients != nil })
  }

  @Test("where tasks have as many rows, the average of gradients descends as the sum of losses does")
  func averageAndSum() throws {
    let tasks = try TinyTasks()
    // Adam does not see the factor between them; clipping would.
    let same = [
      "--round", "1", "--mixing", "batches", "--batch-size", "8", "--clip", "0", "--weighting", "equal",
    ]
    let sum = try Self.train(tasks, "sum", same + ["--shares", "mood=1,same=1,near=1"])
    let average = try Self.train(
      tasks, "average", same + ["--shares", "mood=1,same=1,near=1", "--aggregation", "weighted-average"])
    let pairs = zip(sum.compactMap(\.tasks), average.compactMap(\.tasks)).prefix(2)
    for (one, other) in pairs {
      for (name, task) in one {
        let second = try #require(other[name])
        #expect(abs(task.loss - second.loss) < 1e-3 * task.loss, "\(name)")
      }
    }
  }

  @Test(
    "a run that is interrupted and resumed keeps the state of its balancing",
    arguments: [
      ["--aggregation", "db-mtl:forgetting=0.5"], ["--aggregation", "moco", "--weighting", "famo"],
      ["--weighting", "uncertainty:learningRate=0.1", "--weight-smoothing", "0.5"],
      ["--aggregation", "gradvac", "--aggregation-scope", "layer"], ["--optimizer", "adatask"],
    ])
  func resuming(balancing: [String]) throws {
    try TinyTasks().expectResumes(
      ["--epochs", "24", "--evaluate-every", "60"] + balancing, with: ["--threads", "1"])
  }

  @Test("what can't work is refused at the start, with what to change")
  func refusals() throws {
    let tasks = try TinyTasks.shared.get()
    let cases: [([String], String)] = [
      (["--aggregation", "pcgrad", "--mixing", "batches"], "use --mixing rows, or give --round 1"),
      (["--weighting", "famo", "--accumulation", "2"], "use --accumulation 1"),
      (["--aggregation", "pcgrad", "--optimizer", "adatask"], "leave --aggregation out"),
      (["--weighting", "gradnrom"], "gradnorm"),
      (["--weighting", "dwa:heat=1"], "'dwa' has no setting 'heat'; it has temperature"),
      (["--weighting", "dwa:temperature=hot"], "'temperature' of 'dwa' takes a number from"),
      (
        ["--aggregation", "cagrad:radius=2"], "'radius' of 'cagrad' takes a number from 0.0 to 0.999, not '2'"
      ),
      (["--aggregation", "pcgard"], "pcgrad"),
      (["--weight-limits", "3,1"], "two numbers such as '0.1,10'"),
    ]
    for (arguments, expected) in cases {
      let run = try tasks.braid(["train", "tiny.json5", "--output", "refused"] + arguments)
      #expect(run.status != 0)
      #expect(run.messages.contains(expected), "\(run.messages)")
      #expect(!tasks.exists("refused"))
    }
  }

  @Test("with --round every step holds every task")
  func rounds() throws {
    for mixing in ["rows", "batches"] {
      let tasks = try TinyTasks()
      let lines = try Self.train(
        tasks, "run", ["--round", "2", "--mixing", mixing, "--batch-size", "16", "--log-gradients", "1"])
      let steps = lines.compactMap(\.tasks)
      #expect(steps.count > 3)
      #expect(steps.allSatisfy { $0.count == 4 }, "\(mixing)")
    }
  }
}
