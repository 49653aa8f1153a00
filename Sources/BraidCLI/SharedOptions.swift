import CommandLineOptions

/// Threads of the commands that predict.
let threads = CommandOption<Int?>.integer(
  "threads", letter: "j", in: .between(1, 1024), defaultShown: "all cores", help: "Threads to compute with.")
