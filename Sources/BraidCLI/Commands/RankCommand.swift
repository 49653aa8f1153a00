import CommandLineOptions
import Evaluation
import Foundation
import Tasks
import Tensors
import Training

/// `braid rank`
enum RankCommand {
  static let checkpoint = CommandArgument<String>.required("CHECKPOINT", help: "The folder of a run.")
  static let file = CommandArgument<String>.required(
    "FILE", help: "Queries and candidates; '-' is standard input.")
  static let task = CommandOption<String?>.text(
    "task", letter: "t", "NAME", defaultShown: "the only one that fits", help: "The task, of type ranking.")
  static let tag = CommandOption<String>.text(
    "tag", "NAME", default: "braid", help: "The name of the run, for the last column.")

  static let command = Command(
    "rank",
    summary: "Rank the candidates of queries, as a TREC run file",
    discussion: [
      "A line of FILE holds a query and a candidate with a TAB between them, or query ID, query, candidate ID and "
        + "candidate. There is no header, and the candidates of a query stand together. Without IDs queries are numbered "
        + "from 1, and the candidates of each from 0.",
      "Prints 'queryID Q0 candidateID rank score tag' for each candidate, the best of each query first, as trec_eval "
        + "reads it. Equal scores are ordered as trec_eval does.",
    ],
    arguments: [checkpoint, file], options: [OptionGroup("Options", task, tag, threads, precision)],
    examples: [
      .init("braid rank checkpoints/wikiqa questions.tsv > wikiqa.run", "Rank the candidates in a file.")
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let path = invocation[checkpoint]
    let tag = invocation[tag]
    guard !tag.isEmpty, !tag.contains(where: \.isWhitespace) else {
      throw UsageError.other("--tag takes a name without blanks, not '\(tag)'")
    }
    let folder = try ModelFolder(URL(fileURLWithPath: path))
    let chosen = try TaskChoice.choose(
      invocation[task], of: folder.tasks, in: path, targets: [.relevance], noun: "ranking tasks")
    let stream = try CandidateStream(path: invocation[file])
    let model = try folder.model(on: device(for: invocation))
    let predictor = try TextPredictor(model, task: chosen.name)
    try stream.forEachBatch { lists in
      let texts = lists.flatMap { list in list.candidates.map { InputText(list.query, pair: $0) } }
      let scores = predictor.predictions(for: texts).map { $0.first ?? .nan }
      var start = 0
      for list in lists {
        let own = Array(scores[start..<start + list.candidates.count])
        start += own.count
        for (rank, index) in RankedQuery.order(scores: own, documentIDs: list.candidateIDs).enumerated() {
          invocation.output.write(
            "\(list.queryID) Q0 \(list.candidateIDs[index]) \(rank + 1) \(own[index]) \(tag)\n")
        }
      }
      try invocation.output.flush()
    }
  }
}
