/// Parameter gradients, one flat buffer a slot, each of the layout of the parameters: one slot for the sum over tasks, or
/// one a task. Of tables only the rows that were touched hold anything but zeros.
public final class GradientBuffers {
  /// Neighbouring parameters of one group, between the tables.
  private struct Stretch {
    let range: Range<Int>
    let group: Int
  }

  private let memories: [Memory]
  /// Of the optimizer that has moved parameters along these.
  weak var stepBehind: StepBehind?
  let tables: [Parameter]
  /// The group of each table.
  private let tableGroups: [Int]
  private let stretches: [Stretch]
  /// The rows of each table that have a gradient, slot by slot.
  private var touched: [[RowSet]]

  /// - Parameter group: the group of a parameter, by its name: gradients of a group are compared and combined together.
  public init(
    layout: ParameterLayout, slots count: Int = 1, group: (String) -> Int = { _ in 0 }
  ) throws(DeviceError) {
    var slots: [Memory] = []
    for _ in 0..<count { slots.append(try Memory(count: layout.count)) }
    memories = slots
    tables = layout.tables
    tableGroups = layout.tables.map { group(layout.entries[$0.entry].name) }
    let none = tables.map { RowSet(rows: $0.rows) }
    touched = Array(repeating: none, count: count)

    let tableEntries = Set(layout.tables.map(\.entry))
    var stretches: [Stretch] = []
    for (index, entry) in layout.entries.enumerated() where !tableEntries.contains(index) {
      let group = group(entry.name)
      let end = index + 1 < layout.entries.count ? layout.entries[index + 1].offset : layout.count
      if let last = stretches.last, last.group == group, last.range.upperBound == entry.offset {
        stretches[stretches.count - 1] = Stretch(range: last.range.lowerBound..<end, group: group)
      } else {
        stretches.append(Stretch(range: entry.offset..<end, group: group))
      }
    }
    self.stretches = stretches
  }

  public var slotCount: Int { memories.count }

  package var slots: [Memory] {
    stepBehind?.finish()
    return memories
  }

  public func clear() {
    for slot in slots { slot.floats.update(repeating: 0) }
    for slot in touched.indices { forgetTouchedRows(slot: slot) }
  }

  func gradient(of parameter: Parameter, slot: Int) -> Numbers {
    slots[slot].floats.part(from: parameter.offset, count: parameter.count)
  }

  package func floats(of entry: ParameterLayout.Entry, slot: Int = 0) -> Numbers {
    slots[slot].floats.part(from: entry.offset, count: entry.count)
  }

  // MARK: Rows of tables

  /// Notes that rows of a table get gradients; other parameters are dense.
  func touch(_ ids: Values<Int32>, of parameter: Parameter, slot: Int) {
    guard let table = tables.firstIndex(of: parameter) else { return }
    for id in ids { touched[slot][table].insert(id) }
  }

  /// The rows of a table that have a gradient in a slot, each once.
  func touchedRows(ofTable table: Int, slot: Int = 0) -> [Int32] { touched[slot][table].rows }

  /// Notes that every row of a table gets a gradient.
  func touchAllRows(of parameter: Parameter, slot: Int) {
    guard let table = tables.firstIndex(of: parameter) else { return }
    for row in 0..<parameter.rows { touched[slot][table].insert(Int32(row)) }
  }

  /// Counts every row of every table as touched from now on.
  public func touchAllRows() {
    for table in tables { touchAllRows(of: table, slot: 0) }
  }

  func forgetTouchedRows(slot: Int) {
    for table in tables.indices { touched[slot][table].removeAll() }
  }

  /// Notes for the first slot the rows that are touched in any slot of these or of others.
  func gatherTouchedRows(of other: GradientBuffers) {
    for rows in other.touched {
      for table in tables.indices {
        for row in rows[table].rows { touched[0][table].insert(row) }
      }
    }
  }

  // MARK: Parts

  /// Calls `body` with every stretch of some groups, and then with the rows of their tables that are touched in the first slot.
  func forEachPart(where isMeant: (_ group: Int) -> Bool = { _ in true }, _ body: (BufferPart) -> Void) {
    for stretch in stretches where isMeant(stretch.group) { body(.stretch(stretch.range)) }
    for (index, table) in tables.enumerated() where isMeant(tableGroups[index]) {
      let rows = touchedRows(ofTable: index)
      if !rows.isEmpty { body(.rows(rows, of: table)) }
    }
  }
}
