import Testing
import Training

@Suite struct TrainerTests {
  @Test("a model that predicts in integers is not trained")
  func integers() throws {
    let model = try TestModel.make(precision: .int8)
    let error = #expect(throws: TrainingError.self) { try Trainer(model, options: TrainingOptions()) }
    #expect(
      error?.description == "a model predicts in int8 but does not learn; train it in float32 or bfloat16")
  }
}
