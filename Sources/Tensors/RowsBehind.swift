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
  func take(_ step: braid_adam_step, table index: Int, gradient: Memory, rows: [Int32]) {
    tables[index].steps.append(step)
    catchUp(index, rows: rows, gradient: gradient)
    if tables[index].steps.count == Self.mostSteps { catchUp(index) }
  }

  /// Brings the rows of a table that a batch reads up to date.
  func catchUp(_ parameter: Parameter, rows ids: Indices) {
    guard let index = tables.firstIndex(where: { $0.parameter == parameter }),
      !tables[index].steps.isEmpty
    else { return }
    let due = tables[index].steps.count
    for id in ids.values where tables[index].taken[Int(id)] < due { tables[index].read.insert(id) }
    catchUp(index, rows: tables[index].read.rows, gradient: nil)
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
    for row in tables[index].taken.indices { tables[index].taken[row] = 0 }
  }

  /// - Parameter rows: nil for all.
  private func catchUp(_ index: Int, rows: [Int32]?, gradient: Memory?) {
    let table = tables[index].parameter
    func part(_ memory: Memory) -> Numbers { memory.floats.part(from: table.offset, count: table.count) }
    device.adam(
      Device.Moved(
        parameters: part(parameters), firstMoment: part(firstMoment), secondMoment: part(secondMoment),
        gradient: gradient.map(part)),
      columns: table.columns, rows: rows, by: tables[index].steps, taken: &tables[index].taken, method: method
    )
  }
}
