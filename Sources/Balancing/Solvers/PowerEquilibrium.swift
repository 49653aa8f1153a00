import Foundation
import LinearAlgebra

/// The positive a with (K a)ᵢ = aᵢ^(−p), for a positive semidefinite K with a positive diagonal.
///
/// It is the minimum of the strictly convex ½ aᵀKa − Σ ψ(aᵢ) with ψ′(a) = a^(−p), found by damped Newton
/// steps in units in which K has a unit diagonal, to a relative 1e-13. If K is singular there may be no
/// solution (two opposite gradients); a ridge of 10^(−6 (1 + p)) of the diagonal then keeps aᵢ √Kᵢᵢ below
/// about a million. Elsewhere it changes the result by no more than about its own size.
package enum PowerEquilibrium {
  package static func solve(_ matrix: SymmetricMatrix, power: Double) -> [Double] {
    let scales = matrix.diagonal.map { 1 / $0.squareRoot() }
    // a = s τ b turns the equations into C b = e b^(−p) with C of unit diagonal and the eᵢ around one.
    let logarithms = scales.map { (1 - power) * log($0) }
    let middle = logarithms.reduce(0, +) / Double(max(1, scales.count))
    let targets = logarithms.map { exp($0 - middle) }
    let unit = exp(middle / (1 + power))

    var equations = matrix.scaled(by: scales)
    for index in scales.indices { equations[index, index] += pow(1e-6, 1 + power) }
    let solution = newton(equations, targets, power)
    return zip(scales, solution).map { $0 * unit * $1 }
  }

  private static func newton(_ matrix: SymmetricMatrix, _ targets: [Double], _ power: Double) -> [Double] {
    let count = matrix.count
    var point = targets.map { pow($0, 1 / (1 + power)) }
    for _ in 0..<200 {
      let barriers = (0..<count).map { targets[$0] * pow(point[$0], -power) }
      let slopes = zip(matrix.times(point), barriers).map { $0 - $1 }
      let hessian = (0..<count).map { row in
        var entries = matrix.row(row)
        entries[row] += power * barriers[row] / point[row]
        return entries
      }
      guard let step = LinearSystem.solve(hessian, slopes.map { -$0 }) else { break }
      let relative = zip(step, point).map { $0 / $1 }
      let largest = relative.map(abs).max() ?? 0
      // Close to the solution full steps converge quadratically, where values of the function no longer tell.
      if largest < 0.1 / (1 + power) {
        for index in 0..<count { point[index] += step[index] }
        if largest <= 1e-13 { break }
        continue
      }
      let furthest = -(relative.min() ?? 0)
      var length = furthest > 0.9 ? 0.9 / furthest : 1
      let before = value(matrix, targets, power, point)
      let descent = inner(slopes, step)
      var next = zip(point, step).map { $0 + length * $1 }
      while value(matrix, targets, power, next) > before + 1e-4 * length * descent, length > 1e-12 {
        length /= 2
        next = zip(point, step).map { $0 + length * $1 }
      }
      guard length > 1e-12 else { break }
      point = next
    }
    return point
  }

  private static func value(
    _ matrix: SymmetricMatrix, _ targets: [Double], _ power: Double, _ point: [Double]
  ) -> Double {
    let utilities = zip(targets, point).map { target, entry in
      target * (power == 1 ? log(entry) : pow(entry, 1 - power) / (1 - power))
    }
    return matrix.form(point, point) / 2 - utilities.reduce(0, +)
  }
}
