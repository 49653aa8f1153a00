import CommandLineOptions
import Foundation
import Training

let program = CommandLineProgram(
  "braid", version: Braid.version,
  summary: "Braid fine-tunes one small text encoder on many tasks at once, on a CPU, and serves it.",
  commands: [TrainCommand.command, EvaluateCommand.command, BenchCommand.command])

exit(program.main())
