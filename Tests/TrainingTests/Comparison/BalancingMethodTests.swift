import Testing
import Training

@Suite struct BalancingMethodTests {
  @Test(
    "Every name that there is can be compared, by itself and beside a weighting",
    arguments: BalancingMethod.names)
  func names(name: String) {
    #expect(BalancingMethod(name)?.name == name)
    let isWeighting = TrainingOptions.weightings.contains(name)
    #expect((BalancingMethod("prior+\(name)") == nil) == isWeighting)
    #expect((BalancingMethod("\(name)+prior") == nil) == isWeighting)
  }

  @Test(
    "Anything else is no method",
    arguments: [
      "", "+", "prior+", "+pcgrad", "sum", "adamw", "pcgrad+moco", "pcgrad+adatask", "prior+pcgrad+moco",
    ])
  func nonsense(name: String) { #expect(BalancingMethod(name) == nil) }
}
