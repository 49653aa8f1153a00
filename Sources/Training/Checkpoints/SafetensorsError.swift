/// A file of tensors that can't be read or written as asked.
public struct SafetensorsError: Error, CustomStringConvertible, Sendable, Equatable {
  /// Path of the file.
  public var file: String
  /// Name of the tensor, where one is at fault.
  public var tensor: String?
  /// What was found and what was expected.
  public var problem: String

  init(file: String, tensor: String? = nil, _ problem: String) {
    self.file = file
    self.tensor = tensor
    self.problem = problem
  }

  public var description: String {
    if let tensor { "\(file): tensor '\(tensor)': \(problem)" } else { "\(file): \(problem)" }
  }
}
