#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// Short loops over rows that the small operations share. The large ones are kernels in C.

/// Σ aᵢ bᵢ, sixteen partial sums side by side.
func dotProduct(_ a: Numbers, _ b: Numbers) -> Float {
  precondition(a.count == b.count, "two vectors of one length")
  var sums = SIMD16<Float>.zero
  var index = 0
  while index + 16 <= a.count {
    sums += a.sixteen(from: index) * b.sixteen(from: index)
    index += 16
  }
  var total = sums.sum()
  while index < a.count {
    total += a[index] * b[index]
    index += 1
  }
  return total
}

/// target += factor · source
func addScaled(_ source: Numbers, by factor: Float, to target: Numbers) {
  precondition(source.count == target.count, "two vectors of one length")
  for index in 0..<target.count { target[index] += factor * source[index] }
}

/// Turns scores into probabilities in place and returns log Σ exp of the scores.
@discardableResult
func softmax(_ row: Numbers) -> Float {
  var most = -Float.infinity
  for score in row { most = max(most, score) }
  var sum: Float = 0
  for index in 0..<row.count {
    row[index] = exp(row[index] - most)
    sum += row[index]
  }
  for index in 0..<row.count { row[index] /= sum }
  return most + log(sum)
}
