/// What a model says of one hidden token that is known.
package struct HiddenToken: Sendable, Equatable {
  /// The most probable token, ...
  package let best: Int32
  /// ... and the natural logarithm of its probability.
  package let bestLogProbability: Float
  /// The token that stands there, ...
  package let expected: Int32
  /// ... and the logarithm of its.
  package let expectedLogProbability: Float

  /// Those of a sequence, from the prediction of `MaskedLanguageHead`.
  package static func list(_ prediction: [Float]) -> [HiddenToken] {
    stride(from: 0, to: prediction.count, by: 4).map {
      HiddenToken(
        best: Int32(prediction[$0]), bestLogProbability: prediction[$0 + 1],
        expected: Int32(prediction[$0 + 2]), expectedLogProbability: prediction[$0 + 3])
    }
  }
}
