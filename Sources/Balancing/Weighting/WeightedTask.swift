/// What a weighting may know of a task before training.
public struct WeightedTask: Sendable {
  public enum Loss: Sendable { case crossEntropy, squaredError, listwise }

  public let name: String
  public let loss: Loss
  /// The factor from the task file.
  public let factor: Double
  /// The loss of the best prediction that does not look at the text: see `PriorWeighting`.
  public let priorLoss: Double

  public init(name: String, loss: Loss, factor: Double, priorLoss: Double) {
    self.name = name
    self.loss = loss
    self.factor = factor
    self.priorLoss = priorLoss
  }
}
