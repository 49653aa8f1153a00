import Foundation
import Kernels
import TestSupport
import Testing

extension KernelsTests {
  @Suite struct OptimizerTests {
    private let beta1 = 0.9
    private let beta2 = 0.98
    private let epsilon = 1e-6
    private let rate = 0.01
    private let decay = 0.1
    private let scale = 0.25
    private let count = 20_003
    private let steps = 5

    private func gradient(step: Int) -> [Float] {
      var draws = Draws(seed: UInt64(step) + 100)
      return draws.floats(count)
    }

    private func numbers(of step: Int) -> braid_adam_step {
      braid_adam_step(
        gradient_scale: Float(scale), learning_rate: Float(rate) / Float(step), beta1: Float(beta1),
        beta2: Float(beta2), epsilon: Float(epsilon), weight_decay: Float(decay),
        correction1: Float(1 - pow(beta1, Double(step))), correction2: Float(1 - pow(beta2, Double(step))))
    }

    /// Parameters after some steps, and both moments, by the kernel.
    private func run(
      _ method: braid_adam_method, set: InstructionSet
    ) throws -> [[Float]] {
      try set.sameForAnyThreads("optimizer") { device in
        var draws = Draws(seed: 1)
        let parameters = Guarded(draws.floats(count))
        let (first, second) = (Guarded(zeros: count), Guarded(zeros: count))
        for step in 1...steps {
          let gradients = Guarded(gradient(step: step))
          var arguments = braid_adam_arguments(
            method: method, parameters: parameters.base, first_moment: first.base,
            second_moment: second.base, gradient: gradients.base, count: Int64(count),
            step: numbers(of: step))
          braid_adam(device, &arguments)
          #expect(gradients.values().allSatisfy { $0 == 0 }, "the gradient is set to zero")
        }
        return [parameters.values(), first.values(), second.values()]
      }
    }

    @Test("AdamW's steps agree with double precision", arguments: InstructionSet.all)
    func adamW(set: InstructionSet) throws {
      let results = try run(BRAID_ADAMW, set: set)
      var draws = Draws(seed: 1)
      var parameters = draws.floats(count).doubles
      var first = parameters.map { _ in 0.0 }
      var second = first
      for step in 1...steps {
        for (index, raw) in gradient(step: step).enumerated() {
          let g = Double(raw) * scale
          first[index] = beta1 * first[index] + (1 - beta1) * g
          second[index] = beta2 * second[index] + (1 - beta2) * g * g
          let mean = first[index] / (1 - pow(beta1, Double(step)))
          let variance = second[index] / (1 - pow(beta2, Double(step)))
          parameters[index] -=
            rate / Double(step) * (mean / (variance.squareRoot() + epsilon) + decay * parameters[index])
        }
      }
      expectAgreement(results[0], parameters, relative: 1e-6, floor: 1e-6, "parameters")
      expectAgreement(results[1], first, relative: 1e-5, floor: 1e-7, "first moment")
      // 1 − β₂ loses digits in single precision: 0.98 is off by up to 3e-8, a part in 10⁶ of 0.02.
      expectAgreement(results[2], second, relative: 1e-5, floor: 1e-9, "second moment")
    }

    @Test("Adamax's steps agree with double precision", arguments: InstructionSet.all)
    func adamax(set: InstructionSet) throws {
      let results = try run(BRAID_ADAMAX, set: set)
      var draws = Draws(seed: 1)
      var parameters = draws.floats(count).doubles
      var first = parameters.map { _ in 0.0 }
      var second = first
      for step in 1...steps {
        for (index, raw) in gradient(step: step).enumerated() {
          let g = Double(raw) * scale
          first[index] = beta1 * first[index] + (1 - beta1) * g
          second[index] = max(beta2 * second[index], abs(g) + epsilon)
          let mean = first[index] / (1 - pow(beta1, Double(step)))
          parameters[index] -= rate / Double(step) * (mean / second[index] + decay * parameters[index])
        }
      }
      expectAgreement(results[0], parameters, relative: 1e-6, floor: 1e-6, "parameters")
      expectAgreement(results[1], first, relative: 1e-5, floor: 1e-7, "first moment")
      expectAgreement(results[2], second, relative: 1e-6, floor: 1e-9, "largest gradient")
    }

