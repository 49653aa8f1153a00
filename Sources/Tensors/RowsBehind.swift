import Kernels

/// Rows of embedding tables that have steps of the optimizer still to take.
///
/// A batch reads few rows of a large table. A step moves those that have a gradient; the others, which momentum and weight
/// decay move as well, are left behind until somebody reads them. Then they take what they missed, one step after the other,
/// and have the bits of having taken each in its time.
final class RowsBehind {
  private struct Table {
    let parameter: Parameter
    /// The steps since all rows were last up to date.
    var steps: [braid_adam_step] = []
    /// How many of them each row has taken.
    var taken: [Int32]
    /// Rows that are read and behind.
    var read: RowSet
  }

  /// After so many steps every row catches up, so that the list of steps never grows beyond.
  private static let mostSteps = 1024

  private let method: braid_adam_method
  private let device: Device
  private let parameters: Memory
  private let firstMoment: Memory
  private let secondMoment: Memory
  private var tables: [Table]

  init(
    _ tables: [Parameter], method: braid_adam_method, device: Device, parameters: Memory,
    firstMoment: Memory, secondMoment: Memory
  ) {
    self.method = method
    self.device = device
    self.parameters = parameters
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.tables = tables.map { table in
      var steps: [braid_adam_step] = []
      steps.reserveCapacity(Self.mostSteps)
      return Table(
        parameter: table, steps: steps, taken: Array(repeating: 0, count: table.rows),
        read: RowSet(rows: table.rows))
    }
  }

  /// One more step of a table, which the rows with a gradient take now.
  func take(_ step: braid_adam_step, table index: Int, gradient: UnsafeMutablePointer<Float>, rows: [Int32]) {
    tables[index].steps.append(step)
    rows.withUnsafeBufferPointer { catchUp(index, rows: $0, gradient: gradient) }
    if tables[index].steps.count == Self.mostSteps { catchUp(index) }
  }

  /// Brings the rows of a table that a batch reads up to date.
  func catchUp(_ parameter: Parameter, rows ids: Indices) {
    guard let index = tables.firstIndex(where: { $0.parameter == parameter }),
      !tables[index].steps.isEmpty
    else { return }
    let due = tables[index].steps.count
    for id in UnsafeBufferPointer(start: ids.values, count: ids.count)
    where tables[index].taken[Int(id)] < due { tables[index].read.insert(id) }
    tables[index].read.rows.withUnsafeBufferPointer { catchUp(index, rows: $0, gradient: nil) }
    tables[index].read.removeAll()
  }

  /// Brings every row of one table up to date.
  func catchUp(_ parameter: Parameter) {
    for index in tables.indices where tables[index].parameter == parameter && !tables[index].steps.isEmpty {
      catchUp(index)
    }
  }

  /// Brings every row up to date.
  func catchUp() {
    for index in tables.indices where !tables[index].steps.isEmpty { catchUp(index) }
  }

  private func catchUp(_ index: Int) {
    catchUp(index, rows: nil, gradient: nil)
    tables[index].steps.removeAll(keepingCapacity: true)
    tables[index].taken.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
  }

  /// - Parameter rows: nil for all.
  private func catchUp(
    _ index: Int, rows: UnsafeBufferPointer<Int32>?, gradient: UnsafeMutablePointer<Float>?
  ) {
    let table = tables[index].parameter
    let steps = tables[index].steps
    tables[index].taken.withUnsafeMutableBufferPointer { taken in
      steps.withUnsafeBufferPointer { steps in
        var arguments = braid_adam_rows_arguments(
          method: method, parameters: parameters.base + table.offset,
          first_moment: firstMoment.base + table.offset, second_moment: secondMoment.base + table.offset,
          gradient: gradient, columns: Int64(table.columns), rows: rows?.baseAddress,
          row_count: Int64(rows?.count ?? table.rows), steps: steps.baseAddress,
          step_count: Int64(steps.count), taken: taken.baseAddress)
        braid_adam_rows(device.handle, &arguments)
      }
    }
  }
}
