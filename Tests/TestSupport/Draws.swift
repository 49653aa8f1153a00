/// Numbers for tests: the same for the same seed on every machine (the 64-bit linear congruential generator of Knuth's
/// MMIX, with its high bits folded in).
package struct Draws: Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
    for _ in 0..<4 { _ = bits() }
  }

  package mutating func bits() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 29)) &* 0xff51_afd7_ed55_8ccd ^ (state >> 33)
  }

  /// Uniform in 0 ..< 1.
  package mutating func uniform() -> Double { Double(bits() >> 11) * 0x1p-53 }

  /// Uniform in 0 ..< bound.
  package mutating func integer(below bound: Int) -> Int { Int(uniform() * Double(bound)) }

  /// Roughly normal with deviation `scale`: the sum of twelve uniform draws less six (central limit).
  package mutating func float(scale: Double = 1) -> Float {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return Float(sum * scale)
  }

  package mutating func floats(_ count: Int, scale: Double = 1, mean: Double = 0) -> [Float] {
    (0..<count).map { _ in Float(mean) + float(scale: scale) }
  }
}
