/// Parameters that follow each other in the flat buffers.
public struct ParameterStretch: BitwiseCopyable, Sendable, Hashable {
  let first: Int
  let count: Int

  func contains(_ place: Int) -> Bool { (first..<first + count).contains(place) }
}

extension ParameterScope {
  /// The stretch of the parameters that `body` adds, and what it returns. The same parameters added twice make stretches
  /// that can be compared number by number.
  public func stretch<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> (stretch: ParameterStretch, result: Result) {
    let first = layout.count
    let result = try body()
    return (ParameterStretch(first: first, count: layout.count - first), result)
  }
}

/// output = factor · ‖θₜ − θ̄‖², with θ̄ the mean of the θ of all copies; frozen parameters are left out
///
/// The gradient with respect to θₜ is that of the sum of this over all copies, 2 · factor · (θₜ − θ̄): what the mean moves by
/// cancels out in that sum.
struct DistanceToMean: Operation {
  let copies: Values<ParameterStretch>
  /// The number of the copy whose distance this is.
  let copy: Int
  let factor: Float
  let output: Matrix

  /// Numbers whose differences are in the second cache while they are squared.
  private static let chunk = 1 << 17

  func forward(on tape: Tape) {
    let device = tape.device
    let all = sources(on: tape)
    let difference = tape.scratch(min(Self.chunk, copies[copy].count))
    defer { tape.release(difference) }
    var total = [0.0]
    forEachTrained(on: tape) { range in
      for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.chunk) {
        let part = BufferPart.stretch(0..<min(Self.chunk, range.upperBound - first))
        device.combine(
          all.map { $0.part(first..<$0.count) }, differenceFactors(scale: 1), into: difference, over: part)
        device.addInnerProducts(of: [difference], over: part, to: &total)
      }
    }
    output.values[0] = Float(Double(factor) * total[0])
  }

  func backward(on tape: Tape) {
    guard let gradients = tape.gradients, let range = tape.ranges(of: output).first else { return }
    let target = gradients.slots[range.slot].floats.part(from: copies[copy].first, count: copies[copy].count)
    let factors = differenceFactors(scale: 2 * factor * tape.gradient(of: output)[0])
    let all = sources(on: tape)
    forEachTrained(on: tape) { range in
      tape.device.combine([target] + all, [1] + factors, into: target, over: .stretch(range))
    }
  }

  private func sources(on tape: Tape) -> [Numbers] {
    let values = tape.parameters.memory.floats
    return copies.map { values.part(from: $0.first, count: $0.count) }
  }

  /// Of each copy in scale · (θₜ − θ̄).
  private func differenceFactors(scale: Float) -> [Float] {
    let share = 1 / Float(copies.count)
    // Their sum is zero to the bit or next to it: copies that are alike have no distance.
    return copies.indices.map { scale * ($0 == copy ? share * Float(copies.count - 1) : -share) }
  }

  /// Ranges within the copy.
  private func forEachTrained(on tape: Tape, _ body: (Range<Int>) -> Void) {
    let store = tape.parameters
    let own = copies[copy]
    for (index, entry) in store.layout.entries.enumerated()
    where store.isTrainable[index] && own.contains(entry.offset) {
      body(entry.offset - own.first..<entry.offset - own.first + entry.count)
    }
  }
}

extension Tape {
  /// How far one of several copies of the same parameters is from their mean: factor · ‖θₜ − θ̄‖², [1, 1].
  ///
  /// Its gradient holds for the sum of this over all copies. There are no embedding tables among them: their rows move when
  /// they are read.
  public func distanceToMean(_ copies: [ParameterStretch], copy: Int, factor: Float, slot: Int) -> Matrix {
    checkCopies(copies, copy)
    let space = rowSpace([RowRange(0..<1, slot: slot)])
    let output = matrix(rows: 1, columns: 1, in: space)
    return perform(
      DistanceToMean(
        copies: self.copy(of: copies), copy: copy, factor: factor, output: output))
  }

  func checkCopies(_ copies: [ParameterStretch], _ copy: Int) {
    precondition(copies.allSatisfy { $0.count == copies[copy].count }, "copies have the same parameters")
    precondition(
      !parameters.layout.tables.contains { copies[copy].contains($0.offset) },
      "copies have no embedding tables")
  }
}
