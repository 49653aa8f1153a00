import Balancing
import Tensors

/// A way to balance tasks, as `braid compare` names it: a weighting, an aggregation, an optimizer that keeps tasks apart, or
/// a weighting and one of the others, joined by a plus sign; each with its settings, as in `prior+cagrad:radius=0.4`.
public struct BalancingMethod: Sendable, Equatable {
  public let name: String
  private var weighting: String?
  private var aggregation: String?
  private var optimizer: Optimizer.Method?

  /// - Throws: `BalancingMethodError` for a name that is none, and for settings that its parts can't take.
  public init(_ name: String) throws(BalancingMethodError) {
    // A name may hold a plus sign of its own, so every one of them may join two names or none.
    let pairs = name.indices.filter { name[$0] == "+" }.map { joint in
      [String(name[..<joint]), String(name[name.index(after: joint)...])]
    }
    var problem = BalancingMethodError.unknown(name)
    for parts in [[name]] + pairs {
      do throws(BalancingMethodError) {
        self = try Self(name, parts: parts)
        return
      } catch {
        if case .setting = error { problem = error }
      }
    }
    throw problem
  }

  private init(_ name: String, parts: [String]) throws(BalancingMethodError) {
    self.name = name
    var settings: HyperparameterError?
    for part in parts {
      guard let choice = MethodChoice(part) else { throw .unknown(name) }
      let (weightingKind, aggregationKind) = (
        TaskWeightingKind.named(choice.name), GradientAggregationKind.named(choice.name)
      )
      do throws(HyperparameterError) {
        if let weightingKind, weighting == nil {
          weighting = part
          _ = try weightingKind.init([]).with(choice.settings)
          continue
        }
        if let aggregationKind, aggregation == nil {
          aggregation = part
          _ = try aggregationKind.init(taskCount: 1).with(choice.settings)
          continue
        }
      } catch {
        settings = settings ?? error
        continue
      }
      guard let method = Optimizer.Method(rawValue: part), method.separatesTasks, optimizer == nil else {
        throw .unknown(name)
      }
      optimizer = method
    }
    if aggregation != nil, optimizer != nil { throw .unknown(name) }
    if let settings { throw .setting(settings) }
  }

  /// All that can stand in a name.
  public static var names: [String] {
    TrainingOptions.weightings + TrainingOptions.aggregations.dropFirst()
      + Optimizer.Method.allCases.filter(\.separatesTasks).map(\.rawValue)
  }

  /// The options with this method. Aggregations are published for unweighted losses: without a weighting they have those.
  func applied(to options: TrainingOptions) -> TrainingOptions {
    var options = options
    options.weighting = weighting ?? EqualWeighting.name
    options.aggregation = aggregation ?? TrainingOptions.sum
    if let optimizer { options.optimizer.method = optimizer }
    return options
  }
}

/// A text that names no way to balance tasks.
public enum BalancingMethodError: Error, Equatable, CustomStringConvertible {
  case unknown(String)
  case setting(HyperparameterError)

  public var description: String {
    switch self {
    case .unknown(let name): "there is no way to balance tasks '\(name)'"
    case .setting(let error): "\(error)"
    }
  }
}
