/// A partition of tasks into groups that are trained apart from each other.
public struct TaskGrouping: Sendable, Equatable {
  /// The numbers of each group's tasks, in order; groups in the order of their first tasks.
  public let groups: [[Int]]
  /// The sum over tasks of what their group is to them.
  public let score: Double

  /// The sum over tasks of the mean affinity of the group's other tasks onto them (after Fifty et al. 2021). A task
  /// alone has nothing from others: 0.
  public static func score(of groups: [[Int]], _ affinity: [[Double]]) -> Double {
    groups.reduce(0) { sum, group in
      guard group.count > 1 else { return sum }
      return group.reduce(sum) { sum, target in
        let others = group.filter { $0 != target }
        return sum + others.reduce(0) { $0 + affinity[$1][target] } / Double(others.count)
      }
    }
  }

  /// The partition into a number of groups, none empty, with the highest score: by branch and bound, so that it is the best
  /// of all. Of equal ones it is the first in the order of the search.
  ///
  /// - Parameters:
  ///   - affinity: of every ordered pair, row by row of its source.
  ///   - count: from 1 to the number of tasks.
  public static func best(_ affinity: [[Double]], groups count: Int) -> TaskGrouping {
    precondition(count >= 1 && count <= affinity.count, "a group has a task at least")
    var search = Search(affinity, groups: count)
    search.extend(from: 0)
    return TaskGrouping(groups: search.best, score: search.bestScore)
  }

  /// Tasks are put into groups in their order, each into one that there is or the next new one.
  private struct Search {
    let affinity: [[Double]]
    let count: Int
    /// For each task the affinities of later tasks onto it, by the first of these, highest first.
    let later: [[[Double]]]
    /// For each task the highest affinity of any other onto it, or 0, which is to be had alone.
    let most: [Double]
    var groups: [[Int]] = []
    var best: [[Int]] = []
    var bestScore = -Double.infinity

    init(_ affinity: [[Double]], groups count: Int) {
      self.affinity = affinity
      self.count = count
      let tasks = affinity.indices
      later = tasks.map { target in
        (0...affinity.count).map { first in
          (first..<affinity.count).filter { $0 != target }.map { affinity[$0][target] }.sorted(by: >)
        }
      }
      most = tasks.map { target in
        max(0, tasks.filter { $0 != target }.map { affinity[$0][target] }.max() ?? 0)
      }
    }

    mutating func extend(from task: Int) {
      guard task < affinity.count else {
        let score = TaskGrouping.score(of: groups, affinity)
        if groups.count == count, score > bestScore { (best, bestScore) = (groups, score) }
        return
      }
      // A new group for each task that is left must be enough.
      guard groups.count + affinity.count - task >= count, bound(from: task) > bestScore else { return }
      for index in groups.indices {
        groups[index].append(task)
        extend(from: task + 1)
        groups[index].removeLast()
      }
      if groups.count < count {
        groups.append([task])
        extend(from: task + 1)
        groups.removeLast()
      }
    }

    /// No completion of the groups scores more: each task that is in one is given the later tasks that raise its mean most,
    /// and each that is not the best other.
    private func bound(from task: Int) -> Double {
      var sum = most[task...].reduce(0, +)
      for group in groups {
        for target in group {
          let others = group.filter { $0 != target }
          var total = others.reduce(0) { $0 + affinity[$1][target] }
          var members = others.count
          var highest = members > 0 ? total / Double(members) : 0
          for value in later[target][task] {
            total += value
            members += 1
            highest = max(highest, total / Double(members))
          }
          sum += highest
        }
      }
      // Sums in another order may differ in their last bits.
      return sum + 1e-12 * (1 + sum.magnitude)
    }
  }
}
