#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// output = log of the mean, over the kept steps of each row, of softmax(logits of the step)
/// (Liu, Duh & Gao 2018, eq. 7 and 8: the average that stochastic prediction dropout thins out in training)
struct MeanProbability: Operation {
  /// One [rows, classes] matrix a step.
  let steps: Values<Matrix>
  /// 1 where a row keeps a step and 0 where it does not, [rows, steps].
  let kept: Numbers
  /// Softmax of every step, one after the other: kept for backward.
  let probabilities: Numbers
  let output: Matrix

  private func keptCount(_ row: Int) -> Float {
    var count: Float = 0
    for step in 0..<steps.count { count += kept[row * steps.count + step] }
    return count
  }

  func forward(on tape: Tape) {
    let classes = output.columns
    output.values.update(repeating: 0)
    for step in 0..<steps.count {
      let first = step * output.count
      probabilities.part(from: first, count: output.count).update(from: steps[step].values)
      for row in 0..<output.rows {
        let probability = probabilities.part(from: first + row * classes, count: classes)
        softmax(probability)
        addScaled(probability, by: kept[row * steps.count + step] / keptCount(row), to: output.row(row))
      }
    }
    for index in 0..<output.count {
      output.values[index] = log(max(output.values[index], .leastNormalMagnitude))
    }
  }

  /// With m the mean: dP_c = share · d_c / m_c, then through the softmax of the step.
  func backward(on tape: Tape) {
    let classes = output.columns
    let gradient = tape.gradient(of: output)
    for step in 0..<steps.count {
      guard let target = tape.gradientToSum(for: steps[step]) else { continue }
      for row in 0..<output.rows {
        let share = kept[row * steps.count + step] / keptCount(row)
        guard share > 0 else { continue }
        let place = row * classes
        let probability = probabilities.part(from: step * output.count + place, count: classes)
        var mean: Float = 0
        for c in 0..<classes {
          mean += probability[c] * gradient[place + c] / exp(output.values[place + c])
        }
        for c in 0..<classes {
          let slope = gradient[place + c] / exp(output.values[place + c])
          target[place + c] += share * probability[c] * (slope - mean)
        }
      }
    }
  }
}

extension Tape {
  /// log of the mean over steps of softmax(logits), [rows, classes]; `kept` says which steps count for a row, at least
  /// one each.
  public func meanProbability(_ steps: [Matrix], kept: Numbers) -> Matrix {
    precondition(!steps.isEmpty && kept.count == steps[0].rows * steps.count)
    let output = matrix(
      rows: steps[0].rows, columns: steps[0].columns, in: steps[0].rowSpace,
      needsGradient: steps.contains(where: \.needsGradient))
    return perform(
      MeanProbability(
        steps: copy(of: steps), kept: kept, probabilities: floats(output.count * steps.count), output: output)
    )
  }
}
