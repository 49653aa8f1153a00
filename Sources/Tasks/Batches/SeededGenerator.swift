/// SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", figure 17 with the
/// mixing constants of Stafford's variant 13): the same numbers from the same seed on every machine. Its own
/// shuffle and ranges, as the standard library does not promise to keep its algorithms.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Generators of one seed and different streams are independent of each other.
  package init(seed: UInt64, stream: UInt64...) {
    state = seed
    for number in stream {
      state = Self.mix(state &+ 0x9E37_79B9_7F4A_7C15) ^ Self.mix(number &+ 0x6A09_E667_F3BC_C909)
    }
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  private static func mix(_ number: UInt64) -> UInt64 {
    var mixed = number
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to but not including `bound`, each as likely (Lemire 2019, "Fast random integer
  /// generation in an interval").
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
  package mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Puts the elements into a random order (Fisher & Yates, as in Durstenfeld 1964).
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in (1..<elements.count).reversed() { elements.swapAt(last, next(below: last + 1)) }
  }
}
