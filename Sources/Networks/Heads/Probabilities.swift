import Foundation

/// σ(logit)
public func probability(_ logit: Float) -> Float { 1 / (1 + exp(-logit)) }

/// softmax(logits). Logits that are log-probabilities already come back as probabilities.
public func probabilities(_ logits: some Collection<Float>) -> [Float] {
  let most = logits.max() ?? 0
  let powers = logits.map { exp($0 - most) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
