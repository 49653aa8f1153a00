import Tasks

extension TextPredictor {
  /// The first task's answer to each question, a part of the text beside it; nil where that is empty.
  ///
  /// - Parameter questions: each with the text to look in as its pair.
  public func answers(for questions: [InputText]) -> [(text: String, span: AnswerSpan)?] {
    let (examples, predictions) = markedPredictions(for: questions)
    return examples.answers(predictions)
  }
}
