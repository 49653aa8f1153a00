/// Parameter gradients, one flat buffer a slot, each of the layout of the parameters: one slot for the sum over tasks, or
/// one a task. Of tables only the rows that were touched hold anything but zeros.
public final class GradientBuffers {
  package let slots: [Memory]
  let tables: [Parameter]
  /// Stretches of a buffer between the tables.
  let dense: [Range<Int>]
  /// The rows of each table that have a gradient, slot by slot.
  private(set) var touched: [[RowSet]]

  public init(layout: ParameterLayout, slots count: Int = 1) throws(DeviceError) {
    var slots: [Memory] = []
    for _ in 0..<count { slots.append(try Memory(count: layout.count)) }
    self.slots = slots
    tables = layout.tables
    var dense: [Range<Int>] = []
    var first = 0
    for table in tables {
      if table.offset > first { dense.append(first..<table.offset) }
      first = table.offset + table.count
    }
    if layout.count > first { dense.append(first..<layout.count) }
    self.dense = dense
    let none = tables.map { RowSet(rows: $0.rows) }
    touched = Array(repeating: none, count: count)
  }

  public func clear() {
    for slot in slots { slot.floats.update(repeating: 0) }
    for slot in touched.indices { forgetTouchedRows(slot: slot) }
  }

  func pointer(_ parameter: Parameter, slot: Int) -> UnsafeMutablePointer<Float> {
    slots[slot].base + parameter.offset
  }

  package func floats(of entry: ParameterLayout.Entry, slot: Int = 0) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: slots[slot].base + entry.offset, count: entry.count)
  }

  /// Notes that rows of a table get gradients; other parameters are dense.
  func touch(_ ids: UnsafeBufferPointer<Int32>, of parameter: Parameter, slot: Int) {
    guard let table = tables.firstIndex(of: parameter) else { return }
    for id in ids { touched[slot][table].insert(id) }
  }

  func forgetTouchedRows(slot: Int) {
    for table in tables.indices { touched[slot][table].removeAll() }
  }
}
