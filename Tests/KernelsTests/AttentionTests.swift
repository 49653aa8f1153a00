import Kernels
import TestSupport
import Testing

extension KernelsTests {
  @Suite struct AttentionTests {
    private struct Layout: CustomStringConvertible {
      let lengths: [Int]
      let heads: Int
      let size: Int
      var rate: Float = 0

      var starts: [Int32] { lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1)) } }
      var rows: Int { lengths.reduce(0, +) }
      var hidden: Int { heads * size }
      var dropout: braid_dropout { braid_dropout(key: 0xfeed_0123_4567_89ab, rate: rate) }
      var description: String { "lengths \(lengths), \(heads) heads of \(size), rate \(rate)" }
    }

    private func forward(
      _ layout: Layout, _ projections: [Float], on device: OpaquePointer
    ) -> (output: [Float], logSums: [Float]) {
      let p = Guarded(projections)
      let output = Guarded(count: layout.rows * layout.hidden)
      let logSums = Guarded(count: layout.rows * layout.heads)
      layout.starts.withUnsafeBufferPointer { starts in
        var arguments = braid_attention_arguments(
          projections: p.base, sequence_starts: starts.baseAddress, sequences: Int64(layout.lengths.count),
          heads: Int64(layout.heads), head_size: Int64(layout.size), output: output.base,
          log_sums: logSums.base, dropout: layout.dropout)
        braid_attention(device, &arguments)
      }
      return (output.values(), logSums.values())
    }

    private func backward(
      _ layout: Layout, _ projections: [Float], gradient: [Float], on device: OpaquePointer
    ) -> [Float] {
      let kept = forward(layout, projections, on: device)
      let (p, output, logSums, d) = (
        Guarded(projections), Guarded(kept.output), Guarded(kept.logSums), Guarded(gradient)
      )
      let result = Guarded(count: layout.rows * 3 * layout.hidden)
      layout.starts.withUnsafeBufferPointer { starts in
        var arguments = braid_attention_backward_arguments(
          projections: p.base, output: output.base, log_sums: logSums.base, gradient: d.base,
          sequence_starts: starts.baseAddress, sequences: Int64(layout.lengths.count),
          heads: Int64(layout.heads), head_size: Int64(layout.size), projections_gradient: result.base,
          dropout: layout.dropout)
        braid_attention_backward(device, &arguments)
      }
      return result.values()
    }

    /// What dropout does to the probability of every key, read off the forward pass: with queries and keys of zero all
    /// probabilities are 1 / length, and values that are 1 at a few keys show those keys' factors.
    private func factors(_ layout: Layout, on device: OpaquePointer) -> [Int: Double] {
      var result: [Int: Double] = [:]
      let starts = layout.starts.map(Int.init)
      for block in stride(from: 0, to: layout.lengths.max() ?? 0, by: layout.size) {
        var projections = Array(repeating: Float(0), count: layout.rows * 3 * layout.hidden)
        for (start, length) in zip(starts, layout.lengths) {
          for key in block..<min(block + layout.size, max(length, block)) {
            for head in 0..<layout.heads {
              projections[((start + key) * 3 + 2) * layout.hidden + head * layout.size + key - block] = 1
            }
          }
        }
        let output = forward(layout, projections, on: device).output
        for (start, length) in zip(starts, layout.lengths) {
          for row in start..<start + length {
            for head in 0..<layout.heads {
              for key in block..<min(block + layout.size, max(length, block)) {
                let value = output[row * layout.hidden + head * layout.size + key - block]
                result[(row * layout.heads + head) * 1000 + key] = Double(value) * Double(length)
              }
            }
          }
        }
      }
      return result
    }

    private func check(_ layout: Layout, set: InstructionSet) throws {
      var draws = Draws(seed: UInt64(layout.rows))
      let projections = draws.floats(layout.rows * 3 * layout.hidden)
      let gradient = draws.floats(layout.rows * layout.hidden)
      let results = try set.sameForAnyThreads("\(layout)") { device in
        let kept = forward(layout, projections, on: device)
        return [
          kept.output, kept.logSums, backward(layout, projections, gradient: gradient, on: device),
        ]
      }
      let factor = layout.rate > 0 ? try set.device { factors(layout, on: $0) } : [:]
      let reference = Reference.Attention(
        starts: layout.starts.map(Int.init), heads: layout.heads, size: layout.size
      ) { row, head, key in
        layout.rate > 0 ? factor[(row * layout.heads + head) * 1000 + key] ?? .nan : 1
      }
      expectAgreement(
        results[0], reference.forward(projections.doubles), relative: 1e-5, floor: 1e-5, "output, \(layout)")
      #expect(results[1].allSatisfy { $0.isFinite }, "log-sums, \(layout)")
      expectAgreement(
        results[2], reference.backward(projections.doubles, gradient: gradient.doubles), relative: 2e-5,
        floor: 4e-5, "gradient, \(layout)")
    }

    @Test("the reference's own gradient agrees with central differences")
    func reference() {
      var draws = Draws(seed: 8)
      let point = draws.floats(7 * 3 * 6).doubles
      let gradient = draws.floats(7 * 6).doubles
      let attention = Reference.Attention(starts: [0, 3, 7], heads: 2, size: 3) { row, head, key in
        (row + head + key) % 3 == 0 ? 0 : 1.5
      }
      let differences = centralDifferences(at: point) { point in
        zip(attention.forward(point), gradient).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let analytic = attention.backward(point, gradient: gradient)
      #expect(zip(differences, analytic).allSatisfy { abs($0 - $1) < 1e-8 })
    }

    @Test("every length from 1 to 70 agrees with double precision", arguments: InstructionSet.all)
    func lengths(set: InstructionSet) throws {
      for length in 1...70 {
        try check(Layout(lengths: [length], heads: 2, size: 8, rate: length % 2 == 0 ? 0 : 0.3), set: set)
      }
    }

    @Test("mixed sequences, head sizes and numbers of heads agree", arguments: InstructionSet.all)
    func mixed(set: InstructionSet) throws {
      let lengths = [5, 1, 70, 16, 33, 2, 31, 64, 15]
      for size in [8, 26, 32, 64] {
        try check(Layout(lengths: lengths, heads: 3, size: size), set: set)
        try check(Layout(lengths: lengths, heads: 2, size: size, rate: 0.2), set: set)
      }
      try check(Layout(lengths: [9, 40, 3], heads: 12, size: 32, rate: 0.1), set: set)
      try check(Layout(lengths: [3, 0, 4], heads: 1, size: 5), set: set)
      try check(Layout(lengths: [150, 7], heads: 1, size: 26, rate: 0.5), set: set)
    }

    @Test("a sequence has the same bits alone as among others", arguments: InstructionSet.all)
    func alone(set: InstructionSet) throws {
      let layout = Layout(lengths: [5, 17, 40, 33, 1], heads: 2, size: 26)
      var draws = Draws(seed: 6)
      let projections = draws.floats(layout.rows * 3 * layout.hidden)
      let gradient = draws.floats(layout.rows * layout.hidden)
      try set.device(threads: 2) { device in
        let together = forward(layout, projections, on: device).output
        let togetherBack = backward(layout, projections, gradient: gradient, on: device)
        let width = layout.hidden
        for (start, length) in zip(layout.starts.map(Int.init), layout.lengths) {
          let single = Layout(lengths: [length], heads: 2, size: 26)
          let part = Array(projections[start * 3 * width..<(start + length) * 3 * width])
          let partGradient = Array(gradient[start * width..<(start + length) * width])
          #expect(
            forward(single, part, on: device).output.bits
              == together[start * width..<(start + length) * width].bits)
          #expect(
            backward(single, part, gradient: partGradient, on: device).bits
              == togetherBack[start * 3 * width..<(start + length) * 3 * width].bits)
        }
      }
    }

    @Test("scores of thousands neither overflow nor lose the largest", arguments: InstructionSet.all)
    func largeScores(set: InstructionSet) throws {
      let layout = Layout(lengths: [20], heads: 1, size: 8)
      var draws = Draws(seed: 12)
      let projections = draws.floats(layout.rows * 3 * layout.hidden, scale: 40)
      let output = try set.device { forward(layout, projections, on: $0).output }
      let expected = Reference.Attention(starts: [0, 20], heads: 1, size: 8).forward(projections.doubles)
      expectAgreement(output, expected, relative: 1e-3, floor: 1e-2, "large scores")
    }

    @Test("a score that is not a number spoils its row", arguments: InstructionSet.all)
    func notANumber(set: InstructionSet) throws {
      let layout = Layout(lengths: [20], heads: 1, size: 8)
      var draws = Draws(seed: 12)
      var projections = draws.floats(layout.rows * 3 * layout.hidden)
      projections[3 * 3 * 8] = .nan
      let output = try set.device { forward(layout, projections, on: $0).output }
      #expect(output[3 * 8..<4 * 8].allSatisfy { $0.isNaN })
      #expect(output[0..<3 * 8].allSatisfy { $0.isFinite })
    }
  }
}
