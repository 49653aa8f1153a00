import LinearAlgebra
import Randomness

/// The order in which a task's gradient meets those of the others.
public enum VisitingOrder: String, CaseIterable, Sendable {
  /// Drawn for each task and step.
  case random
  case ascending, descending

  fileprivate func others(than task: Int, of count: Int, _ generator: inout SplitMix64) -> [Int] {
    var others = (0..<count).filter { $0 != task }
    switch self {
    case .random: generator.shuffle(&others)
    case .ascending: break
    case .descending: others.reverse()
    }
    return others
  }
}

/// Where one task's gradient, as changed so far, meets another's as it came.
struct GradientMeeting {
  let task: Int
  let other: Int
  /// gᵢ′·gⱼ
  let product: Double
  /// ‖gᵢ′‖
  let length: Double
  /// ‖gᵢ‖ and ‖gⱼ‖
  let lengths: (original: Double, other: Double)
}

extension TaskGradients {
  /// Σ gᵢ′ in terms of the gᵢ, where each gᵢ′ starts as gᵢ and takes up `factor` times gⱼ as it meets each
  /// other task j. The changed gradients are kept as mixtures, so that all inner products come from the
  /// Gramian.
  func sumAfterMeetings(
    _ order: VisitingOrder, factor: (GradientMeeting) -> Double
  ) -> [Double] {
    var generator = SplitMix64(seed: seed)
    let norms = norms
    var sum = [Double](repeating: 0, count: count)
    for task in 0..<count {
      var mixture = [Double](repeating: 0, count: count)
      mixture[task] = 1
      for other in order.others(than: task, of: count, &generator) {
        mixture[other] += factor(
          GradientMeeting(
            task: task, other: other, product: inner(gramian.row(other), mixture),
            length: gramian.length(mixture), lengths: (norms[task], norms[other])))
      }
      for index in sum.indices { sum[index] += mixture[index] }
    }
    return sum
  }
}
