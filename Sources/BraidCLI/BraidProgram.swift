import CommandLineOptions
import Training

/// The program `braid`: its commands, in the order in which help lists them.
package let braidProgram: CommandLineProgram = CommandLineProgram(
  "braid", version: Braid.version,
  summary: "Braid fine-tunes one small text encoder on many tasks at once, on a CPU, and serves it.",
  commands: [
    TrainCommand.command, EvaluateCommand.command, TestCommand.command, CalibrateCommand.command,
    ClassifyCommand.command, TagCommand.command, AnswerCommand.command, FillCommand.command,
    ScoreCommand.command,
    RankCommand.command, RankEvalCommand.command,
    EmbedCommand.command, InspectCommand.command, ReportCommand.command, CompareCommand.command,
    AffinityCommand.command,
    VerifyCommand.command, ExportCommand.command, ExtractCommand.command, VocabCommand.command,
    TokenizeCommand.command, BaselineCommand.command,
    BenchCommand.command, CompletionsCommand.command,
  ],
  closing: "Start with 'braid train': without arguments it trains the tasks that come with Braid.")
