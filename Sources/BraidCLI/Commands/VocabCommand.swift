import CommandLineOptions
import Foundation
import Networks
import Tasks
import Tokenization
import Training
import Wording

/// `braid vocab`
enum VocabCommand {
  static let texts = CommandArgument<[String]>.many(
    "TEXT", atLeast: 1,
    help:
      "Text files, '-' for standard input; or task files (.json5, .json), of which the training texts are read."
  )
  static let size = CommandOption<Int>.integer(
    "size", letter: "n", in: .between(1, 10_000_000), default: 4000,
    help: "The most tokens that it may have.")
  static let minimumFrequency = CommandOption<Int>.integer(
    "min-frequency", in: .between(1, 1_000_000_000), default: 2,
    help: "How often two pieces must occur together to be joined.")
  static let cased = CommandOption<Bool>.flag(
    "cased", help: "Tell capitals from small letters, and accented letters from plain ones.")
  static let output = CommandOption<String?>.path(
    "output", letter: "o", defaultShown: "standard output", help: "Where the vocabulary goes.")

  static let command = Command(
    "vocab",
    summary: "Make a WordPiece vocabulary from texts",
    discussion: [
      "The same words give the same vocabulary, in whatever order they come. It is written one token a line, as BERT's "
        + "vocab.txt."
    ],
    arguments: [texts],
    options: [OptionGroup("Options", size, minimumFrequency, cased, output)],
    examples: [
      .init("braid vocab corpus.txt --size 8000 --output vocab.txt", "A vocabulary of a text file."),
      .init(
        "braid vocab tasks.json5 --size 2000 -o vocab.txt", "One of the texts that tasks are trained with."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    var trainer = VocabularyTrainer(
      size: invocation[size], minimumFrequency: invocation[minimumFrequency],
      lowercases: !invocation[cased])
    var hasText = false
    for path in invocation[texts] {
      if [".json5", ".json"].contains(where: { path.hasSuffix($0) }) {
        for task in try TaskFile.load([path], types: HeadKind.taskTypes).tasks {
          try task.forEachText(of: .train) { text in
            hasText = hasText || !text.isEmpty
            trainer.add(text)
          }
        }
        continue
      }
      let reader = try LineReader(path: path)
      while true {
        let lines = try reader.nextLines(limit: 4096)
        guard !lines.isEmpty else { break }
        for line in lines {
          hasText = hasText || !line.isEmpty
          trainer.add(line)
        }
      }
    }
    guard hasText else { throw CommandError("there is no text to make a vocabulary of: the input is empty") }
    let vocabulary = try trainer.train()
    let text = String(decoding: vocabulary.serialized, as: UTF8.self)
    guard let path = invocation[output] else { return invocation.output.write(text) }
    let file = try OutputFile(URL(fileURLWithPath: path))
    try file.write(text)
    try file.finish()
    invocation.say("\(counted(vocabulary.count, "token")) written to \(path)")
  }
}
