/// Each task's share of the mean entropies of the predictions, wᵢ = Hᵢ / Σⱼ Hⱼ: a task whose predictions are unsure gets
/// more. Entropies are over ln C, so that many classes are no advantage. Textbook form without a paper of its own.
///
/// A task without a predicted distribution counts as the mean of the others. With one task a batch it is approximate:
/// entropies of the other tasks are those of their latest batches.
public struct MaximumEntropyWeighting: TaskWeighting {
  public static let name = "max-entropy"
  public static let needs: Set<WeightingNeed> = [.entropies]
  private var entropies: SeenValues

  public init(_ tasks: [WeightedTask]) { entropies = SeenValues(count: tasks.count) }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    entropies.replace(with: input.entropies)
    return WeightingArithmetic.shares(entropies.filled)
  }

  public var state: [Double] {
    get { entropies.state }
    set { entropies.state = newValue }
  }
}
