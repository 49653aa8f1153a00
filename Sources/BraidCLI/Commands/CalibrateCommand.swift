import CommandLineOptions
import Evaluation
import Training
import Wording

/// `braid calibrate`
enum CalibrateCommand {
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
    options: [OptionGroup("Options", TaskChoice.classes.option, threads, precision), LabelledInput.group],
    examples: [
      .init(
        "braid calibrate checkpoints/sst heldout.tsv --task sst", "Fit the temperature of a task and keep it."
      )
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let (folder, task) = try TaskChoice.classes.open(invocation)
    let input = try LabelledInput(invocation, task: task)
    let before = try input.uncalibrated(folder, on: device(for: invocation)).probabilities
    let temperature: Double
    do { temperature = try TemperatureScaling.fit(before) } catch {
      throw CommandError("\(input.name): \(error)")
    }
    let after = before.scaled(by: temperature)
    var calibration = folder.calibration
    calibration[task.name] = Calibration.Entry(temperature: temperature, examples: before.count)
    try calibration.write(to: folder.url)

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
    invocation.say(
      "The temperature of \(task.name), from \(counted(before.count, "row")), is kept in "
        + "\(shownPath(folder.url))/calibration.json")
  }
}
