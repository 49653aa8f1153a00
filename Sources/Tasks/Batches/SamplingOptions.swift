/// How examples are put into training batches.
public struct SamplingOptions: Sendable, Equatable {
  public enum Mixing: String, Sendable, CaseIterable {
    /// A batch holds rows of several tasks.
    case rows
    /// A batch holds rows of one task, batches of all tasks are shuffled (MT-DNN; Liu et al. 2019, algorithm
    /// 1).
    case batches
  }

  /// Which part of the rows each task gets. N is the number of a task's rows: examples, or candidates after
  /// the cap.
  public enum Shares: Sendable, Equatable {
    /// As N: each example once an epoch.
    case proportional
    /// The same for each task.
    case uniform
    /// As N^(1/T).
    case temperature(Double)
    /// As N^α, α = 1 − 0.8 (e − 1)/(E − 1) in epoch e of E (Stickland & Murray 2019, section 4.2).
    case annealed
    /// As the numbers given, by task name; a task that is not named gets none.
    case ratios([Ratio])
  }

  public struct Ratio: Sendable, Equatable {
    public var task: String
    public var ratio: Double

    public init(task: String, ratio: Double) {
      self.task = task
      self.ratio = ratio
    }
  }

  public enum BatchSize: Sendable, Equatable {
    /// Sequences a batch: each candidate of a query counts as one.
    case examples(Int)
    /// Tokens a batch.
    case tokens(Int)
  }

  public var mixing: Mixing = .rows
  /// Batches whose gradients are added up before each step of the optimizer.
  public var accumulation = 1
  /// The fewest examples, or ranking queries, of each task in a step; 0 leaves that to chance. Tasks that have too few for
  /// that come again within an epoch. With one task a batch a step then holds at least one batch of each task.
  public var round = 0
  public var shares: Shares = .proportional
  public var batchSize: BatchSize = .examples(32)
  /// The most candidates of a query in a batch. Of longer lists all relevant ones are kept, if there is room
  /// beside at least one other, and the others are drawn anew each epoch.
  public var maximumCandidates = 32
  /// The epochs planned, for `annealed`.
  public var epochs = 1
  public var seed: UInt64 = 0

  public init() {}
}

extension SamplingOptions.Shares: CustomStringConvertible {
  /// Reads `proportional`, `uniform`, `temperature:2`, `annealed` or `sst=2,mrpc=1`; nil for anything else.
  public init?(_ text: String) {
    switch text {
    case "proportional": self = .proportional
    case "uniform": self = .uniform
    case "annealed": self = .annealed
    default:
      if text.hasPrefix("temperature:") {
        guard let temperature = Double(text.dropFirst("temperature:".count)), temperature.isFinite,
          temperature > 0
        else { return nil }
        self = .temperature(temperature)
        return
      }
      var ratios: [SamplingOptions.Ratio] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        let sides = part.split(separator: "=", omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[0].isEmpty, let ratio = Double(sides[1]), ratio.isFinite, ratio >= 0,
          !ratios.contains(where: { $0.task == sides[0] })
        else { return nil }
        ratios.append(SamplingOptions.Ratio(task: String(sides[0]), ratio: ratio))
      }
      self = .ratios(ratios)
    }
  }

  public var description: String {
    switch self {
    case .proportional: "proportional"
    case .uniform: "uniform"
    case .temperature(let temperature): "temperature:\(temperature)"
    case .annealed: "annealed"
    case .ratios(let ratios): ratios.map { "\($0.task)=\($0.ratio)" }.joined(separator: ",")
    }
  }
}

/// Sampling options that cannot be followed.
public struct SamplingError: Error, Sendable, CustomStringConvertible {
  public var description: String
}
