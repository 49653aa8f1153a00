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
    "Each part of a method may have its settings",
    arguments: [
      "dwa:temperature=1", "cagrad:radius=0.4", "dwa:temperature=1e+1+cagrad:radius=0.4,rescaling=one",
    ])
  func settings(name: String) { #expect(BalancingMethod(name)?.name == name) }

  @Test(
    "Anything else is no method",
    arguments: [
      "", "+", "prior+", "+pcgrad", "sum", "adamw", "pcgrad+moco", "pcgrad+adatask", "prior+pcgrad+moco",
      "cagrad:radius=2", "dwa:heat=1",
      "equal:",
    ])
  func nonsense(name: String) { #expect(BalancingMethod(name) == nil) }
}