    @Test(
      "Rows that catch up later have the bits of a table that took every step", arguments: InstructionSet.all)
    func rows(set: InstructionSet) throws {
      let (tableRows, columns, steps) = (70, 37, 9)
      // Row 5 never has a gradient; others have one in some of the steps.
      func touched(in step: Int) -> [Int32] {
        (0..<tableRows).filter { $0 != 5 && ($0 * 7 + step * 3) % 5 < 2 }.map(Int32.init)
      }
      func gradient(in step: Int) -> [Float] {
        var draws = Draws(seed: UInt64(step))
        var values = draws.floats(tableRows * columns)
        let rows = Set(touched(in: step).map(Int.init))
        for index in values.indices where !rows.contains(index / columns) { values[index] = 0 }
        return values
      }
      var draws = Draws(seed: 1)
      let start = draws.floats(tableRows * columns)
      for method in [BRAID_ADAMW, BRAID_ADAMAX] {
        let whole = try set.sameForAnyThreads("whole table") { device in
          let parameters = Guarded(start)
          let (first, second) = (Guarded(zeros: start.count), Guarded(zeros: start.count))
          for step in 1...steps {
            let gradients = Guarded(gradient(in: step))
            var arguments = braid_adam_arguments(
              method: method, parameters: parameters.base, first_moment: first.base,
              second_moment: second.base, gradient: gradients.base, count: Int64(start.count),
              step: numbers(of: step))
            braid_adam(device, &arguments)
          }
          return [parameters.values(), first.values(), second.values()]
        }
        let late = try set.sameForAnyThreads("rows") { device in
          let parameters = Guarded(start)
          let (first, second) = (Guarded(zeros: start.count), Guarded(zeros: start.count))
          let numbers = (1...steps).map(numbers)
          var taken = [Int32](repeating: 0, count: tableRows)
          func take(_ count: Int, rows: [Int32]?, gradient: UnsafeMutablePointer<Float>?) {
            numbers.withUnsafeBufferPointer { steps in
              taken.withUnsafeMutableBufferPointer { taken in
                func call(_ rows: UnsafePointer<Int32>?, _ rowCount: Int) {
                  var arguments = braid_adam_rows_arguments(
                    method: method, parameters: parameters.base, first_moment: first.base,
                    second_moment: second.base, gradient: gradient, columns: Int64(columns), rows: rows,
                    row_count: Int64(rowCount), steps: steps.baseAddress, step_count: Int64(count),
                    taken: taken.baseAddress)
                  braid_adam_rows(device, &arguments)
                }
                if let rows {
                  rows.withUnsafeBufferPointer { call($0.baseAddress, $0.count) }
                } else {
                  call(nil, tableRows)
                }
              }
            }
          }
          for step in 1...steps {
            // Some rows are read in between.
            take(step - 1, rows: [3, Int32(step), 41], gradient: nil)
            let gradients = Guarded(gradient(in: step))
            take(step, rows: touched(in: step), gradient: gradients.base)
            #expect(gradients.values().allSatisfy { $0 == 0 }, "the gradient is set to zero")
          }
          take(steps, rows: nil, gradient: nil)
          #expect(taken.allSatisfy { $0 == Int32(steps) })
          return [parameters.values(), first.values(), second.values()]
        }
        for (late, whole) in zip(late, whole) { #expect(late.bits == whole.bits) }
      }
    }

    @Test(
      "A moment that fades becomes zero, not a number below the normal ones", arguments: InstructionSet.all)
    func fadingMoments(set: InstructionSet) throws {
      try set.device { device in
        let (parameters, first, second) = (
          Guarded([1, 1]), Guarded([1e-30, -1e-38]), Guarded([1e-38, 1e-20])
        )
        let gradient = Guarded(zeros: 2)
        var arguments = braid_adam_arguments(
          method: BRAID_ADAMW, parameters: parameters.base, first_moment: first.base,
          second_moment: second.base, gradient: gradient.base, count: 2, step: numbers(of: 1))
        braid_adam(device, &arguments)
        #expect(first.values()[0] == 0.9 * 1e-30 && first.values()[1] == 0)
        #expect(second.values()[0] == 0 && second.values()[1] > 0)
      }
    }
  }
}
