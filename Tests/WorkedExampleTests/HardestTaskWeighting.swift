import Balancing

/// Halves the weight of every task but the one whose loss is highest beside that of guessing without the text.
struct HardestTaskWeighting: TaskWeighting {
  static let name = "hardest"

  private let priorLosses: [Double]

  init(_ tasks: [WeightedTask]) { priorLosses = tasks.map(\.priorLoss) }

  func weights(for input: WeightingInput) -> [Double] {
    let ratios = zip(input.losses, priorLosses).map { loss, prior in loss.map { $0 / prior } ?? 0 }
    let highest = ratios.max() ?? 0
    return ratios.map { $0 == highest ? 1 : 0.5 }
  }
}
