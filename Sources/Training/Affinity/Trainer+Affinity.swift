import Tasks
import Tensors

/// Steps in which it is measured what tasks are to each other.
extension Trainer {
  /// Before the step is taken: the gradient of each task, and under parameters that one of them has moved the losses of all.
  /// Batches and dropout masks are those of the step, and afterwards the parameters are what they were, to the bit.
  func measureAffinity(_ batches: Range<Int>, of plan: BatchPlan, epoch: Int) throws {
    let rate = options.lookaheadRate ?? schedule.rate(at: step)
    guard options.affinityInterval > 0, step % options.affinityInterval == 0, rate > 0 else { return }
    let slots = try taskSlots()
    try passes.with(slots) {
      var before = TaskBalance.Step(tasks: model.tasks.count, number: step, epoch: epoch)
      for index in batches {
        try forward(index, of: plan, batches, smooths: false)
        for part in passes.parts {
          before.losses.add(part.loss, task: part.task, sequences: part.sequences)
        }
        passes.backward { Double($0.sequences) }
      }
      let counts = before.losses.counts
      for source in counts.indices where counts[source] > 0 {
        let after = try moved(along: slots.slots[source], by: -rate / counts[source]) {
          try finiteLosses(batches, of: plan)
        }
        for target in counts.indices {
          guard let old = before.losses.values[target], let new = after?[target], old != 0 else { continue }
          affinity.note(from: source, to: target, lookahead: 1 - new / old)
        }
      }
      affinity.note(balance.measure(slots, of: before, on: model.parameters.device))
      affinity.endStep()
    }
  }

  /// Of each task, or nil where a look ahead went too far for numbers: the step itself is none the worse for it.
  private func finiteLosses(_ batches: Range<Int>, of plan: BatchPlan) throws -> [Double?]? {
    var losses = TaskMeans(tasks: model.tasks.count)
    do {
      for index in batches {
        try forward(index, of: plan, batches, smooths: false)
        for part in passes.parts {
          losses.add(part.loss, task: part.task, sequences: part.sequences)
        }
      }
    } catch let error as TrainingError where error.notFiniteFinding != nil {
      return nil
    }
    return losses.values
  }

  /// Runs `body` with the parameters that tasks share moved by a multiple of a gradient.
  private func moved<Result>(
    along gradient: Memory, by factor: Double, _ body: () throws -> Result
  ) rethrows -> Result {
    let store = model.parameters
    let kept = Array(store.values.floats)
    for entry in store.layout.entries where ParameterGroups.isShared(entry.name) {
      let values = store.floats(of: entry)
      for index in values.indices {
        values[index] += Float(factor) * gradient.floats[entry.offset + index]
      }
    }
    store.pack()
    defer {
      store.values.floats.update(from: kept)
      store.pack()
    }
    return try body()
  }
}
