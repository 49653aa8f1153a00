import Tasks
import Wording

extension TaskDefinition {
  /// Refuses examples whose predictions are more than this machine's memory, before any is made: of every text, or every
  /// word, a task has a probability for each of its labels, and there may be a million.
  ///
  /// - Throws: `DataError` that names the file.
  package func checkMemory(
    ofPredictionsFor examples: Examples, machine: Int? = MachineMemory.bytes
  ) throws(DataError) {
    guard type.target.hasLabels, let machine, examples.count > 0 else { return }
    let rows =
      type.target == .tags
      ? (0..<examples.count).reduce(0) { $0 + examples.marks(of: $1).count } : examples.count
    // As they come, and once more in a row, which grows by doubling.
    let bytes = 12 * Double(rows) * Double(labels.count)
    guard bytes > Double(machine) else { return }
    throw DataError(
      file: examples.files.joined(separator: ", "),
      found:
        "\(counted(rows, type.target == .tags ? "word" : "row")), for which the \(grouped(labels.count)) labels of "
        + "\(quoted(name)) have \(shownBytes(Int(min(bytes, 1e18)))) of probabilities",
      expected:
        "at most the \(shownBytes(machine)) of memory that there are: fewer rows, as with `sample`, or fewer labels"
    )
  }
}
