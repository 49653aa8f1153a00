import CommandLineOptions
import Tensors

let threads = CommandOption<Int?>.integer(
  "threads", letter: "j", in: .between(1, 1024), defaultShown: "all cores",
  help: "Threads to compute with; what is computed does not depend on it.")

let precision = CommandOption<Precision>.choice(
  "precision", default: .float32,
  help:
    "What the sides of matrix products are rounded to; bfloat16 and int8 are faster where a processor multiplies them."
)

/// The same of a command that trains.
let trainingPrecision = CommandOption<Precision>.choice(
  "precision", among: Precision.trainable, default: .float32,
  help:
    "What the sides of matrix products are rounded to; bfloat16 is faster where a processor multiplies it.")

/// A device for a command that predicts.
func device(for invocation: Invocation) throws(DeviceError) -> Device {
  try Device(threads: invocation[threads], precision: invocation[precision])
}
