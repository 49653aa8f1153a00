import CommandLineOptions
import Foundation
import Tasks
import Training

/// `braid train`
enum TrainCommand {
  static let command = Command(
    "train",
    summary: "Train one encoder on all the tasks of task files",
    discussion: [
      "Without --encoder a new, small encoder is trained from scratch; with it, one that is there already is fine-tuned. "
        + "Each task gets a head of its own; where --encoder names a checkpoint that has one of the same name and shape, "
        + "that goes on. After each evaluation on the dev data the best checkpoint so far is kept in the folder of the run.",
      "Options may also be given in a task file, as training: { epochs: 5, learningRate: 2e-5 }. The command line "
        + "outweighs it.",
      "Ctrl-C stops after the step under way and saves; --resume goes on from there. Progress is shown on standard "
        + "error, the table of results on standard output.",
    ],
    arguments: [GivenTasks.files], options: TrainOptions.allGroups,
    examples: [
      .init("braid train", "Train on the tasks that come with Braid."),
      .init(
        "braid train sst.json5 mrpc.json5 --encoder minilm --epochs 3",
        "Fine-tune an encoder on the tasks of two files together."),
      .init(
        "braid train rte.json5 --from checkpoints/sst-mrpc", "Go on from a checkpoint with another task."),
      .init(
        "braid train both.json5 --teacher checkpoints/sst,checkpoints/mrpc --layers 2",
        "Teach a small encoder what two others know."),
      .init("braid train --resume checkpoints/sst-mrpc", "Go on with a run that was stopped."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let begin = ContinuousClock.now
    let setup: TrainingSetup
    if let path = invocation[TrainOptions.resume] {
      try refuseOptions(besideResume: invocation)
      setup = try .resumed(path, threads: invocation[threads])
    } else {
      setup = try .new(invocation)
    }
    invocation.say(
      RunText.beginning(setup.trainer.summary, fingerprint: setup.fingerprint, folder: setup.run.url))

    let progress = RunProgress()
    Interruption.listen()
    let result: RunResult
    do {
      result = try setup.trainer.run(
        to: setup.run, shouldStop: { Interruption.isWished }, report: progress.report)
    } catch {
      progress.finish()
      throw error
    }
    progress.finish()
    let seconds = (ContinuousClock.now - begin).seconds
    if result.ending == .interrupted {
      invocation.say(RunText.interruption(result, folder: setup.run.url))
      throw ExitStatus(Interruption.status)
    }
    invocation.output.write(
      RunText.results(
        result, tasks: setup.trainer.model.tasks, queries: setup.trainer.options.queries,
        folder: setup.run.url, seconds: seconds))
  }

  private static func refuseOptions(besideResume invocation: Invocation) throws(UsageError) {
    guard invocation[GivenTasks.files].isEmpty else {
      throw .other("--resume goes on with the run's own tasks: give no task file with it")
    }
    let allowed = [TrainOptions.resume.declaration.name, threads.declaration.name]
    for option in TrainOptions.allGroups.flatMap(\.options)
    where invocation.options.isGiven(option) && !allowed.contains(option.name) {
      throw .other(
        "--resume goes on with the run's own options: only --threads may be given with it, not --\(option.name)"
      )
    }
  }
}
