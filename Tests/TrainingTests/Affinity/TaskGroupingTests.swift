import Testing
import Training

@Suite struct TaskGroupingTests {
  /// Numbers from −1 to 1 that look random.
  private static func affinity(tasks: Int, seed: Int) -> [[Double]] {
    var state = UInt64(seed)
    return (0..<tasks).map { _ in
      (0..<tasks).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 40) / Double(1 << 23) - 1
      }
    }
  }

  /// Every partition into so many groups.
  private static func partitions(of tasks: Int, into count: Int) -> [[[Int]]] {
    var result: [[[Int]]] = []
    func extend(_ groups: [[Int]], _ task: Int) {
      if task == tasks {
        if groups.count == count { result.append(groups) }
        return
      }
      for index in groups.indices {
        var next = groups
        next[index].append(task)
        extend(next, task + 1)
      }
      extend(groups + [[task]], task + 1)
    }
    extend([], 0)
    return result
  }

  @Test("The best partition is the best of all", arguments: 1...12)
  func exhaustive(seed: Int) {
    for tasks in 1...7 {
      let affinity = Self.affinity(tasks: tasks, seed: seed * 100 + tasks)
      for count in 1...tasks {
        let all = Self.partitions(of: tasks, into: count)
        let highest = all.map { TaskGrouping.score(of: $0, affinity) }.max() ?? 0
        let found = TaskGrouping.best(affinity, groups: count)
        #expect(found.groups.count == count && found.groups.allSatisfy { !$0.isEmpty })
        #expect(found.groups.flatMap { $0 }.sorted() == Array(0..<tasks))
        #expect(abs(found.score - highest) < 1e-12)
        #expect(found.score == TaskGrouping.score(of: found.groups, affinity))
      }
    }
  }

  @Test("Tasks that help each other come together; one that helps nobody stays alone")
  func meaning() {
    // 0 and 2 help each other, 1 and 3 do, and 4 harms all.
    var affinity = [[Double]](repeating: [Double](repeating: -0.1, count: 5), count: 5)
    for (first, second) in [(0, 2), (1, 3)] {
      affinity[first][second] = 0.5
      affinity[second][first] = 0.4
    }
    let grouping = TaskGrouping.best(affinity, groups: 3)
    #expect(grouping.groups == [[0, 2], [1, 3], [4]])
    #expect(abs(grouping.score - 1.8) < 1e-12)
    // A mean over the other tasks of the group, onto each.
    #expect(abs(TaskGrouping.score(of: [[0, 1, 2]], affinity) - (0.15 - 0.1 + 0.2)) < 1e-12)
  }
}
