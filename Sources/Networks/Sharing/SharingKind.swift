import Tasks
import Wording

/// The ways of sharing that can be named.
public enum SharingKind {
  /// The first is the default.
  public static let all: [any Sharing.Type] = [
    HardSharing.self, SoftSharing.self, CrossStitchSharing.self, AttentionSharing.self,
    MixtureOfExpertsSharing.self, CustomizedGateSharing.self, ProgressiveSharing.self, PathSharing.self,
    HierarchySharing.self, AdapterSharing.self, GroupSharing.self,
  ]

  /// - Throws: `TaskFileError` for a name that none of them has.
  static func type(
    of definition: SharingDefinition, among kinds: [any Sharing.Type]
  ) throws(TaskFileError) -> any Sharing.Type {
    if let kind = kinds.first(where: { $0.name == definition.type }) { return kind }
    let names = kinds.map { $0.name }
    throw definition.error(
      "type", found: quoted(definition.type),
      expected: nearestName(to: definition.type, among: names).map { quoted($0) }
        ?? listed(names, limit: .max))
  }
}
