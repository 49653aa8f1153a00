#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A small generator whose state is one number (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number
/// generators", figure 17 with the mixing constants of Stafford's variant 13): the same numbers from the same seed on
/// every machine. It has its own shuffle and ranges, as the standard library does not promise to keep its algorithms.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Generators of one seed and different streams are independent of each other.
  package init(seed: UInt64, stream: UInt64...) {
    state = seed
    for number in stream {
      state = Self.mix(state &+ 0x9e37_79b9_7f4a_7c15) ^ Self.mix(number &+ 0x6a09_e667_f3bc_c909)
    }
  }

  /// A stream of its own for each name (FNV-1a of its bytes, mixed with the seed).
  package init(seed: UInt64, stream: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    state = Self.mix(seed) ^ hash
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  package static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number from 0 up to but not including `bound`, each as likely (Lemire 2019, "Fast random integer generation in
  /// an interval").
  package mutating func next(below bound: Int) -> Int {
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// A number from 0 up to but not including 1, a multiple of 2⁻⁵³.
  package mutating func nextUniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Standard normal, within two deviations (Box & Muller 1958, by rejection).
  package mutating func nextTruncatedNormal() -> Float {
    while true {
      let radius = (-2 * log(1 - nextUniform())).squareRoot()
      let value = radius * cos(2 * Double.pi * nextUniform())
      if abs(value) <= 2 { return Float(value) }
    }
  }

  /// Puts the elements into a random order (Fisher & Yates, as in Durstenfeld 1964).
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in (1..<elements.count).reversed() { elements.swapAt(last, next(below: last + 1)) }
  }
}
