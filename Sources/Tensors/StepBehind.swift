import Kernels

/// Parameters that have a step of the optimizer still to take.
///
/// A step reads and writes every parameter, its moments and its gradient once: memory limits it, not arithmetic. That goes well
/// beside products, so it is postponed to the next batch's forward pass: while some threads compute a layer, others move the
/// parameters after it, in the order of the layout. Whoever reads a parameter before its turn has all up to it moved first.
///
/// Safe because each unit moves parameters of its own, and what all of them go by changes only while none is postponed.
final class StepBehind: @unchecked Sendable {
  /// Rows of a linear weight that are packed together, or a piece of other parameters.
  private struct Unit {
    let places: Range<Int>
    /// The number of the weight among those that are packed.
    var weight: Int?
    var rows = 0..<0
    /// Stretches that it overlaps.
    var stretches = 0..<0
  }

  /// Parameters of a piece: enough to be worth a unit, few enough that threads end together.
  private static let pieceSize = 16_384

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
  private var isPostponed = false

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

  /// In the order of the layout.
  private static func units(of stretches: [Range<Int>], _ linears: [Parameter]) -> [Unit] {
    let rows = rows(of: linears)
    let units = rows + stretches.flatMap { pieces(of: $0, between: rows) }
    return units.sorted { $0.places.lowerBound < $1.places.lowerBound }.compactMap { unit in
      guard let first = stretches.firstIndex(where: { $0.overlaps(unit.places) }),
        let last = stretches.lastIndex(where: { $0.overlaps(unit.places) })
      else { return nil }
      var unit = unit
      unit.stretches = first..<last + 1
      return unit
    }
  }

  private static func rows(of linears: [Parameter]) -> [Unit] {
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
    for (unit, next) in zip(units, units.dropFirst()) {
      precondition(unit.places.upperBound <= next.places.lowerBound, "weights that overlap")
    }
    return units
  }

  /// Of what is no row of a linear weight.
  private static func pieces(of stretch: Range<Int>, between rows: [Unit]) -> [Unit] {
    var pieces: [Unit] = []
    var place = stretch.lowerBound
    func add(upTo end: Int) {
      for first in stride(from: place, to: end, by: pieceSize) {
        pieces.append(Unit(places: first..<min(first + pieceSize, end)))
      }
    }
    for unit in rows where unit.places.overlaps(stretch) {
      add(upTo: unit.places.lowerBound)
      place = unit.places.upperBound
    }
    add(upTo: stretch.upperBound)
    return pieces
  }

  /// Notes what a stretch is to be moved by, with some of the moments. Nothing may be left of the last step.
  func take(_ step: braid_adam_step, stretch: Int, moments index: Int) {
    precondition(!isPostponed, "a step before the last one is taken")
    steps[stretch * moments.count + index] = step
  }

  /// Begins the step that has been noted.
  ///
  /// - Parameter gradients: for each pair of moments; set to zero as they are read.
  func postpone(_ gradients: [Memory]) {
    self.gradients = gradients
    isPostponed = true
    device.postpone(units.count) { unit, thread in self.run(self.units[unit], on: self.lanes[thread]) }
  }

  /// Takes the rest of the step.
  func finish() {
    guard isPostponed else { return }
    device.finishPostponed()
    isPostponed = false
    gradients = []
    for index in steps.indices { steps[index] = nil }
  }

  /// Takes the step as far as it concerns what lies before a place of the layout.
  func finish(before place: Int) {
    guard isPostponed else { return }
    var (first, last) = (0, units.count)
    while first < last {
      let middle = (first + last) / 2
      if units[middle].places.lowerBound < place { first = middle + 1 } else { last = middle }
    }
    device.finishPostponed(before: first)
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
