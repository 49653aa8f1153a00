import Foundation
import Tasks
import Testing
import Training

/// Tasks that ask about the tokens of a text, on a small model with a real tokenizer.
@Suite struct TokenTaskTests {
  private static func model() throws -> Model {
    var tags = TaskDefinition(
      name: "tags", type: .tokenLabelling, columns: [:], labels: ["B-X", "I-X", "O"])
    tags.maximumLength = 8
    let answers = TaskDefinition(name: "answers", type: .spanExtraction, columns: [:])
    return try TestModel.make(tasks: [tags, answers])
  }

  @Test("Words have their places, whatever a tokenizer makes of them; those cut off are outside")
  func labels() throws {
    let predictor = try TextPredictor(Self.model(), task: "tags")
    let text = "è lamps, the glow dim"
    let labelled = try predictor.labelledTexts([text])[0]
    #expect(labelled.words.map { labelled.text(of: $0.source) } == ["è", "lamps", ",", "the", "glow", "dim"])
    try #require(labelled.words.count == 6)
    // [CLS] è lamp ##s , the glow [SEP]: no room for the last.
    #expect(labelled.words.map { $0.probability > 0.3 } == [true, true, true, true, true, false])
    #expect(labelled.words[5].label == "O" && labelled.words[5].probability == 0)
    #expect(predictor.truncatedCount == 1)
    let plain = try predictor.labelledTexts([text], arePlain: false)[0]
    #expect(plain.words.map { plain.text(of: $0.source) } == ["è", "lamps,", "the", "glow", "dim"])
  }

  @Test("Texts without a word have no labels, alone and among others, which they do not change")
  func empty() throws {
    let predictor = try TextPredictor(Self.model(), task: "tags")
    #expect(try predictor.labelledTexts([""])[0].words.isEmpty)
    #expect(try predictor.labelledTexts([" ", ""]).allSatisfy { $0.words.isEmpty && $0.entities.isEmpty })
    let alone = try predictor.labelledTexts(["the lamps"])[0].words
    let among = try predictor.labelledTexts(["", "the lamps", "dim glow the"])
    try #require(among.count == 3)
    #expect(among[1].words == alone && among[0].words.isEmpty && among[2].words.count == 3)
    // A word that the tokenizer drops is outside.
    let dropped = try predictor.labelledTexts(["the \u{200B} lamp"])[0].words
    try #require(dropped.count == 3)
    #expect(dropped.map(\.label)[1] == "O" && dropped[1].probability == 0 && dropped[2].probability > 0)
  }

  @Test("An answer is a part of its context, the most probable of all stretches")
  func answers() throws {
    let model = try Self.model()
    let predictor = try TextPredictor(model, task: "answers")
    let context = "the lamps, è glow"
    let answer = try #require(predictor.answers(for: [InputText("dim", pair: context)])[0])
    #expect(context.contains(answer.text) && !answer.text.isEmpty)
    #expect(Array(context.utf8)[answer.span.source].elementsEqual(answer.text.utf8))
    // Logarithms of first and last, token by token: the, lamp, ##s, ",", è, glow.
    let prediction = try predictor.predictions(for: [InputText("dim", pair: context)])[0]
    try #require(prediction.count == 12)
    var best: Float = -.infinity
    for first in 0..<6 {
      for last in first..<6 { best = max(best, prediction[2 * first] + prediction[2 * last + 1]) }
    }
    #expect(abs(log(answer.span.probability) - best) < 1e-5)
    #expect(try predictor.answers(for: [InputText("dim", pair: "")])[0] == nil)
    #expect(
      try predictor.answers(for: [InputText("dim", pair: ""), InputText("dim", pair: "glow")])[1]?.text
        == "glow")
  }

  @Test("The answer in a context of several windows is the most probable of all, wherever it is")
  func windows() throws {
    var task = TaskDefinition(name: "answers", type: .spanExtraction, columns: [:])
    task.maximumLength = 10
    task.stride = 2
    let model = try TestModel.make(tasks: [task])
    let predictor = try TextPredictor(model, task: "answers")
    let words = [
      "glow", "dim", "the", "lamp", "dim", "glow", "lamp", "the", "the", "dim", "è", "glow", "lamp",
    ]
    let context = words.joined(separator: " ")
    let answer = try #require(predictor.answers(for: [InputText("dim", pair: context)])[0])
    #expect(Array(context.utf8)[answer.span.source].elementsEqual(answer.text.utf8))
    // Window by window; the first mark of each stands for none of its tokens.
    let predictions = try predictor.predictions(for: [InputText("dim", pair: context)])
    #expect(predictions.count == 5)
    var best: Float = -.infinity
    for window in predictions {
      try #require(window.count % 2 == 0 && (4...14).contains(window.count))
      for first in 1..<window.count / 2 {
        for last in first..<window.count / 2 { best = max(best, window[2 * first] + window[2 * last + 1]) }
      }
    }
    #expect(abs(log(answer.span.probability) - best) < 1e-5)
    // What is asked together keeps its place.
    let questions = [
      InputText("dim", pair: "glow"), InputText("dim", pair: context), InputText("the", pair: ""),
    ]
    let together = try predictor.answers(for: questions)
    try #require(together.count == 3)
    #expect(together[0]?.text == "glow" && together[2] == nil)
    #expect(together[1]?.text == answer.text && together[1]?.span == answer.span)
  }
}
