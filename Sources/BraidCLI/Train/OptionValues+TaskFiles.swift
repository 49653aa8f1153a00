import CommandLineOptions
import Foundation
import Tasks

extension OptionValues {
  /// These values of the command line, filled from `training` of task files.
  ///
  /// Paths there are relative to the task file. A batch size that the command line gives in one measure is not joined by one
  /// in the other.
  func filled(from training: [Setting]) throws -> OptionValues {
    var result = self
    for setting in training {
      let value: SettingValue =
        switch setting.value {
        case .flag(let flag): .boolean(flag)
        case .number(let number): .number(number)
        case .text(let text): .text(Self.isPath(setting.name) ? Self.path(text, of: setting) : text)
        }
      let values = try OptionValues(
        settings: [(setting.name, value)], of: TrainOptions.settings,
        at: "\(setting.file):\(setting.line): training")
      if hasBatchSize, values.hasBatchSize { continue }
      result = result.filled(from: values)
    }
    return result
  }

  private var hasBatchSize: Bool { isGiven(TrainOptions.batchSize) || isGiven(TrainOptions.batchTokens) }

  private static func isPath(_ name: String) -> Bool {
    TrainOptions.settings.contains { if case .path = $0.kind { $0.name == name } else { false } }
  }

  private static func path(_ text: String, of setting: Setting) -> String {
    let folder = (setting.file as NSString).deletingLastPathComponent
    return text.hasPrefix("/") || folder.isEmpty ? text : folder + "/" + text
  }
}
