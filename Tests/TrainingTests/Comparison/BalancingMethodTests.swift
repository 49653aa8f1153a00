import Testing
import Training

@Suite struct BalancingMethodTests {
  @Test(
    "Every name that there is can be compared, by itself and beside a weighting",
    arguments: BalancingMethod.names)
  func names(name: String) throws {
    #expect(try BalancingMethod(name).name == name)
    let isWeighting = TrainingOptions.weightings.contains(name)
    #expect(((try? BalancingMethod("prior+\(name)")) == nil) == isWeighting)
    #expect(((try? BalancingMethod("\(name)+prior")) == nil) == isWeighting)
  }

  @Test(
    "Each part of a method may have its settings",
    arguments: [
      "dwa:temperature=1", "cagrad:radius=0.4", "dwa:temperature=1e+1+cagrad:radius=0.4,rescaling=one",
    ])
  func settings(name: String) throws { #expect(try BalancingMethod(name).name == name) }

  @Test(
    "Anything else is no method",
    arguments: [
      "", "+", "prior+", "+pcgrad", "sum", "adamw", "pcgrad+moco", "pcgrad+adatask", "prior+pcgrad+moco",
      "equal:",
    ])
  func nonsense(name: String) {
    #expect(throws: BalancingMethodError.unknown(name)) { try BalancingMethod(name) }
  }

  @Test(
    "What settings of a method are wrong is said in the method's own words",
    arguments: [
      ("cagrad:radus=1", "'cagrad' has no setting 'radus'; it has radius, rescaling"),
      ("prior+cagrad:radius=2", "'radius' of 'cagrad' takes a number from 0.0 to 0.999, not '2'"),
      ("cagrad:radius=2+prior", "'radius' of 'cagrad' takes a number from 0.0 to 0.999, not '2'"),
      ("cagrad:radius=1e+5", "'radius' of 'cagrad' takes a number from 0.0 to 0.999, not '1e+5'"),
      ("dwa:heat=1", "'dwa' has no setting 'heat'; it has temperature"),
      ("dwa:temperature=1,temperature=2", "'temperature' of 'dwa' is given twice"),
    ])
  func wrongSettings(name: String, message: String) {
    #expect { try BalancingMethod(name) } throws: { "\($0)" == message }
  }
}
