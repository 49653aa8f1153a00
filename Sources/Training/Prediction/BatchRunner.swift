import Synchronization
import Tasks
import Tensors

/// Runs a model over batches that don't depend on each other, without training it. Where there are as many as threads, each
/// thread takes one after the other and waits for nobody; of fewer, all threads share one at a time.
final class BatchRunner {
  /// Enough tokens to fill the kernels, few enough that a layer's states stay near them and that threads end together.
  static let tokensPerBatch = 384

  /// What goes through one batch at a time.
  ///
  /// Safe because a thread that runs units of `Device.concurrently` is never in two of them, and each has a lane of its own.
  private final class Lane: @unchecked Sendable {
    let tape: Tape
    var batch = PackedBatch()

    init(_ tape: Tape) { self.tape = tape }
  }

  private let parameters: ParameterStore
  /// All threads on a batch.
  private let whole: Lane
  /// A batch a thread; empty until they are needed.
  private var lanes: [Lane] = []

  init(_ parameters: ParameterStore) {
    self.parameters = parameters
    whole = Lane(Tape(parameters: parameters))
  }

  /// What each batch of a plan gives, in their order.
  ///
  /// - Parameters:
  ///   - data: the examples, by task.
  ///   - tasks: if there are any, each batch is of all of them, and not of the one that the plan was made for.
  ///   - compute: runs for several batches at once.
  func results<Result: Sendable>(
    of plan: BatchPlan, from data: [Examples], among tasks: [Int] = [],
    _ compute: @Sendable (PackedBatch, Tape) -> Result
  ) -> [Result] {
    @Sendable func result(of index: Int, in lane: Lane) -> Result {
      lane.batch.fill(index, of: plan, from: data)
      if !tasks.isEmpty { lane.batch.share(among: tasks) }
      lane.tape.reset(training: false)
      return compute(lane.batch, lane.tape)
    }
    let device = parameters.device
    guard device.threads > 1, plan.count >= device.threads, let lanes = readyLanes() else {
      return (0..<plan.count).map { result(of: $0, in: whole) }
    }
    let results = Mutex([Result?](repeating: nil, count: plan.count))
    device.concurrently(plan.count) { index, thread in
      let found = result(of: index, in: lanes[thread])
      results.withLock { $0[index] = found }
    }
    return results.withLock { $0.compactMap(\.self) }
  }

  /// A lane for each thread, with every parameter up to date; nil when the system has no room for them.
  private func readyLanes() -> [Lane]? {
    parameters.catchUp()
    let threads = parameters.device.threads
    if lanes.isEmpty,
      let made = try? (0..<threads).map({ _ in
        Lane(Tape(parameters: parameters, device: try parameters.device.ofOneThread()))
      })
    {
      lanes = made
    }
    return lanes.isEmpty ? nil : lanes
  }
}
