extension BadInput {
  static let tasks: [BadInput] = [
    BadInput(
      "printf '{ tasks: {} }' > t.json5; $BRAID train t.json5",
      1,
      "braid train: there is no task to train\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "clasification", train: "mood-train.tsv" } } }' > t.json5; "#
        + "$BRAID train t.json5",
      1,
      #"braid train: t.json5:1: tasks.a.type: found "clasification", expected "classification"\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "gone.tsv" } } }' > t.json5; "#
        + "$BRAID train t.json5",
      1,
      "braid train: gone.tsv: found no such file, expected a file of rows\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "d" } } }' > t.json5; mkdir -p d; "#
        + "$BRAID train t.json5",
      1,
      #"braid train: t.json5:1: tasks.a.train: found "d", expected a file that ends in .tsv, "#
        + ".tab, .txt, .csv, .jsonl, .ndjson, .conll or .bio, or the key `format`\n"),
    BadInput(
      #": > z.tsv; printf '{ tasks: { a: { type: "classification", train: "z.tsv" } } }' > "#
        + "t.json5; $BRAID train t.json5",
      1,
      "braid train: z.tsv: found an empty file, expected a header row\n"),
    BadInput(
      #"printf 'text\tlabel\n' > z.tsv; printf '{ tasks: { a: { type: "classification", train: "#
        + #""z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.tsv: column "label": found no rows, expected at least two labels\#n"#),
    BadInput(
      #"printf 'text\tlabel\na\tx\nb\tx\n' > z.tsv; printf '{ tasks: { a: { type: "#
        + #""classification", train: "z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.tsv: column "label": found only the label "x", expected at least two labels\#n"#),
    BadInput(
      #"printf 'text\tlabel\na\tx\nb\n' > z.tsv; printf '{ tasks: { a: { type: "classification", "#
        + #"train: "z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.tsv:3: column "label": found a row of 1 field, expected at least 2 fields\#n"#),
    BadInput(
      #"printf 'text\tlabel\na\tx\n\377\376\ty\n' > z.tsv; printf '{ tasks: { a: { type: "#
        + #""classification", train: "z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      "braid train: z.tsv:3: found the byte 0xFF, expected UTF-8; for ISO 8859-1 set encoding: "
        + #""latin-1"\#n"#),
    BadInput(
      #"printf 'text\tclass\na\tx\n' > z.tsv; printf '{ tasks: { a: { type: "classification", "#
        + #"train: "z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.tsv:1: column "label": found a header with "text" and "class", expected a "#
        + "column of this name\n"),
    BadInput(
      #"printf 'text\tpair\tlabel\na\tb\tnan\n' > z.tsv; printf '{ tasks: { a: { type: "#
        + #""similarity", train: "z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.tsv:2: column "label": found "nan", expected a number\#n"#),
    BadInput(
      #"printf 'text\tpair\tlabel\na\tb\tmuch\n' > z.tsv; printf '{ tasks: { a: { type: "#
        + #""similarity", train: "z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.tsv:2: column "label": found "much", expected a number\#n"#),
    BadInput(
      #"printf 'text\tpair\tlabel\na\tb\t1e400\n' > z.tsv; printf '{ tasks: { a: { type: "#
        + #""similarity", train: "z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.tsv:2: column "label": found "1e400", expected a number\#n"#),
    BadInput(
      #"printf 'text\tpair\tlabel\na\tb\t1\nc\td\t1\n' > z.tsv; printf '{ tasks: { a: { type: "#
        + #""similarity", train: "z.tsv" } } }' > t.json5; $BRAID train t.json5 -o out1 --hidden 32 "#
        + "--layers 1 --heads 2",
      1,
      #"braid train: z.tsv: column "label": found only the score 1.0, expected different scores\#n"#),
    BadInput(
      #"printf 'query\tcandidate\tlabel\nq\ta\t0\nq\tb\t0\n' > z.tsv; printf '{ tasks: { a: { "#
        + #"type: "ranking", train: "z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      "Made a vocabulary of 109 tokens from the training texts.\nbraid train: sampling: found no "
        + "example to train on, expected at least one; a query teaches something when it has a "
        + "relevant candidate and another\n"),
    BadInput(
      #"printf 'query\tcandidate\tlabel\nq\ta\t-1\nq\tb\t0\n' > z.tsv; printf '{ tasks: { a: { "#
        + #"type: "ranking", train: "z.tsv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      "Made a vocabulary of 109 tokens from the training texts.\nbraid train: z.tsv:2: column "
        + #""label": found "-1", expected a relevance of 0 or more, in whole numbers\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv", labels: ["good"] "#
        + "} } }' > t.json5; $BRAID train t.json5",
      1,
      #"braid train: t.json5:1: tasks.a.labels: found "good", expected at least two names\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv", metrics: "#
        + #"["accuracies"] } } }' > t.json5; $BRAID train t.json5"#,
      1,
      "Made a vocabulary of 140 tokens from the training texts.\nbraid train: t.json5:1: "
        + "tasks.a.metrics: found 'accuracies', expected a metric for this task: there is no metric "
        + "'accuracies'; did you mean 'accuracy'?\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv", epochs: 3 } } }' "#
        + "> t.json5; $BRAID train t.json5",
      1,
      #"braid train: t.json5:1: tasks.a.epochs: found an unknown key, expected "type", "train", "#
        + #""dev", "test", "format", "header", "separator", "fields", "labelPrefix", "encoding", "#
        + #""columns", "labels", "range", "metrics", "mainMetric", "head", "weight", "#
        + #""learningRateFactor", "maximumLength" or "stride"\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv" } } }' > t.json5; "#
        + "$BRAID train t.json5 t.json5",
      1,
      "braid train: t.json5:1: tasks.a: found a second task of this name (the first: t.json5:1), "
        + "expected a name for each task\n"),
    BadInput(
      #"printf '{"text": "a", "label": "x"}\n{"text": "b"\n' > z.jsonl; printf '{ tasks: { a: { "#
        + #"type: "classification", train: "z.jsonl" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      "braid train: z.jsonl:2: found the end, expected a comma or } (a JSON object a line)\n"),
    BadInput(
      #"printf '{"text": "a", "label": "x"}\n{"text": "b"}\n' > z.jsonl; printf '{ tasks: { a: { "#
        + #"type: "classification", train: "z.jsonl" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.jsonl:2: column "label": found an object with "text", expected a member of "#
        + "this name\n"),
    BadInput(
      #"printf '{"text": ["a"], "label": "x"}\n' > z.jsonl; printf '{ tasks: { a: { type: "#
        + #""classification", train: "z.jsonl" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.jsonl: column "label": found only the label "x", expected at least two labels\#n"#),
    BadInput(
      #"printf 'text,label\n"a,x\nb,y\n' > z.csv; printf '{ tasks: { a: { type: "classification", "#
        + #"train: "z.csv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      "braid train: z.csv:2: column 0: found a quotation mark that is not closed, expected "
        + #"another one after it; for a file without quoting set format: "tsv" and the separator\#n"#),
    BadInput(
      #"printf 'text,text,label\na,b,x\n' > z.csv; printf '{ tasks: { a: { type: "#
        + #""classification", train: "z.csv" } } }' > t.json5; $BRAID train t.json5"#,
      1,
      #"braid train: z.csv: column "label": found only the label "x", expected at least two labels\#n"#),
    BadInput(
      #"head -c 100000 /dev/zero | tr '\0' '[' > t.json5; $BRAID train t.json5"#,
      1,
      "braid train: t.json5:1: found brackets 201 deep, expected at most 200\n"),
    BadInput(
      #"printf '{ tasks: { "a/b": { type: "classification", train: "mood-train.tsv" } } }' > "#
        + "t.json5; $BRAID train t.json5 -o o",
      1,
      #"braid train: t.json5:1: tasks: found the name "a/b", expected a name of letters, digits, "#
        + "'-', '_' and '.'\n"),
    BadInput(
      #"printf '{ tasks: { "": { type: "classification", train: "mood-train.tsv" } } }' > "#
        + "t.json5; $BRAID train t.json5 -o o",
      1,
      #"braid train: t.json5:1: tasks: found the name "", expected a name of letters, digits, "#
        + "'-', '_' and '.'\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv", weight: -1 } } "#
        + "}' > t.json5; $BRAID train t.json5 -o o",
      1,
      "braid train: t.json5:1: tasks.a.weight: found the number -1, expected a number of at least 0\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv", head: { type: "#
        + #""sun" } } } }' > t.json5; $BRAID train t.json5 -o o"#,
      1,
      "Made a vocabulary of 140 tokens from the training texts.\nbraid train: t.json5:1: "
        + #"tasks.a.head.type: found "sun", expected "linear"\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv", labels: "#
        + #"["positive", "positive"] } } }' > t.json5; $BRAID train t.json5 -o o"#,
      1,
      #"braid train: t.json5:1: tasks.a.labels: found "positive" twice, expected each name once\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv", labels: "#
        + #"["positive", "neutral"] } } }' > t.json5; $BRAID train t.json5 -o o"#,
      1,
      "Made a vocabulary of 140 tokens from the training texts.\nbraid train: mood-train.tsv:3: "
        + #"column "label": found "negative", expected "positive" or "neutral", or an id from 0 to 1\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "similarity", train: "near-train.tsv", range: [5, 0] } } }' "#
        + "> t.json5; $BRAID train t.json5 -o o",
      1,
      "braid train: t.json5:1: tasks.a.range: found [5.0, 0.0], expected the lowest and the "
        + "highest score, as [0, 5]\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "similarity", train: "near-train.tsv", range: [0, 1] } } }' "#
        + "> t.json5; $BRAID train t.json5 -o o",
      1,
      "Made a vocabulary of 134 tokens from the training texts.\nbraid train: near-train.tsv:5: "
        + #"column "label": found "1.5", expected a number from 0.0 to 1.0\#n"#),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: { file: "mood-train.tsv", sample: "#
        + "0 } } } }' > t.json5; $BRAID train t.json5 -o o",
      1,
      "braid train: t.json5:1: tasks.a.train.sample: found the number 0, expected a number of "
        + "examples, or a fraction below 1\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv" } }, training: { "#
        + "lerningRate: 1 } }' > t.json5; $BRAID train t.json5 -o o",
      2,
      "braid train: there is no option t.json5:1: training.lerningRate; did you mean "
        + "'learning-rate'?\n'braid train --help' shows how it is used.\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv" } }, training: { "#
        + #"epochs: "many" } }' > t.json5; $BRAID train t.json5 -o o"#,
      2,
      "braid train: t.json5:1: training.epochs takes a whole number from 1 to 1000000, not "
        + #""many"\#n'braid train --help' shows how it is used.\#n"#),
    BadInput(
      "printf '{ tasks: [] }' > t.json5; $BRAID train t.json5 -o o",
      1,
      "braid train: t.json5:1: tasks: found an empty list, expected an object in braces\n"),
    BadInput(
      "printf '[]' > t.json5; $BRAID train t.json5 -o o",
      1,
      "braid train: t.json5:1: found an empty list, expected an object in braces\n"),
    BadInput(
      #"printf '{ "tasks": { "a": 1 } }' > t.json5; $BRAID train t.json5 -o o"#,
      1,
      "braid train: t.json5:1: tasks.a: found the number 1, expected an object in braces\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "classification", train: "mood-train.tsv" } } }' > t.json5; "#
        + "$BRAID train t.json5 --encoder run --layers 2",
      2,
      "braid train: --layers is for a new encoder; the one that --encoder names has its "
        + "own\n'braid train --help' shows how it is used.\n"),
  ]
}
