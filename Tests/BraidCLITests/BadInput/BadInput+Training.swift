extension BadInput {
  static let training: [BadInput] = [
    BadInput(
      "mkdir -p d; $BRAID train d",
      1,
      "braid train: d: found a folder, expected a task file\n"),
    BadInput(
      ": > e.json5; $BRAID train e.json5",
      1,
      "braid train: e.json5:1: found the end, expected a value\n"),
    BadInput(
      #"head -c 4096 /dev/zero | tr '\0' '\377' > b.json5; $BRAID train b.json5"#,
      1,
      "braid train: b.json5:1: found the byte 0xFF, expected UTF-8 text\n"),
    BadInput(
      "$BRAID train tiny.json5 --encoder gone",
      1,
      "braid train: FOLDER/gone: there is no such folder\n"),
    BadInput(
      "$BRAID train tiny.json5 --encoder mood-train.tsv",
      1,
      "braid train: FOLDER/mood-train.tsv: there is no such folder\n"),
    BadInput(
      "$BRAID train tiny.json5 --vocab gone.txt",
      1,
      "braid train: cannot read the vocabulary FOLDER/gone.txt: there is no such file\n"),
    BadInput(
      ": > v.txt; $BRAID train tiny.json5 --vocab v.txt",
      1,
      "braid train: FOLDER/v.txt: [PAD] is not among its 0 tokens; expected a BERT vocabulary, "
        + "one token a line, with [PAD], [UNK], [CLS] and [SEP] on lines of their own\n"),
    BadInput(
      "$BRAID train tiny.json5 --output mood-train.tsv",
      1,
      "braid train: FOLDER/mood-train.tsv: there is something already; choose another --output, or give "
        + "--force to replace the run\n"),
    BadInput(
      "$BRAID train tiny.json5 --output mood-train.tsv --force",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: "
        + "FOLDER/mood-train.tsv: the folder can't be made: File exists\n"),
    BadInput(
      "$BRAID train tiny.json5 --weighting equal --aggregation pcgrad --optimizer adatask",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: the optimizer "
        + "'adatask' takes a step for each task's gradient, so there is nothing to aggregate: leave "
        + "--aggregation out, or use another --optimizer\n"),
    BadInput(
      "$BRAID train tiny.json5 --freeze-layers 9",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: can't freeze 9 "
        + "layers of an encoder that has 3\n"),
    BadInput(
      "$BRAID train tiny.json5 --seed -1",
      2,
      "braid train: --seed takes a whole number from 0 to 4294967295, not '-1'\n'braid train "
        + "--help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 --seed",
      2,
      "braid train: --seed needs a value: --seed N\n'braid train --help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 --epochs=2 --epochs=3",
      2,
      "braid train: --epochs is given twice, as '2' and as '3'\n'braid train --help' shows how it "
        + "is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 --max-length 3",
      2,
      "braid train: --max-length takes a whole number from 4 to 65536, not '3'\n'braid train "
        + "--help' shows how it is used.\n"),
    BadInput(
      "$BRAID train --resume gone",
      1,
      "braid train: FOLDER/gone: there is no run in this folder\n"),
    BadInput(
      "$BRAID train --resume mood-train.tsv",
      1,
      "braid train: FOLDER/mood-train.tsv: there is no run in this folder\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --shares mood=1,mud=2",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: task shares: found "
        + #"the task "mud", expected "mood", "same", "near" or "answer"\#n"#),
    BadInput(
      "$BRAID train tiny.json5 -o o --shares mood=0,same=0,near=0,answer=0",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: sampling: found no "
        + "example to train on, expected at least one\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --weight-limits a,b",
      2,
      "braid train: --weight-limits takes two numbers such as '0.1,10', not 'a,b'\n'braid train "
        + "--help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --vocab-size 100",
      2,
      "braid train: --vocab-size takes a whole number from 200 to 1000000, not '100'\n'braid "
        + "train --help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 --output o --resume run",
      2,
      "braid train: --resume goes on with the run's own tasks: give no task file with it\n'braid "
        + "train --help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 --unknown",
      2,
      "braid train: there is no option --unknown\n'braid train --help' shows how it is used.\n"),
    BadInput(
      "$BRAID train mood-train.tsv",
      1,
      "braid train: mood-train.tsv:1: found text, expected a value (text is put in quotes)\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --encoder run --max-length 100000",
      2,
      "braid train: --max-length takes a whole number from 4 to 65536, not '100000'\n'braid train "
        + "--help' shows how it is used.\n"),
    BadInput(
      "cp -r run r; mkdir r/resume; printf 'x' > r/resume/state.safetensors; $BRAID train --resume r",
      1,
      "braid train: FOLDER/r/resume/state.safetensors: 1 bytes are too few for a safetensors file\n"),
    BadInput(
      "mkdir r; printf 'x' > r/notes.txt; $BRAID train tiny.json5 -o r",
      1,
      "braid train: FOLDER/r: there is something already; choose another --output, or give --force to "
        + "replace the run\n"),
    BadInput(
      "$BRAID compare tiny.json5 --methods nothing",
      2,
      "braid compare: --methods takes names of weightings and aggregations, separated by commas, "
        + "not 'nothing'\n'braid compare --help' shows how it is used.\n"),
    BadInput(
      "$BRAID compare tiny.json5 --output .",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid compare: FOLDER: this is "
        + "not the file of a comparison\n"),
    BadInput(
      "$BRAID compare gone.json5",
      1,
      "braid compare: gone.json5: found no such file, expected a task file\n"),
    BadInput(
      "printf 'x' > c.json; $BRAID compare tiny.json5 --output c.json",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid compare: FOLDER/c.json: "
        + "this is not the file of a comparison\n"),
    BadInput(
      "$BRAID baseline gone.json5",
      1,
      "braid baseline: gone.json5: found no such file, expected a task file\n"),
    BadInput(
      "$BRAID baseline tiny.json5 --split tset",
      2,
      "braid baseline: --split takes 'train', 'dev' or 'test', not 'tset'; did you mean "
        + "'test'?\n'braid baseline --help' shows how it is used.\n"),
    BadInput(
      "$BRAID verify gone",
      1,
      "braid verify: FOLDER/gone: there is no run in this folder\n"),
    BadInput(
      "$BRAID verify .",
      1,
      "braid verify: FOLDER: there is no run in this folder\n"),
    BadInput(
      "$BRAID verify run --steps 0",
      2,
      "braid verify: --steps takes a whole number from 1 to 1000000000, not '0'\n'braid verify "
        + "--help' shows how it is used.\n"),
    BadInput(
      "cp -r run r; rm r/metrics.jsonl; $BRAID verify r",
      1,
      "braid verify: FOLDER/r/metrics.jsonl: there is no log of a run\n"),
  ]
}
