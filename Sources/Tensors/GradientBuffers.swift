/// Parameter gradients, one flat buffer a slot, each of the layout of the parameters: one slot for the sum over tasks, or
/// one a task.
public final class GradientBuffers {
  package let slots: [Memory]

  public init(layout: ParameterLayout, slots count: Int = 1) throws(DeviceError) {
    var slots: [Memory] = []
    for _ in 0..<count { slots.append(try Memory(count: layout.count)) }
    self.slots = slots
  }

  public func clear() {
    for slot in slots { slot.floats.update(repeating: 0) }
  }

  func pointer(_ parameter: Parameter, slot: Int) -> UnsafeMutablePointer<Float> {
    slots[slot].base + parameter.offset
  }

  package func floats(of entry: ParameterLayout.Entry, slot: Int = 0) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: slots[slot].base + entry.offset, count: entry.count)
  }
}
