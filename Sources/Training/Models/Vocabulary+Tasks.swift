import Tasks
import Tokenization

extension Vocabulary {
  /// A vocabulary made from the training texts of tasks.
  ///
  /// - Parameters:
  ///   - size: the most tokens; there are fewer when no pair of pieces is frequent enough.
  ///   - lowercases: whether texts are lower-cased and stripped of accents.
  /// - Throws: `DataError` for rows that can't be read, `VocabularyError` for a size that is too small.
  public static func trained(on tasks: [TaskDefinition], size: Int, lowercases: Bool) throws -> Vocabulary {
    var trainer = VocabularyTrainer(size: size, lowercases: lowercases)
    for task in tasks { try task.forEachText(of: .train) { trainer.add($0) } }
    return try trainer.train()
  }
}
