import CommandLineOptions
import Foundation
import Tasks
import Training

extension OptionValues {
  /// These values of the command line, filled from `training` of task files.
  ///
  /// Paths there are relative to the task file. A batch size that the command line gives in one measure is not joined by one
  /// in the other, and an encoder that it names not by the shape of a new one.
  func filled(from training: [Setting]) throws -> OptionValues {
    var result = self
    for setting in training {
      let value: SettingValue =
        switch setting.value {
        case .flag(let flag): .boolean(flag)
        case .number(let number): .number(number)
        case .text(let text): .text(Self.withPaths(text, of: setting))
        }
      let values = try OptionValues(
        settings: [(setting.name, value)], of: TrainOptions.settings,
        at: "\(setting.file):\(setting.line): training")
      if hasBatchSize, values.hasBatchSize { continue }
      if isGiven(TrainOptions.encoder), TrainOptions.shape.options.contains(where: { values.isGiven($0) }) {
        continue
      }
      result = result.filled(from: values)
    }
    return result
  }

  private var hasBatchSize: Bool { isGiven(TrainOptions.batchSize) || isGiven(TrainOptions.batchTokens) }

  private static func withPaths(_ text: String, of setting: Setting) -> String {
    if TrainOptions.teachers.declaration.answers(to: setting.name), let teachers = TeacherSource.list(text) {
      return TeacherSource.spelling(of: teachers) { path($0, of: setting) }
    }
    let isPath = TrainOptions.settings.contains { option in
      if case .path = option.kind { option.answers(to: setting.name) } else { false }
    }
    return isPath ? path(text, of: setting) : text
  }

  private static func path(_ text: String, of setting: Setting) -> String {
    let folder = (setting.file as NSString).deletingLastPathComponent
    return text.hasPrefix("/") || folder.isEmpty ? text : folder + "/" + text
  }
}
