extension BadInput {
  static let devices: [BadInput] = [
    BadInput(
      "$BRAID train tiny.json5 --output /proc/nothing",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: /proc/nothing: the "
        + "folder can't be made: No such file or directory\n"),
    BadInput(
      "$BRAID baseline tiny.json5 > /dev/full",
      1,
      "braid baseline: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID evaluate run --predictions /dev/full",
      1,
      "braid evaluate: cannot write to /dev/full: No space left on device\n"),
    BadInput(
      "$BRAID evaluate run > /dev/full",
      1,
      "braid evaluate: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID evaluate run --json > /dev/full",
      1,
      "braid evaluate: cannot write to standard output: No space left on device\n"),
    BadInput(
      #"printf 'hello\n' | $BRAID classify run --task mood > /dev/full"#,
      1,
      "braid classify: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID rank run answer-dev.tsv > /dev/full",
      1,
      "braid rank: answer-dev.tsv:1: found 3 columns, expected 2 (query, candidate) or 4 (query "
        + "ID, query, candidate ID, candidate), with TABs between them\n"),
    BadInput(
      "$BRAID embed run --pooling pooler mood-dev.tsv > /dev/full",
      1,
      "braid embed: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID inspect run > /dev/full",
      1,
      "braid inspect: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID report run --output /dev/full",
      1,
      "braid report: /dev/full: can't be written: No space left on device\n"),
    BadInput(
      "$BRAID report run --text > /dev/full",
      1,
      "braid report: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID export run /proc/o",
      1,
      "braid export: /proc/o: can't be created: No such file or directory\n"),
    BadInput(
      "$BRAID test run mood-dev.tsv --task mood --json > /dev/full",
      1,
      "braid test: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID calibrate run mood-dev.tsv --task mood > /dev/full",
      1,
      "The temperature of mood, from 24 rows, is kept in run/calibration.json\nbraid calibrate: "
        + "cannot write to standard output: No space left on device\n"),
    BadInput(
      #"printf '1 0 a 1\n' > q; printf '1 Q0 a 1 1.0 x\n' > r; $BRAID rank-eval q r > /dev/full"#,
      1,
      "braid rank-eval: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID vocab mood-train.tsv > /dev/full",
      1,
      "braid vocab: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID vocab mood-train.tsv -o /dev/full",
      1,
      "braid vocab: cannot write to /dev/full: No space left on device\n"),
    BadInput(
      "$BRAID tokenize --vocab run/vocab.txt mood-dev.tsv > /dev/full",
      1,
      "braid tokenize: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID completions bash > /dev/full",
      1,
      "braid completions: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID tag heads words-dev.tsv > /dev/full",
      1,
      "braid tag: cannot write to standard output: No space left on device\n"),
    BadInput(
      #"printf 'a\tb\n' | $BRAID answer heads > /dev/full"#,
      1,
      "braid answer: cannot write to standard output: No space left on device\n"),
    BadInput(
      #"printf 'a\tb\n' | $BRAID score run > /dev/full"#,
      1,
      "braid score: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID verify run > /dev/full",
      1,
      "braid verify: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID affinity tiny.json5 --epochs 1 --hidden 16 --layers 1 --heads 1 -o /dev/full 2>&1 "
        + "> /dev/null | tail -1 >&2",
      0,
      "braid affinity: /dev/full: can't be written: No space left on device\n"),
    BadInput(
      "$BRAID affinity tiny.json5 --epochs 1 --hidden 16 --layers 1 --heads 1 2>&1 > /dev/full | "
        + "tail -1 >&2",
      0,
      "braid affinity: cannot write to standard output: No space left on device\n"),
    BadInput(
      "$BRAID extract run /proc/x --task mood",
      1,
      "braid extract: /proc/x: can't be created: No such file or directory\n"),
  ]
}
