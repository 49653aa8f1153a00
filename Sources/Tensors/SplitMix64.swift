#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A small generator whose state is one number (Steele, Lea & Flood 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
  package var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// A stream of its own for each name (FNV-1a of its bytes, mixed with the seed).
  package init(seed: UInt64, stream: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    state = SplitMix64.mix(seed) ^ hash
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return SplitMix64.mix(state)
  }

  package static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform in 0 ..< 1.
  package mutating func nextUniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Standard normal, within two deviations (Box & Muller 1958, by rejection).
  mutating func nextTruncatedNormal() -> Float {
    while true {
      let radius = (-2 * log(1 - nextUniform())).squareRoot()
      let value = radius * cos(2 * Double.pi * nextUniform())
      if abs(value) <= 2 { return Float(value) }
    }
  }
}
