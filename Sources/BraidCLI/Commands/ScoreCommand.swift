import CommandLineOptions
import Training

/// `braid score`
enum ScoreCommand {
  static let command = Command(
    "score",
    summary: "Give pairs of texts the scores of a similarity task",
    discussion: [
      "Reads two texts a line, with a TAB between them, and prints a score for each line, in the same order. A similarity "
        + "task's scores are in the range of its labels. With a ranking task the two texts are a query and a candidate; "
        + "those scores have no range and can be compared within a query only."
    ],
    arguments: [checkpoint, TextStream.file],
    options: [OptionGroup("Options", TaskChoice.scores.option, threads, precision)],
    examples: [.init("braid score checkpoints/stsb pairs.tsv", "Score the pairs of a file.")],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let (folder, task) = try TaskChoice.scores.open(invocation)
    let model = try folder.model(on: device(for: invocation))
    let predictor = try TextPredictor(model, task: task.name)
    let stream = try TextStream(invocation, form: .pair)
    try stream.forEachBatch(output: invocation.output) { texts in
      for prediction in try predictor.predictions(for: texts) {
        invocation.output.write("\(prediction.first ?? .nan)\n")
      }
    }
  }
}
