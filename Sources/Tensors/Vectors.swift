#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// Short loops over rows that the small operations share. The large ones are kernels in C.

typealias Row = UnsafeMutablePointer<Float>

/// Σ aᵢ bᵢ, sixteen partial sums side by side.
func dotProduct(_ a: Row, _ b: Row, count: Int) -> Float {
  var sums = SIMD16<Float>.zero
  let left = UnsafeRawPointer(a)
  let right = UnsafeRawPointer(b)
  var index = 0
  while index + 16 <= count {
    sums +=
      left.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
      * right.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
    index += 16
  }
  var total = sums.sum()
  while index < count {
    total += a[index] * b[index]
    index += 1
  }
  return total
}

/// target += factor · source
func addScaled(_ source: Row, by factor: Float, to target: Row, count: Int) {
  for index in 0..<count { target[index] += factor * source[index] }
}

/// Turns scores into probabilities in place and returns log Σ exp of the scores.
@discardableResult
func softmax(_ row: Row, count: Int) -> Float {
  var most = -Float.infinity
  for index in 0..<count { most = max(most, row[index]) }
  var sum: Float = 0
  for index in 0..<count {
    row[index] = exp(row[index] - most)
    sum += row[index]
  }
  for index in 0..<count { row[index] /= sum }
  return most + log(sum)
}
