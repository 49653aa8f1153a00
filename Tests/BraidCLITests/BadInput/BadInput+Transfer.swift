extension BadInput {
  static let transfer: [BadInput] = [
    BadInput(
      "$BRAID affinity gone.json5",
      1,
      "braid affinity: gone.json5: found no such file, expected a task file\n"),
    BadInput(
      "$BRAID affinity tiny.json5 --task mood",
      1,
      "braid affinity: one task has no other to have an affinity to: give task files with several\n"),
    BadInput(
      "$BRAID affinity tiny.json5 --groups 9",
      1,
      "braid affinity: 4 tasks can't be divided into 9 groups\n"),
    BadInput(
      "$BRAID affinity tiny.json5 --groups 0",
      2,
      "braid affinity: --groups takes a whole number from 1 to 64, not '0'\n'braid affinity "
        + "--help' shows how it is used.\n"),
    BadInput(
      "$BRAID affinity tiny.json5 --every 0",
      2,
      "braid affinity: --every takes a whole number from 1 to 1000000000, not '0'\n'braid "
        + "affinity --help' shows how it is used.\n"),
    BadInput(
      "$BRAID affinity tiny.json5 --lookahead-rate -1",
      2,
      "braid affinity: --lookahead-rate takes a number above 0 and at most 1000, not '-1'\n'braid "
        + "affinity --help' shows how it is used.\n"),
    BadInput(
      "$BRAID affinity tiny.json5 -o no/such/a.html",
      1,
      "braid affinity: FOLDER/no/such/a.html: can't be created: No such file or directory\n"),
    BadInput(
      "$BRAID affinity tiny.json5 -o .",
      1,
      "braid affinity: FOLDER: is a folder, expected the name of a file\n"),
    BadInput(
      "$BRAID extract run",
      2,
      "braid extract: FOLDER is missing\n'braid extract --help' shows how it is used.\n"),
    BadInput(
      "$BRAID extract run out",
      2,
      "braid extract: --task NAME is needed, as the model has several tasks: mood, same, near, "
        + "answer\n'braid extract --help' shows how it is used.\n"),
    BadInput(
      "$BRAID extract run out --task nope",
      1,
      "braid extract: there is no task 'nope' here; there are 'mood', 'same', 'near', 'answer'\n"),
    BadInput(
      "$BRAID extract run run --task mood",
      1,
      "braid extract: run: exists already\n"),
    BadInput(
      "$BRAID extract gone out --task mood",
      1,
      "braid extract: FOLDER/gone: there is no such folder\n"),
    BadInput(
      "$BRAID extract run mood-dev.tsv --task mood",
      1,
      "braid extract: mood-dev.tsv: exists already\n"),
    BadInput(
      "$BRAID compare tiny.json5 --seeds 0",
      2,
      "braid compare: --seeds takes a whole number from 1 to 1000, not '0'\n'braid compare "
        + "--help' shows how it is used.\n"),
    BadInput(
      "$BRAID compare tiny.json5 --output no/such/c.json --methods equal",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid compare: "
        + "FOLDER/no/such/c.json: can't be created: No such file or directory\n"),
    BadInput(
      "$BRAID compare tiny.json5 --methods equal,nothing",
      2,
      "braid compare: --methods takes names of weightings and aggregations, separated by commas, "
        + "not 'nothing'\n'braid compare --help' shows how it is used.\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv" } } }' > t.json5; "#
        + "$BRAID compare t.json5",
      1,
      "Made a vocabulary of 140 tokens from the training texts.\nbraid compare: no task has dev "
        + "data, and methods are compared by nothing else\n"),
    BadInput(
      "$BRAID report gone",
      1,
      "braid report: gone: there is no such folder\n"),
    BadInput(
      "$BRAID report run --output no/such/r.html",
      1,
      "braid report: FOLDER/no/such/r.html: can't be created: No such file or directory\n"),
    BadInput(
      "$BRAID report run --text --output x.html",
      2,
      "braid report: --text writes no page: give --text or --output, not both\n'braid report "
        + "--help' shows how it is used.\n"),
    BadInput(
      "cp -r run r; : > r/metrics.jsonl; $BRAID report r --text",
      1,
      "braid report: FOLDER/r/metrics.jsonl: found no lines, expected the log of a run\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --teacher gone",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: gone: there is no "
        + "such checkpoint or file of predictions to learn from\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --teacher ''",
      2,
      "braid train: --teacher takes checkpoints or files of predictions such as "
        + "'checkpoints/rte' or 'rte=rte.jsonl,mrpc=mrpc.jsonl', not ''\n'braid train --help' shows "
        + "how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --teacher run --teacher-weight 2",
      2,
      "braid train: --teacher-weight takes a number from 0 to 1, not '2'\n'braid train --help' "
        + "shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --teacher run --teacher-temperature 0",
      2,
      "braid train: --teacher-temperature takes a number above 0 and at most 100, not '0'\n'braid "
        + "train --help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --teacher-weight 0.5",
      2,
      "braid train: --teacher-weight is of no use without --teacher\n'braid train --help' shows "
        + "how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --teacher heads",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: heads: this teacher "
        + "knows none of the tasks that it should teach: mood, same, near, answer\n"),
    BadInput(
      "$BRAID train words.json5 -o o --teacher heads",
      1,
      "Made a vocabulary of 145 tokens from the training texts.\nbraid train: heads: there is no "
        + "teaching for tasks of type token-labelling, as 'words' is; name those that the teacher is "
        + "for: TASK=heads\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --teacher mood-train.tsv",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: mood-train.tsv:1: "
        + #"found no prediction; expected an object with "task" and "row", as 'braid evaluate --split "#
        + "train --predictions' writes it\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --teacher .",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: FOLDER/config.json: "
        + "can't be read; a Hugging Face folder has config.json, model.safetensors, and vocab.txt or "
        + "tokenizer.json\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --adversary -1",
      2,
      "braid train: --adversary takes a number of at least 0, or one a task such as "
        + "'rte=1,mrpc=3', not '-1'\n'braid train --help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --adversary nope=1",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: there is no task "
        + "'nope' in this run; there are mood, same, near, answer\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --adversary mood=1,mood=2",
      2,
      "braid train: --adversary takes a number of at least 0, or one a task such as "
        + "'rte=1,mrpc=3', not 'mood=1,mood=2'\n'braid train --help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --adversary-rate 0.1",
      2,
      "braid train: --adversary-rate is of no use without --adversary\n'braid train --help' shows "
        + "how it is used.\n"),
    BadInput(
      "$BRAID train words.json5 -o o --adversary 1",
      1,
      "Made a vocabulary of 145 tokens from the training texts.\nbraid train: there is no "
        + "adversary for tasks of type multi-label, as 'sets' is; name those that it is for: "
        + "--adversary TASK=WEIGHT\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --word-dropout 1",
      2,
      "braid train: --word-dropout takes a number of at least 0 and below 1, not '1'\n'braid "
        + "train --help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --groups mood+same",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: --groups: of: found "
        + #"no group of "near", expected a group for each task of this run, as { mood: 1 }\#n"#),
    BadInput(
      "$BRAID train tiny.json5 -o o --groups mood+same,near+answer,nope",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: --groups: of: found "
        + #"the task "nope", expected "mood", "same", "near" or "answer"\#n"#),
    BadInput(
      "$BRAID train tiny.json5 -o o --groups mood+same,mood+near+answer",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: --groups: of: found "
        + #""mood" twice, expected one group for each task\#n"#),
    BadInput(
      "$BRAID train tiny.json5 -o o --groups mood+same,near+answer --sharing soft",
      2,
      "braid train: --groups is a way of sharing: give it or --sharing\n'braid train --help' "
        + "shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --sharing nope",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: --sharing: found "
        + #""nope", expected "hard", "soft", "cross-stitch", "attention", "mmoe", "cgc", "ple", "#
        + #""paths", "hierarchy", "adapters" or "groups"\#n"#),
    BadInput(
      "$BRAID train tiny.json5 -o o --sharing mmoe:experts=0",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: --sharing: experts: "
        + "found 0, expected a whole number from 1 to 64\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --sharing mmoe:nope=1",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: --sharing: nope: "
        + #"found an unknown setting of the sharing mmoe, expected "experts", "place" or "from"\#n"#),
    BadInput(
      "$BRAID train tiny.json5 -o o --shares mood=1,mood=2",
      2,
      "braid train: --shares takes 'proportional', 'uniform', 'temperature:T', 'annealed' or "
        + "ratios by task such as 'sst=2,mrpc=1', not 'mood=1,mood=2'\n'braid train --help' shows how "
        + "it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --precision half",
      2,
      "braid train: --precision takes 'float32' or 'bfloat16', not 'half'\n'braid train --help' "
        + "shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --vocab run/vocab.txt --vocab-size 300",
      2,
      "braid train: --vocab and --vocab-size exclude each other: a vocabulary that is there has "
        + "its size\n'braid train --help' shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --best-metric mood.f1",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: the best checkpoint "
        + "can't be chosen by 'mood.f1'; it can by mood.accuracy, same.accuracy, near.pearson, "
        + "near.spearman, answer.map, answer.mrr, answer.ndcg@10\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --heads 5",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: the hidden size 128 "
        + "is not a multiple of the 5 attention heads\n"),
    BadInput(
      "cp -r run r; printf 'x' > r/run.json; $BRAID verify r",
      1,
      "braid verify: FOLDER/r/run.json: this is not the record of a run\n"),
    BadInput(
      "cp -r run r; rm r/run.json; $BRAID verify r",
      1,
      "braid verify: FOLDER/r: there is no run in this folder\n"),
    BadInput(
      "mkdir d; cp -r run *.tsv d; rm d/mood-train.tsv; $BRAID verify d/run",
      1,
      "braid verify: FOLDER/d/run/../mood-train.tsv: found no such file, expected a file of rows\n"),
    BadInput(
      "cp -r run r; : > r/metrics.jsonl; $BRAID verify r",
      1,
      "braid verify: FOLDER/r/metrics.jsonl: there is no step in it up to step 12, so nothing to "
        + "compare with\n"),
    BadInput(
      #"cp -r run r; printf '{"step": 1' > r/metrics.jsonl; $BRAID verify r"#,
      1,
      "braid verify: FOLDER/r/metrics.jsonl: there is no step in it up to step 12, so nothing to "
        + "compare with\n"),
    BadInput(
      "cp -r run r; echo 'x' >> r/metrics.jsonl; $BRAID verify r",
      1,
      "braid verify: FOLDER/r/metrics.jsonl:5: found no record of a step, expected one a line, "
        + "as training writes them\n"),
    BadInput(
      #"cp -r run r; sed 's/"seed"/"temper": "1", "seed"/' run/run.json > r/run.json; $BRAID verify r"#,
      1,
      "braid verify: run.json: there is no option 'temper' in braid 0.1.0; the run was made by 0.1.0\n"),
  ]
}
