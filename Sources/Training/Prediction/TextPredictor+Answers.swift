import Tasks

extension TextPredictor {
  /// The first task's answer to each question, a part of the text beside it; nil where that is empty.
  ///
  /// - Parameter questions: each with the text to look in as its pair.
  /// - Throws: `DataError` for texts of 2³¹ bytes or more.
  public func answers(
    for questions: [InputText]
  ) throws(DataError) -> [(text: String, span: AnswerSpan)?] {
    let (examples, predictions) = try markedPredictions(for: questions)
    return examples.answers(predictions)
  }
}
