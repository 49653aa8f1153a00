import CommandLineOptions
import Foundation

let program = CommandLineProgram(
  "braid", version: "0.1.0",
  summary: "Braid fine-tunes one small text encoder on many tasks at once, on a CPU, and serves it.",
  commands: [])

exit(program.main())
