extension BadInput {
  static let readers: [BadInput] = [
    BadInput(
      "$BRAID test run mood-test.tsv --task mood --columns text=text,label=label --no-header",
      1,
      #"braid test: mood-test.tsv: column text: found "text", expected a number from 0, as "#
        + "there is no header\n"),
    BadInput(
      "$BRAID test run mood-test.tsv --task mood --columns text=text,label=label --format "
        + "fasttext",
      1,
      #"braid test: mood-test.tsv: column text: found "text", expected a number from 0, as "#
        + "there is no header\n"),
    BadInput(
      "$BRAID test run mood-test.tsv --task mood --columns text=0,label=1 --format jsonl",
      1,
      "braid test: mood-test.tsv: column text: found 0, expected a name, as jsonl has no "
        + "column numbers\n"),
    BadInput(
      "$BRAID test run mood-test.tsv --task mood --format conll",
      2,
      "braid test: --format takes 'tsv', 'csv', 'jsonl' or 'fasttext', not 'conll'\n'braid "
        + "test --help' shows how it is used.\n"),
    BadInput(
      "$BRAID test run mood-test.tsv --task mood --format lines",
      2,
      "braid test: --format takes 'tsv', 'csv', 'jsonl' or 'fasttext', not 'lines'\n'braid "
        + "test --help' shows how it is used.\n"),
    BadInput(
      "cp mood-test.tsv z.conll; $BRAID test run z.conll --task mood",
      1,
      "braid test: z.conll: found a name that ends as those of CoNLL's files do, with a word a "
        + "line, expected a file with a label and a text a row; if it is one, say how they are "
        + "written (--format)\n"),
    BadInput(
      "cp mood-test.tsv z.bio; $BRAID calibrate run z.bio --task mood",
      1,
      "braid calibrate: z.bio: found a name that ends as those of CoNLL's files do, with a "
        + "word a line, expected a file with a label and a text a row; if it is one, say how they "
        + "are written (--format)\n"),
    BadInput(
      "$BRAID calibrate run mood-dev.tsv --task mood --columns text=text,label=label "
        + "--no-header",
      1,
      #"braid calibrate: mood-dev.tsv: column text: found "text", expected a number from 0, as "#
        + "there is no header\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "token-labelling", train: { file: "z.txt", format: "#
        + #""conll", header: true, columns: { text: "a", label: "b" } } } } }' > t.json5; $BRAID "#
        + "train t.json5 -o o",
      1,
      "braid train: t.json5:1: tasks.a.train.header: found true, expected nothing or false, as "
        + "files of the format conll have none\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "token-labelling", train: "z.conll", header: true } } }' "#
        + "> t.json5; $BRAID train t.json5 -o o",
      1,
      "braid train: t.json5:1: tasks.a.header: found true, expected nothing or false, as files "
        + "of the format conll have none\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "token-labelling", train: "z.conll", columns: { text: "#
        + #""a", label: "b" } } } }' > t.json5; $BRAID train t.json5 -o o"#,
      1,
      #"braid train: t.json5:1: tasks.a.columns.text: found "a", expected a number from 0, as "#
        + "there is no header\n"),
    BadInput(
      #"printf '{ tasks: { a: { type: "masked-language-modelling", train: "z.txt", header: true "#
        + "} } }' > t.json5; $BRAID train t.json5 -o o",
      1,
      "braid train: t.json5:1: tasks.a.header: found true, expected nothing or false, as files "
        + "of the format lines have none\n"),
    BadInput(
      "$BRAID compare tiny.json5 --teacher-weight 0.3",
      2,
      "braid compare: --teacher-weight is of no use without --teacher\n'braid compare --help' "
        + "shows how it is used.\n"),
    BadInput(
      "$BRAID train tiny.json5 --proximal-momentum 0.5 -o o",
      2,
      "braid train: --proximal-momentum is of no use without --proximal\n'braid train --help' "
        + "shows how it is used.\n"),
    BadInput(
      "$BRAID compare tiny.json5 --methods cagrad:radus=1",
      2,
      "braid compare: --methods: 'cagrad' has no setting 'radus'; it has radius, "
        + "rescaling\n'braid compare --help' shows how it is used.\n"),
    BadInput(
      "$BRAID compare tiny.json5 --methods cagrad:radius=0.1,radius=0.4",
      2,
      "braid compare: --methods: 'radius' of 'cagrad' is given twice\n'braid compare --help' "
        + "shows how it is used.\n"),
    BadInput(
      "$BRAID compare tiny.json5 --methods pcgard",
      2,
      "braid compare: --methods takes names of weightings and aggregations, separated by "
        + "commas, not 'pcgard'; did you mean 'pcgrad'?\n'braid compare --help' shows how it is "
        + "used.\n"),
    BadInput(
      "$BRAID train tiny.json5 -o o --aggregation cagrad:radius=0.1,radius=0.4",
      1,
      "Made a vocabulary of 177 tokens from the training texts.\nbraid train: 'radius' of "
        + "'cagrad' is given twice\n"),
    BadInput(
      #"printf '{"query-id": "q", "corpus-id": "d", "score": "a b"}\n' > q; printf 'q Q0 d 1 "#
        + #"1.0 x\n' > r; $BRAID rank-eval q r"#,
      2,
      #"braid rank-eval: q:1: found "a b", expected a level, as a whole number\#n"#),
    BadInput(
      #"printf '{"query-id": "a b", "corpus-id": "d", "score": 1}\n' > q; printf 'q Q0 d 1 1.0 "#
        + #"x\n' > r; $BRAID rank-eval q r"#,
      2,
      #"braid rank-eval: q:1: found "a b", expected an id without blanks, as runs have them\#n"#),
  ]
}
