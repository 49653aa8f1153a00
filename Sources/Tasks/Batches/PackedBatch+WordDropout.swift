import Randomness

extension PackedBatch {
  /// Puts another token in the place of some, each with the same chance (word dropout, as MT-DNN has it, Liu et al. 2019).
  ///
  /// - Parameters:
  ///   - rate: the chance of each token.
  ///   - replacement: the token that takes their place.
  ///   - kept: tokens that stay.
  ///   - seed: decides which; the same for the same tokens.
  package mutating func dropWords(
    rate: Double, replacement: Int32, keeping kept: Set<Int32>, seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed, stream: 0x0d20_9ed0)
    for row in ids.indices where generator.nextUniform() < rate && !kept.contains(ids[row]) {
      ids[row] = replacement
    }
  }
}
