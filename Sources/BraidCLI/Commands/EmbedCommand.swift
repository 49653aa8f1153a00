import CommandLineOptions
import Foundation
import Tensors
import Training

/// `braid embed`
enum EmbedCommand {
  static let folder = CommandArgument<String>.required(
    "FOLDER", help: "A checkpoint, or a Hugging Face folder.")
  static let pooling = CommandOption<Embedder.Pooling>.choice(
    "pooling", "HOW", default: .mean,
    help: "The state of [CLS], the mean of all tokens' states, or BERT's pooler on [CLS].")

  static let command = Command(
    "embed",
    summary: "Turn texts into vectors",
    discussion: [
      "Reads a text a line, or two with a TAB between them. Prints a JSON array of numbers for each, in the same order."
    ],
    arguments: [folder, TextStream.file], options: [OptionGroup("Options", pooling, threads, precision)],
    examples: [.init("braid embed minilm sentences.txt > vectors.jsonl", "Vectors of the lines of a file.")],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let folder = try ModelFolder(URL(fileURLWithPath: invocation[folder]))
    let pooling = invocation[pooling]
    let model = try folder.encoderModel(
      on: device(for: invocation), requiresPooler: pooling == .pooler)
    let embedder = Embedder(model)
    let stream = try TextStream(invocation, form: .singleOrPair)
    try stream.forEachBatch(output: invocation.output) { texts in
      for vector in try embedder.embeddings(for: texts, pooling: pooling) {
        let numbers = vector.map { $0.isFinite ? "\($0)" : "null" }
        invocation.output.write("[" + numbers.joined(separator: ", ") + "]\n")
      }
    }
  }
}
