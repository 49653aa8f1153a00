import CommandLineOptions
import Tasks
import Training

/// `braid tag`
enum TagCommand {
  static let labels = CommandOption<Bool>.flag(
    "labels", help: "Print the label of each word, with blanks between them, as data files have them.")
  static let words = CommandOption<Bool>.flag(
    "words", help: "Words are what stands between blanks; else punctuation at their ends is set apart.")
  static let json = CommandOption<Bool>.flag(
    "json",
    help:
      "Print {\"entities\": [{\"type\", \"text\", \"start\", \"end\"}, …], \"words\": [{\"text\", …}, …]} a line."
  )

  static let command = Command(
    "tag",
    summary: "Find the entities of a token-labelling task in texts",
    discussion: [
      "Reads a text a line and prints a line for each, in the same order: the entities in it, each as its type and its "
        + "words, with TABs between entities; an empty line where there are none. For a task whose labels make no "
        + "entities, such as parts of speech, it prints labels.",
      "Places in JSON count the characters (Unicode scalars) of the line from 0. Words beyond the longest text that the "
        + "model takes are given O.",
    ],
    arguments: [checkpoint, TextStream.file],
    options: [OptionGroup("Options", TaskChoice.tags.option, labels, words, json, threads, precision)],
    examples: [
      .init("braid tag checkpoints/heads reviews.txt", "The entities in the lines of a file."),
      .init(
        "cut -f1 dev.tsv | braid tag checkpoints/heads --words --labels",
        "A label for each word of texts that are split into words."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    if invocation[labels], invocation[json] {
      throw UsageError.other("--labels and --json exclude each other")
    }
    let (folder, chosen) = try TaskChoice.tags.open(invocation)
    let predictor = try TextPredictor(folder.model(on: device(for: invocation)), task: chosen.name)
    let showsLabels = invocation[labels] || !chosen.hasEntities
    let stream = try TextStream(invocation, form: .single)
    try stream.forEachBatch(output: invocation.output) { texts in
      for text in try predictor.labelledTexts(texts.map(\.text), arePlain: !invocation[words]) {
        let line =
          invocation[json]
          ? object(text).encodedLine()
          : showsLabels ? text.words.map(\.label).joined(separator: " ") : entities(of: text)
        invocation.output.write(line + "\n")
      }
    }
  }

  private static func entities(of text: LabelledText) -> String {
    text.entities.map { "\($0.type) \(text.text(of: $0.source))" }.joined(separator: "\t")
  }

  private static func object(_ text: LabelledText) -> JSONValue {
    var places = ScalarPlaces(text.text)
    let entities = text.entities.map { entity in
      JSONValue.object([.init("type", .text(entity.type))] + place(entity.source, in: text, &places))
    }
    let words = text.words.map { word in
      JSONValue.object(
        place(word.source, in: text, &places) + [
          .init("label", .text(word.label)), .init("probability", .number(single: word.probability)),
        ])
    }
    return .object([.init("entities", .list(entities)), .init("words", .list(words))])
  }

  private static func place(
    _ source: Range<Int>, in text: LabelledText, _ places: inout ScalarPlaces
  ) -> [JSONValue.Member] {
    let place = places.scalars(in: source)
    return [
      .init("text", .text(text.text(of: source))), .init("start", .number(place.lowerBound)),
      .init("end", .number(place.upperBound)),
    ]
  }
}
