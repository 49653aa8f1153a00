import CommandLineOptions
import Foundation
import Networks
import Tasks
import Training

/// A run's options as `run.json` keeps them.
enum RunRecord {
  static let fingerprint = "fingerprint"

  /// Of a run's options those that decide what is learned, wherever files may be.
  static func deciding(_ entries: [(name: String, value: String)]) -> [(name: String, value: String)] {
    let others =
      ["version", "tasks", fingerprint]
      + [
        GivenTasks.data.declaration, TrainOptions.encoder.declaration, TrainOptions.vocabulary.declaration,
        TrainOptions.teachers.declaration, threads.declaration,
      ].map(\.name)
    return entries.filter { !others.contains($0.name) }
  }

  /// Every option with the value that it has in a run.
  ///
  /// - Parameter run: the folder that is going to hold it.
  static func entries(
    _ values: OptionValues, options: TrainingOptions, model: Model, taskFiles: [String],
    vocabularyWasMade: Bool, run: URL
  ) -> [(name: String, value: String)] {
    let shape = model.configuration
    var derived: [String: String] = [
      TrainOptions.shares.declaration.name: options.shares.description,
      TrainOptions.hiddenSize.declaration.name: "\(shape.hiddenSize)",
      TrainOptions.layers.declaration.name: "\(shape.layers)",
      TrainOptions.heads.declaration.name: "\(shape.attentionHeads)",
      TrainOptions.feedForwardSize.declaration.name: "\(shape.feedForwardSize)",
      TrainOptions.deviation.declaration.name: "\(shape.initializerDeviation)",
      TrainOptions.dropout.declaration.name: "\(shape.dropout)",
      TrainOptions.cased.declaration.name: model.tokenizer.lowercases ? "off" : "on",
      TrainOptions.sharing.declaration.name: model.sharing.spelling,
    ]
    if let teachers = values[TrainOptions.teachers] {
      derived[TrainOptions.teachers.declaration.name] = TeacherSource.spelling(of: teachers) {
        keptPath($0, in: run)
      }
    }
    if values[TrainOptions.maximumLength] == nil {
      derived[TrainOptions.maximumLength.declaration.name] = "\(shape.maximumLength)"
    }
    switch options.batchSize {
    case .examples(let size): derived[TrainOptions.batchSize.declaration.name] = "\(size)"
    case .tokens(let size): derived[TrainOptions.batchTokens.declaration.name] = "\(size)"
    }
    if vocabularyWasMade {
      derived[TrainOptions.vocabularySize.declaration.name] = "\(model.tokenizer.vocabulary.count)"
    }
    var entries = [tasks(taskFiles)]
    if let data = values[GivenTasks.data] {
      entries.append(("data", shownPath(URL(fileURLWithPath: data))))
    }
    for (option, value) in values.effective(TrainOptions.settings) {
      guard let text = derived[option.name] ?? value?.shown else { continue }
      if case .path = option.kind {
        entries.append((option.name, keptPath(text, in: run)))
      } else {
        entries.append((option.name, text))
      }
    }
    entries.append((threads.declaration.name, "\(model.parameters.device.threads)"))
    return entries
  }

  /// What decides the results of a comparison, but for methods, seeds and threads.
  static func comparable(_ values: OptionValues, taskFiles: [String]) -> [(name: String, value: String)] {
    let others: [any DeclaredOption] = [
      TrainOptions.seed, TrainOptions.weighting, TrainOptions.aggregation, TrainOptions.sharing,
      TrainOptions.groups,
    ]
    let names = others.map(\.declaration.name)
    let settings = values.effective(TrainOptions.settings).compactMap { option, value in
      names.contains(option.name) ? nil : value.map { (option.name, $0.shown) }
    }
    return [tasks(taskFiles)] + settings
  }

  private static func tasks(_ paths: [String]) -> (name: String, value: String) {
    ("tasks", paths.map { shownPath(URL(fileURLWithPath: $0)) }.joined(separator: "\n"))
  }

  /// The options of a run to go on with.
  static func values(_ entries: [(name: String, value: String)]) throws -> OptionValues {
    let names =
      [TrainOptions.seed.declaration]
      + [
        TrainOptions.batches, TrainOptions.learning, TrainOptions.teaching, TrainOptions.smoothing,
        TrainOptions.balancing,
        TrainOptions.evaluation,
      ].flatMap(\.options)
    var values = OptionValues()
    let known =
      ["version", "tasks", fingerprint, GivenTasks.data.declaration.name, threads.declaration.name]
      + TrainOptions.settings.map(\.name)
    for (name, text) in entries {
      guard known.contains(name) else {
        let version = entries.first { $0.name == "version" }?.value ?? "another version"
        throw CommandError(
          "run.json: there is no option '\(name)' in braid \(Braid.version); the run was made by \(version)")
      }
      guard let option = names.first(where: { $0.name == name }) else { continue }
      let value: SettingValue =
        switch option.kind {
        case .flag: .boolean(text == "on")
        case .integer, .number: Double(text).map { .number($0) } ?? .text(text)
        case .text, .path, .choice, .form: .text(text)
        }
      values = values.filled(from: try OptionValues(settings: [(name, value)], of: names, at: "run.json"))
    }
    return values
  }

  /// Those of a run's options that are not what they would be had nobody said anything: without what the encoder
  /// or the machine decides.
  static func unusual(_ entries: [(name: String, value: String)]) -> [(name: String, value: String)] {
    let ofEncoder = TrainOptions.shape.options.map(\.name)
    func number(_ option: OptionDeclaration) -> Int? {
      entries.first { $0.name == option.name }.flatMap { Int($0.value) }
    }
    let usualFeedForwardSize = number(TrainOptions.hiddenSize.declaration).map { "\($0 * 4)" }
    let hasEncoder = entries.contains { $0.name == TrainOptions.encoder.declaration.name }
    let declarations = TrainOptions.allGroups.flatMap(\.options)
    return entries.filter { name, value in
      if name == "version" || name == fingerprint || name == threads.declaration.name {
        return false
      }
      if hasEncoder, ofEncoder.contains(name) { return false }
      if name == TrainOptions.feedForwardSize.declaration.name, value == usualFeedForwardSize { return false }
      guard let option = declarations.first(where: { $0.name == name }) else { return true }
      // "0.1, or as --encoder says"
      let shown = option.defaultShown?.split(separator: ",").first.map(String.init)
      return value != option.defaultValue?.shown && value != shown
    }
  }
}
