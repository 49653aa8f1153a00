extension BadInput {
  static let heads: [BadInput] = [
    BadInput(
      "$BRAID tag run",
      1,
      "braid tag: run: the model has no tasks that label words\n"),
    BadInput(
      "$BRAID tag run --task mood",
      1,
      "braid tag: task 'mood' is of type classification: 'braid classify' is for it\n"),
    BadInput(
      "$BRAID tag heads --task sets < /dev/null",
      1,
      "braid tag: task 'sets' is of type multi-label: 'braid classify' is for it\n"),
    BadInput(
      "$BRAID tag heads gone.txt",
      1,
      "braid tag: cannot read gone.txt: No such file or directory\n"),
    BadInput(
      "$BRAID tag heads .",
      1,
      "braid tag: cannot read .: Is a directory\n"),
    BadInput(
      "$BRAID tag gone",
      1,
      "braid tag: FOLDER/gone: there is no such folder\n"),
    BadInput(
      "$BRAID tag",
      2,
      "braid tag: CHECKPOINT is missing\n'braid tag --help' shows how it is used.\n"),
    BadInput(
      "$BRAID tag heads words-dev.tsv extra",
      2,
      "braid tag: 'extra' is one argument too many\n'braid tag --help' shows how it is used.\n"),
    BadInput(
      "$BRAID tag heads --labels --json < /dev/null",
      2,
      "braid tag: --labels and --json exclude each other\n'braid tag --help' shows how it is used.\n"),
    BadInput(
      "$BRAID fill run",
      1,
      "braid fill: run: the model has no tasks that fill in hidden tokens\n"),
    BadInput(
      "$BRAID fill gone",
      1,
      "braid fill: FOLDER/gone: there is no such folder\n"),
    BadInput(
      "$BRAID fill run --task mood < /dev/null",
      1,
      "braid fill: task 'mood' is of type classification: 'braid classify' is for it\n"),
    BadInput(
      "$BRAID answer run",
      1,
      "braid answer: run: the model has no tasks that give answers\n"),
    BadInput(
      "$BRAID answer heads gone.txt",
      1,
      "braid answer: cannot read gone.txt: No such file or directory\n"),
    BadInput(
      "$BRAID answer heads .",
      1,
      "braid answer: cannot read .: Is a directory\n"),
    BadInput(
      #"printf 'no tab\n' | $BRAID answer heads"#,
      1,
      "braid answer: standard input:1: found no TAB, expected two texts with a TAB between them\n"),
    BadInput(
      #"printf 'a\tb\tc\n' | $BRAID answer heads"#,
      1,
      "braid answer: standard input:1: found 2 TABs, expected two texts with a TAB between them\n"),
    BadInput(
      "$BRAID answer heads --task words < /dev/null",
      1,
      "braid answer: task 'words' is of type token-labelling: 'braid tag' is for it\n"),
    BadInput(
      "$BRAID classify heads --task spans < /dev/null",
      1,
      "braid classify: task 'spans' is of type span-extraction: 'braid answer' is for it\n"),
    BadInput(
      "$BRAID classify heads --task words < /dev/null",
      1,
      "braid classify: task 'words' is of type token-labelling: 'braid tag' is for it\n"),
    BadInput(
      "$BRAID score heads < /dev/null",
      1,
      "braid score: heads: the model has no tasks that give scores\n"),
    BadInput(
      "$BRAID rank heads /dev/null",
      1,
      "braid rank: heads: the model has no ranking tasks\n"),
    BadInput(
      "$BRAID test heads words-dev.tsv --task words",
      1,
      "braid test: task 'words' is of type token-labelling: 'braid tag' is for it\n"),
    BadInput(
      "$BRAID calibrate heads sets-dev.jsonl --task sets",
      1,
      "braid calibrate: task 'sets' is of type multi-label: 'braid classify' is for it\n"),
    BadInput(
      "$BRAID embed run --pooling max",
      2,
      "braid embed: --pooling takes 'cls', 'mean' or 'pooler', not 'max'\n'braid embed --help' "
        + "shows how it is used.\n"),
    BadInput(
      "$BRAID rank run --rerank gone --queries q --documents d",
      1,
      "braid rank: gone: found no such file, expected a file that can be read\n"),
    BadInput(
      "$BRAID rank run --rerank gone",
      2,
      "braid rank: --rerank RUN needs --queries FILE\n'braid rank --help' shows how it is used.\n"),
    BadInput(
      "$BRAID rank run answer-dev.tsv --queries q",
      2,
      "braid rank: --queries is for --rerank RUN\n'braid rank --help' shows how it is used.\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "token-labelling", train: "z.tsv" } } }' > t.json5; printf "#
        + #"'text\tlabel\na b\tO\n' > z.tsv; $BRAID train t.json5 -o o"#,
      1,
      #"braid train: z.tsv: column "label": found only the label "O", expected at least two labels\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "span-extraction", train: "z.jsonl" } } }' > t.json5; "#
        + #"printf '{"question": "a", "context": "b", "answer": "c"}\n' > z.jsonl; $BRAID train "#
        + "t.json5 -o o",
      1,
      "Made a vocabulary of 109 tokens from the training texts.\nbraid train: z.jsonl:1: column "
        + #""answer": found "c", expected a part of the context, letter by letter\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "multi-label", train: "z.jsonl" } } }' > t.json5; printf "#
        + #"'{"text": "a", "label": []}\n' > z.jsonl; $BRAID train t.json5 -o o"#,
      1,
      #"braid train: z.jsonl: column "label": found no rows, expected at least two labels\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "multi-label", train: "z.jsonl" } } }' > t.json5; printf "#
        + #"'{"text": "a", "label": ["x", "x"]}\n{"text": "a", "label": ["y"]}\n' > z.jsonl; $BRAID "#
        + "train t.json5 -o o",
      1,
      "Made a vocabulary of 109 tokens from the training texts.\nbraid train: z.jsonl:1: column "
        + #""label": found "x" twice, expected each label once\#n"#),
  ]
}
