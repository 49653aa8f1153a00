import CommandLineOptions
import Foundation
import Tasks
import Training

extension OptionValues {
  /// These values of the command line, filled from `training` of task files.
  ///
  /// Paths there are relative to the task file. What the command line gives is not joined by what it excludes: a batch size by
  /// one in the other measure, groups by a way of sharing, the size of a vocabulary by one that is there, an encoder by the
  /// shape of a new one.
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
      if Self.excluding.contains(where: { isGiven(any: $0) && values.isGiven(any: $0) }) { continue }
      if isGiven(TrainOptions.encoder), TrainOptions.shape.options.contains(where: { values.isGiven($0) }) {
        continue
      }
      result = result.filled(from: values)
    }
    return result
  }

  /// Options of which one may be given.
  private static let excluding = [
    [TrainOptions.batchSize.declaration, TrainOptions.batchTokens.declaration],
    [TrainOptions.groups.declaration, TrainOptions.sharing.declaration],
    [TrainOptions.vocabulary.declaration, TrainOptions.vocabularySize.declaration],
  ]

  private func isGiven(any options: [OptionDeclaration]) -> Bool { options.contains { isGiven($0) } }

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
