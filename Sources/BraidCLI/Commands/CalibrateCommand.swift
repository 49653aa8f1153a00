import CommandLineOptions
import Evaluation
import Foundation
import Tasks
import Tensors
import Training
import Wording

/// `braid calibrate`
enum CalibrateCommand {
  static let checkpoint = CommandArgument<String>.required("CHECKPOINT", help: "The folder of a run.")
  static let task = CommandOption<String?>.text(
    "task", letter: "t", "NAME", defaultShown: "the only one that fits",
    help: "The task, of type classification or pair-classification.")

  static let command = Command(
    "calibrate",
    summary: "Fit how sure a classification task is to held-out data",
    discussion: [
      "Fits one number, the temperature, by which the probabilities of the task's labels are made as sure as they turn out "
        + "right (Guo et al. 2017), and keeps it in the checkpoint, in calibration.json. From then on it is applied "
        + "wherever probabilities are shown. Predicted labels stay the same.",
      "The rows of FILE must be none that the model was trained with, and are best none that the checkpoint was chosen by: "
        + "on training rows it looks righter than it is.",
    ] + LabelledInput.discussion,
    arguments: [checkpoint, LabelledInput.file],
    options: [OptionGroup("Options", task, threads, precision), LabelledInput.group],
    examples: [
      .init(
        "braid calibrate checkpoints/sst heldout.tsv --task sst", "Fit the temperature of a task and keep it."
      )
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let path = invocation[checkpoint]
    let url = URL(fileURLWithPath: path)
    let folder = try ModelFolder(url)
    let chosen = try TaskChoice.choose(
      invocation[task], of: folder.tasks, in: path, targets: [.label], noun: "tasks that give labels")
    let input = try LabelledInput(invocation, task: chosen)
    let model = try folder.model(on: device(for: invocation))
    var calibration = folder.calibration
    // An earlier temperature has no say in the new one.
    model.calibration = Calibration()
    let examples = try input.examples(for: model)
    let predictions = Predictor(model).predictions(for: examples, task: try model.task(named: chosen.name))
    let before = try chosen.labelledProbabilities(predictions, of: examples)
    let temperature: Double
    do { temperature = try TemperatureScaling.fit(before) } catch {
      throw RunError("\(input.name): \(error)")
    }
    let after = before.scaled(by: temperature)
    calibration[chosen.name] = Calibration.Entry(temperature: temperature, examples: before.count)
    try calibration.write(to: url)

    var table = TextTable(["", "Before", "After"], alignments: [.left, .right, .right])
    table.add(["temperature", shownFigure(1), shownFigure(temperature)])
    table.add([
      "negative log likelihood", shownFigure(before.negativeLogLikelihood),
      shownFigure(after.negativeLogLikelihood),
    ])
    table.add([
      "expected calibration error", shownFigure(Reliability(before).expectedCalibrationError),
      shownFigure(Reliability(after).expectedCalibrationError),
    ])
    invocation.output.write(table.render())
    invocation.messages.write(
      "The temperature of \(chosen.name), from \(counted(before.count, "row")), is kept in "
        + "\(shownPath(url))/calibration.json\n")
    try invocation.messages.flush()
  }
}
