import Randomness

/// Which tokens of a text are hidden from a model that learns to tell them from the others (Devlin et al. 2019, section 3.1): 15 %
/// are asked for, at least one; 80 % of these are replaced by [MASK], 10 % by another token, and 10 % stay as they are.
///
/// What is hidden depends on nothing but a key and the place of the example in its data: not on the batch that it is in, and so
/// neither on threads nor on where a run was resumed.
public struct TokenMasking: Sendable, Equatable {
  /// The key that data is evaluated with: the same tokens every time.
  public static let evaluationKey: UInt64 = 0

  private static let share = 0.15
  private static let replaced = 0.8
  private static let exchanged = 0.1

  public let maskID: Int32
  /// Tokens that are never asked for, nor put in the place of others.
  public let specialIDs: Set<Int32>
  public let vocabularySize: Int

  public init(maskID: Int32, specialIDs: Set<Int32>, vocabularySize: Int) {
    self.maskID = maskID
    self.specialIDs = specialIDs
    self.vocabularySize = vocabularySize
  }

  /// Whether there is anything to ask for.
  func canHide(_ ids: some Sequence<Int32>) -> Bool { ids.contains { !specialIDs.contains($0) } }

  /// How many tokens are asked for, of so many that are not special.
  static func count(of tokens: Int) -> Int {
    tokens == 0 ? 0 : max(1, Int((share * Double(tokens)).rounded()))
  }

  /// Hides tokens of one example.
  ///
  /// - Parameters:
  ///   - tokens: the example's, as a range of `ids`.
  ///   - example: its place in the data.
  ///   - hidden: gets the places in `ids` of those that are asked for, in order, ...
  ///   - expected: ... and what stood there.
  func hide(
    _ tokens: Range<Int>, of ids: inout [Int32], key: UInt64, example: Int, hidden: inout [Int32],
    expected: inout [Int32]
  ) {
    var places = tokens.filter { !specialIDs.contains(ids[$0]) }
    let count = Self.count(of: places.count)
    var generator = SplitMix64(seed: key, stream: 0x6a5c_ed70, UInt64(example))
    // The first steps of a shuffle.
    for step in 0..<count { places.swapAt(step, step + generator.next(below: places.count - step)) }
    for place in places.prefix(count).sorted() {
      hidden.append(Int32(place))
      expected.append(ids[place])
      let draw = generator.nextUniform()
      if draw < Self.replaced {
        ids[place] = maskID
      } else if draw < Self.replaced + Self.exchanged {
        ids[place] = anyToken(&generator)
      }
    }
  }

  /// One token of the vocabulary, each as likely, but for the special ones.
  private func anyToken(_ generator: inout SplitMix64) -> Int32 {
    guard specialIDs.count < vocabularySize else { return maskID }
    while true {
      let id = Int32(generator.next(below: vocabularySize))
      if !specialIDs.contains(id) { return id }
    }
  }
}
