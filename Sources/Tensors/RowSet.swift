/// Some rows of a table, each once, in the order in which they came.
struct RowSet {
  private(set) var rows: [Int32] = []
  private var isIn: [Bool]

  init(rows count: Int) {
    isIn = Array(repeating: false, count: count)
    rows.reserveCapacity(count)
  }

  mutating func insert(_ row: Int32) {
    guard !isIn[Int(row)] else { return }
    isIn[Int(row)] = true
    rows.append(row)
  }

  mutating func removeAll() {
    for row in rows { isIn[Int(row)] = false }
    rows.removeAll(keepingCapacity: true)
  }
}
