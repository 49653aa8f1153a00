import Kernels

/// Parameters that have a step of the optimizer still to take.
///
/// A step reads and writes every parameter, its moments and its gradient once, so memory limits it and not arithmetic. That goes
/// well beside products: the step is taken in the order of the layout while the next batch goes forward, some threads moving
/// the layers after the one that the others compute. Whoever reads a parameter before its turn has all up to it moved first.
///
/// Safe because units move parameters of their own, and what they go by changes only while none is left.
final class StepBehind: @unchecked Sendable {
  /// Rows of a linear weight that are packed together, or a piece of other parameters.
  private struct Unit {
    let places: Range<Int>
    /// The number of the weight among those that are packed.
    var weight: Int?
    var rows = 0..<0
    /// Those that it overlaps.
    var stretches = 0..<0
  }

  /// Parameters of a piece.
  private static let pieceCount = 16_384

  private let stretches: [Range<Int>]
  private let units: [Unit]
  private let device: Device
  /// One a thread.
  private let lanes: [Device]
  private let method: braid_adam_method
  private let parameters: Memory
  private let linears: [Parameter]
  private let packed: PackedWeights
  private let moments: [(first: Memory, second: Memory)]
  private var gradients: [Memory] = []
  /// Of each stretch, by its moments.
  private var steps: [braid_adam_step?]
  private var isLeft = false

  /// - Parameter stretches: parameters that are treated alike, in the order of the layout; empty for those that take their
  ///   steps elsewhere.
  init(
    _ stretches: [Range<Int>], of store: ParameterStore, moments: [(first: Memory, second: Memory)],
    method: braid_adam_method
  ) throws(DeviceError) {
    self.stretches = stretches
    self.moments = moments
    self.method = method
    device = store.device
    parameters = store.memory
    packed = store.packed
    linears = store.layout.linears
    steps = Array(repeating: nil, count: stretches.count * moments.count)
    units = Self.units(of: stretches, linears)
    var lanes: [Device] = []
    for _ in 0..<device.threads { lanes.append(try device.ofOneThread()) }
    self.lanes = lanes
  }

  private static func units(of stretches: [Range<Int>], _ linears: [Parameter]) -> [Unit] {
    var units: [Unit] = []
    for (index, weight) in linears.enumerated() {
      for first in stride(from: 0, to: weight.rows, by: Device.packedRows) {
        let rows = first..<min(first + Device.packedRows, weight.rows)
        let begin = weight.offset + first * weight.columns
        units.append(
          Unit(places: begin..<begin + rows.count * weight.columns, weight: index, rows: rows))
      }
    }
    units.sort { $0.places.lowerBound < $1.places.lowerBound }
    for (index, unit) in units.enumerated().dropFirst() {
      precondition(units[index - 1].places.upperBound <= unit.places.lowerBound, "weights that overlap")
    }
    let rows = units
    for stretch in stretches {
      var place = stretch.lowerBound
      for unit in rows where unit.places.overlaps(stretch) {
        units += pieces(of: place..<max(place, unit.places.lowerBound))
        place = unit.places.upperBound
      }
      units += pieces(of: place..<max(place, stretch.upperBound))
    }
    units.sort { $0.places.lowerBound < $1.places.lowerBound }
    for index in units.indices {
      let places = units[index].places
      let first = stretches.firstIndex { $0.overlaps(places) } ?? 0
      let last = stretches.lastIndex { $0.overlaps(places) } ?? -1
      units[index].stretches = first..<last + 1
    }
    return units.filter { !$0.stretches.isEmpty }
  }

  private static func pieces(of places: Range<Int>) -> [Unit] {
    stride(from: places.lowerBound, to: places.upperBound, by: pieceCount).map {
      Unit(places: $0..<min($0 + pieceCount, places.upperBound))
    }
  }

  /// Notes what a stretch is to be moved by, with some of the moments, when nothing is left of the last step.
  func take(_ step: braid_adam_step, stretch: Int, moments index: Int) {
    precondition(!isLeft, "a step before the last one is taken")
    steps[stretch * moments.count + index] = step
  }

  /// Leaves for later what has been noted.
  ///
  /// - Parameter gradients: for each pair of moments; set to zero as they are read.
  func leave(_ gradients: [Memory]) {
    self.gradients = gradients
    isLeft = true
    device.leave(units.count) { unit, thread in self.run(self.units[unit], on: self.lanes[thread]) }
  }

  /// Takes the rest of the step.
  func finish() {
    guard isLeft else { return }
    device.finish()
    isLeft = false
    gradients = []
    for index in steps.indices { steps[index] = nil }
  }

  /// Takes the step as far as it concerns what lies before a place of the layout.
  func finish(before place: Int) {
    guard isLeft else { return }
    var (first, last) = (0, units.count)
    while first < last {
      let middle = (first + last) / 2
      if units[middle].places.lowerBound < place { first = middle + 1 } else { last = middle }
    }
    device.finish(before: first)
  }

  private func run(_ unit: Unit, on lane: Device) {
    var hasMoved = false
    for stretch in unit.stretches {
      let places = stretches[stretch].clamped(to: unit.places)
      for (index, moments) in moments.enumerated() {
        guard let step = steps[stretch * self.moments.count + index] else { continue }
        func part(_ memory: Memory) -> Numbers { memory.floats.part(places) }
        lane.adam(
          Device.Moved(
            parameters: part(parameters), firstMoment: part(moments.first),
            secondMoment: part(moments.second), gradient: part(gradients[index])),
          by: step, method: method)
        hasMoved = true
      }
    }
    guard hasMoved, let weight = unit.weight else { return }
    packed.pack(weight, rows: unit.rows, of: parameters.floats.part(linears[weight].places), on: lane)
  }
}
