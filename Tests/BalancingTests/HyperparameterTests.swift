import Balancing
import LinearAlgebra
import Testing

extension NamedMethod {
  func with(_ settings: KeyValuePairs<String, any CustomStringConvertible>) throws -> Self {
    try with(settings.map { MethodChoice.Setting($0.key, "\($0.value)") })
  }
}

@Suite struct HyperparameterTests {
  @Test("A choice is a name, and settings behind a colon")
  func choices() throws {
    #expect(MethodChoice("dwa")?.settings == [])
    let choice = try #require(MethodChoice("cagrad:radius=0.4,rescaling=one"))
    #expect(choice.name == "cagrad")
    #expect(choice.settings == [.init("radius", "0.4"), .init("rescaling", "one")])
    for text in ["dwa:", "dwa:temperature", "dwa:temperature=1,", "dwa:a=b=c"] {
      #expect(MethodChoice(text) == nil, "\(text)")
    }
  }

  @Test("A setting that a method can't take is refused in words")
  func refused() {
    func problem(_ settings: KeyValuePairs<String, any CustomStringConvertible>) -> String? {
      do {
        _ = try CAGrad(taskCount: 2).with(settings)
        return nil
      } catch { return "\(error)" }
    }
    #expect(problem(["radius": 0.4]) == nil)
    #expect(problem(["raduis": 1]) == "'cagrad' has no setting 'raduis'; it has radius, rescaling")
    #expect(problem(["radius": 1]) == "'radius' of 'cagrad' takes a number from 0.0 to 0.999, not '1'")
    #expect(
      problem(["radius": Double.nan]) == "'radius' of 'cagrad' takes a number from 0.0 to 0.999, not 'nan'")
    #expect(
      problem(["rescaling": "two"])
        == "'rescaling' of 'cagrad' takes one of one, onePlusSquaredRadius, onePlusRadius, not 'two'")
    #expect(problem(["radius": 0.1, "radius": 0.4]) == "'radius' of 'cagrad' is given twice")
    #expect(throws: HyperparameterError.unknown("a", method: "equal", known: [])) {
      try EqualWeighting([]).with(["a": 1])
    }
    #expect(throws: HyperparameterError.self) {
      try LossBalancedWeighting([]).with(["normalized": "yes"])
    }
  }

  @Test(
    "A weighting at the ends of what it takes gives weights that are finite and not negative",
    arguments: [
      "dwa:temperature=1e-6", "dwa:temperature=1e6", "validation-trend:temperature=1e-6",
      "stch:smoothness=1e-6", "stch:smoothness=1e6", "stch-mtl:smoothness=1e-6", "stch-mtl:smoothness=1e6",
      "lbtw:alpha=0", "lbtw:alpha=10,normalized=true", "famo:learningRate=10,decay=10",
      "uncertainty:learningRate=10", "uncertainty-revised:learningRate=10", "imtl-l:learningRate=10",
      "dtp:alpha=1e-6,gamma=100", "dtp:alpha=1,gamma=0", "gradnorm:alpha=100,learningRate=10",
      "gradnorm-softmax:alpha=100,learningRate=10",
    ])
  func weightingAtItsEnds(_ text: String) throws {
    let choice = try #require(MethodChoice(text))
    let kind = try #require(TaskWeightingKind.named(choice.name))
    var weighting = try kind.init(weightedTasks(3)).with(choice.settings)
    for step in 0..<60 {
      let losses: [Double?] = [0.01, Double(step % 7), 30]
      let input = WeightingInput(
        losses: losses, gradientNorms: [0.1, 50, Double(step)], step: step, epoch: step / 5)
      for weight in weighting.weights(for: input) { #expect(weight.isFinite && weight >= 0) }
      weighting.observe(lossesAfterStep: losses.map { $0.map { $0 * 0.9 } })
      weighting.observe(metrics: [0, 0.5, 1])
    }
  }

  @Test(
    "An aggregation at the ends of what it takes gives coefficients that are finite",
    arguments: [
      "gradvac:rate=1", "gradvac:rate=0,order=ascending", "pcgrad:order=descending", "cagrad:radius=0.999",
      "cagrad:radius=0,rescaling=onePlusRadius", "nash-mtl:maximumNorm=0", "nash-mtl:maximumNorm=1e6",
      "fairgrad:alpha=0.01", "fairgrad:alpha=100", "aligned-mtl:preference=1e-6,scale=rootMeanSquare",
      "moco:averagingRate=1,averagingDecay=10,weightRate=1e6,weightDecay=0,ridge=1e6",
      "moco-softmax:weightRate=1e6", "db-mtl:forgetting=1,forgettingDecay=10",
    ])
  func aggregationAtItsEnds(_ text: String) throws {
    let choice = try #require(MethodChoice(text))
    let kind = try #require(GradientAggregationKind.named(choice.name))
    var aggregation = try kind.init(taskCount: 3).with(choice.settings)
    let gradients = [[1.0, 2, -3], [-1.0, -2, 3.01], [0.001, 0, 40]]
    for _ in 0..<20 {
      let input = AggregationInput(gramian: SymmetricMatrix(gramianOf: gradients), losses: [0.1, 1, 20])
      for coefficient in aggregation.coefficients(for: input) { #expect(coefficient.isFinite) }
    }
  }
}
