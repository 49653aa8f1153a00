import CommandLineOptions
import Foundation
import Tasks
import Training
import Wording

/// `braid fill`
enum FillCommand {
  static let top = CommandOption<Int>.integer(
    "top", letter: "k", "K", in: .between(1, 1_000_000), default: 5, help: "Pieces for each [MASK].")
  static let json = CommandOption<Bool>.flag(
    "json",
    help:
      "Print {\"masks\": [{\"start\": N, \"end\": N, \"pieces\": [{\"piece\": TEXT, \"probability\": P}, …]}, …]} a line."
  )

  static let command = Command(
    "fill",
    summary: "Say what may stand where a text has [MASK], by a task of masked-language modelling",
    discussion: [
      "Reads a text a line and prints a line for each, in the same order: the most probable pieces of the vocabulary, each "
        + "with its probability, with TABs between them; K for the first [MASK], then K for the next. A line without "
        + "[MASK] is answered by an empty one. Pieces that begin with ## go on with the word before them.",
      "Places in JSON count the characters (Unicode scalars) of the line from 0. A [MASK] beyond the longest text that the "
        + "model takes is left out.",
      "CHECKPOINT may be a Hugging Face folder without tasks whose encoder has its head for hidden tokens, such as that of "
        + "bert-base-uncased.",
    ],
    arguments: [checkpoint, TextStream.file],
    options: [OptionGroup("Options", TaskChoice.masked.option, top, json, threads, precision)],
    examples: [
      .init("echo 'The soup was [MASK].' | braid fill checkpoints/words --top 3", "Three pieces, best first.")
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let filler = try open(invocation)
    let stream = try TextStream(invocation, form: .single)
    try stream.forEachBatch(output: invocation.output) { texts in
      for text in try filler.fill(texts.map(\.text), top: invocation[top]) {
        let line = invocation[json] ? object(text).encodedLine() : fields(text).joined(separator: "\t")
        invocation.output.write(line + "\n")
      }
    }
    if filler.truncatedCount > 0 {
      invocation.say(
        "\(counted(filler.truncatedCount, "text")) cut to the maximum length of \(filler.maximumLength) tokens"
      )
    }
  }

  private static func open(_ invocation: Invocation) throws -> MaskFiller {
    let folder = try ModelFolder(URL(fileURLWithPath: invocation[checkpoint]))
    let device = try device(for: invocation)
    if folder.tasks.isEmpty, invocation[TaskChoice.masked.option] == nil {
      return try MaskFiller(folder.maskedLanguageModel(on: device), task: ModelFolder.maskedTaskName)
    }
    let chosen = try TaskChoice.masked.task(
      invocation[TaskChoice.masked.option], of: folder, in: invocation[checkpoint])
    return try MaskFiller(folder.model(on: device), task: chosen.name)
  }

  private static func fields(_ text: FilledText) -> [String] {
    text.masks.flatMap { mask in
      zip(mask.candidates, PrintedProbabilities.separate(mask.candidates.map(\.probability)))
        .flatMap { [$0.piece, $1] }
    }
  }

  private static func object(_ text: FilledText) -> JSONValue {
    var places = ScalarPlaces(text.text)
    let masks = text.masks.map { mask in
      let place = places.scalars(in: mask.source)
      let pieces = mask.candidates.map { candidate in
        JSONValue.object([
          .init("piece", .text(candidate.piece)),
          .init("probability", .number(single: candidate.probability)),
        ])
      }
      return JSONValue.object([
        .init("start", .number(place.lowerBound)), .init("end", .number(place.upperBound)),
        .init("pieces", .list(pieces)),
      ])
    }
    return .object([.init("masks", .list(masks))])
  }
}
