/// One slot a task: what the tasks' gradients have to do with each other, and the one gradient that is made of them.
extension GradientBuffers {
  /// Lets the first slot know the rows of tables that any task has touched. Call it once after the last backward pass of a
  /// step and before anything below.
  public func gatherTouchedRows() {
    gatherTouchedRows(of: self)
    for slot in slots.indices.dropFirst() { forgetTouchedRows(slot: slot) }
  }

  /// The Gramian of the slots' gradients of some groups of parameters, in double precision: row by row, as many as there are
  /// slots.
  public func innerProducts(where isMeant: (_ group: Int) -> Bool, on device: Device) -> [Double] {
    innerProducts(ofFirst: slots.count, where: isMeant, on: device)
  }

  func innerProducts(
    ofFirst count: Int, where isMeant: (_ group: Int) -> Bool = { _ in true }, on device: Device
  ) -> [Double] {
    var products = [Double](repeating: 0, count: count * count)
    let buffers = slots.prefix(count).map(\.floats)
    forEachPart(where: isMeant) { device.addInnerProducts(of: buffers, over: $0, to: &products) }
    return products
  }

  /// Puts Σ factors[slot] · gradient[slot] of one group into the first slot of `target`, and sets the others to zero.
  ///
  /// - Parameters:
  ///   - target: these buffers, or others of the same layout; then these keep what they hold.
  ///   - signKey: where not zero, of each element only the terms of one sign are added up, as GradDrop does; the key
  ///     decides the draw.
  public func combine(
    _ factors: [Float], group: Int, into target: GradientBuffers, signKey: UInt64 = 0, on device: Device
  ) {
    precondition(factors.count == slots.count, "one factor a slot")
    if target !== self { target.gatherTouchedRows(of: self) }
    combine(
      slots, factors, into: target.slots[0], clears: target === self, signKey: signKey,
      where: { $0 == group }, on: device)
  }

  /// Takes new gradients into running averages, slot by slot, and sets them to zero: y ← kept · y + added · g.
  ///
  /// - Parameter factors: `kept` and `added` of each slot.
  public func average(
    _ gradients: GradientBuffers, factors: [(kept: Float, added: Float)],
    where isMeant: (_ group: Int) -> Bool, on device: Device
  ) {
    gatherTouchedRows(of: gradients)
    for (slot, factor) in factors.enumerated() {
      combine(
        [slots[slot], gradients.slots[slot]], [factor.kept, factor.added], into: slots[slot], clears: true,
        where: isMeant, on: device)
    }
  }

  private func combine(
    _ sources: [Memory], _ factors: [Float], into target: Memory, clears: Bool, signKey: UInt64 = 0,
    where isMeant: (Int) -> Bool, on device: Device
  ) {
    let sources = sources.map(\.floats)
    forEachPart(where: isMeant) { part in
      device.combine(
        sources, factors, into: target.floats, clearsSources: clears, signKey: signKey, over: part)
    }
  }
}
