import CommandLineOptions
import Tasks
import Training

/// `braid answer`
enum AnswerCommand {
  static let json = CommandOption<Bool>.flag(
    "json", help: "Print {\"answer\": TEXT, \"start\": N, \"end\": N, \"probability\": P} a line.")

  static let command = Command(
    "answer",
    summary: "Answer questions with a part of a text, by a span-extraction task",
    discussion: [
      "Reads a question and a text a line, with a TAB between them, and prints a line for each, in the same order: the part "
        + "of the text that answers the question, and its probability, with a TAB between them. An empty text has an empty "
        + "answer.",
      "Places in JSON count the characters (Unicode scalars) of the text from 0.",
    ],
    arguments: [checkpoint, TextStream.file],
    options: [OptionGroup("Options", TaskChoice.answers.option, json, threads, precision)],
    examples: [.init("braid answer checkpoints/heads questions.tsv", "Answer the questions of a file.")],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let (folder, chosen) = try TaskChoice.answers.open(invocation)
    let predictor = try TextPredictor(folder.model(on: device(for: invocation)), task: chosen.name)
    let stream = try TextStream(invocation, form: .pair)
    try stream.forEachBatch(output: invocation.output) { texts in
      for (text, answer) in zip(texts, try predictor.answers(for: texts)) {
        let line =
          invocation[json]
          ? object(answer, in: text.pair ?? "").encodedLine()
          : "\(answer?.text ?? "")\t\(PrintedProbabilities.separate([answer?.span.probability ?? 0])[0])"
        invocation.output.write(line + "\n")
      }
    }
  }

  private static func object(_ answer: (text: String, span: AnswerSpan)?, in context: String) -> JSONValue {
    guard let answer else { return .object([.init("answer", JSONValue(.null))]) }
    var places = ScalarPlaces(context)
    let place = places.scalars(in: answer.span.source)
    return .object([
      .init("answer", .text(answer.text)), .init("start", .number(place.lowerBound)),
      .init("end", .number(place.upperBound)),
      .init("probability", .number(single: answer.span.probability)),
    ])
  }
}
