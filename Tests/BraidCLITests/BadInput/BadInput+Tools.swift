extension BadInput {
  static let tools: [BadInput] = [
    BadInput(
      "$BRAID test run gone.tsv --task mood",
      1,
      "braid test: gone.tsv: found no such file, expected a file of rows\n"),
    BadInput(
      "$BRAID test run . --task mood",
      1,
      "braid test: .: found a folder, expected a file of rows\n"),
    BadInput(
      ": > z.tsv; $BRAID test run z.tsv --task mood",
      1,
      "braid test: z.tsv: found an empty file, expected rows\n"),
    BadInput(
      #"printf 'text\tlabel\nx\tperhaps\n' > z.tsv; $BRAID test run z.tsv --task mood"#,
      1,
      #"braid test: z.tsv:2: column "label": found "perhaps", expected "negative" or "positive", "#
        + "or an id from 0 to 1\n"),
    BadInput(
      "$BRAID test run mood-test.tsv --task mood --columns text=nothing,label=label",
      1,
      #"braid test: mood-test.tsv:1: found "text" and "label", expected a header with columns "#
        + #""text" and "label", or rows with a label of the task in the first or last of 2 columns; "#
        + "else say which columns they are (--columns)\n"),
    BadInput(
      "$BRAID test run mood-test.tsv --task near",
      1,
      "braid test: task 'near' is of type similarity: 'braid score' is for it\n"),
    BadInput(
      #"printf 'text\tlabel\n' > z.tsv; $BRAID test run z.tsv --task mood"#,
      1,
      "braid test: z.tsv: found no rows, expected at least one\n"),
    BadInput(
      "$BRAID calibrate run gone.tsv --task mood",
      1,
      "braid calibrate: gone.tsv: found no such file, expected a file of rows\n"),
    BadInput(
      "$BRAID calibrate run near-dev.tsv --task near",
      1,
      "braid calibrate: task 'near' is of type similarity: 'braid score' is for it\n"),
    BadInput(
      "$BRAID calibrate run mood-dev.tsv",
      2,
      "braid calibrate: --task NAME is needed, as the model has several tasks that give labels: "
        + "mood, same\n'braid calibrate --help' shows how it is used.\n"),
    BadInput(
      #"printf 'text\tlabel\n' > z.tsv; $BRAID calibrate run z.tsv --task mood"#,
      1,
      "braid calibrate: z.tsv: found no rows, expected at least one\n"),
    BadInput(
      "$BRAID rank-eval gone.qrels gone.run",
      2,
      "braid rank-eval: gone.qrels: found no such file, expected a file that can be read\n"),
    BadInput(
      ": > q; : > r; $BRAID rank-eval q r",
      2,
      "braid rank-eval: q: found no lines, expected at least one\n"),
    BadInput(
      #"printf '1 0 a 1\n' > q; printf '1 Q0 a 1 nan x\n' > r; $BRAID rank-eval q r"#,
      2,
      "braid rank-eval: r:1: found the score 'nan', expected a number\n"),
    BadInput(
      #"printf '1 0 a 1\n1 0 a 1\n' > q; printf '1 Q0 a 1 1.0 x\n' > r; $BRAID rank-eval q r"#,
      4,
      "braid rank-eval: q:2: query '1' has document 'a' twice, first in line 1\n"),
    BadInput(
      #"printf '1 0 a 1\n' > q; printf '1 Q0 a 1 1.0 x\n1 Q0 a 2 0.5 x\n' > r; $BRAID rank-eval q r"#,
      4,
      "braid rank-eval: r:2: query '1' has document 'a' twice, first in line 1\n"),
    BadInput(
      #"printf '1 0 a\n' > q; printf '1 Q0 a 1 1.0 x\n' > r; $BRAID rank-eval q r"#,
      2,
      "braid rank-eval: q:1: found 3 fields, expected 4: query, iteration, document, level\n"),
    BadInput(
      #"printf '1 0 a 1\n' > q; printf '2 Q0 a 1 1.0 x\n' > r; $BRAID rank-eval q r"#,
      7,
      "braid rank-eval: r: no query has both results and judgements\n"),
    BadInput(
      #"printf '1 0 a 1\n' > q; printf '1 Q0 a 1 1.0 x\n' > r; $BRAID rank-eval q r -m nothing"#,
      1,
      "braid rank-eval: there is no measure 'nothing'; there are all_trec, official, set, runid, "
        + "num_q, num_ret, num_rel, num_rel_ret, map, gm_map, Rprec, bpref, recip_rank, "
        + "iprec_at_recall, P, relstring, recall, infAP, gm_bpref, Rprec_mult, utility, 11pt_avg, "
        + "binG, G, ndcg, ndcg_rel, Rndcg, ndcg_cut, map_cut, relative_P, success, set_P, "
        + "set_relative_P, set_recall, set_map, set_F, num_nonrel_judged_ret, yaap, AP, Bpref, ERR, "
        + "infAP, IPrec, Judged, nDCG, P, R, RBP, Rprec, RR, SetAP, SetF, SetP, SetR, Success\n"),
    BadInput(
      "$BRAID rank-eval . .",
      2,
      "braid rank-eval: .: found a folder, expected a file\n"),
    BadInput(
      "$BRAID vocab gone.txt",
      1,
      "braid vocab: cannot read gone.txt: No such file or directory\n"),
    BadInput(
      "$BRAID vocab .",
      1,
      "braid vocab: cannot read .: Is a directory\n"),
    BadInput(
      ": > z.txt; $BRAID vocab z.txt",
      1,
      "braid vocab: there is no text to make a vocabulary of: the input is empty\n"),
    BadInput(
      "$BRAID vocab mood-train.tsv -o no/such/vocab.txt",
      1,
      "braid vocab: FOLDER/no/such/vocab.txt: can't be created: No such file or directory\n"),
    BadInput(
      "$BRAID tokenize --vocab gone.txt",
      1,
      "braid tokenize: cannot read the vocabulary FOLDER/gone.txt: there is no such file\n"),
    BadInput(
      "$BRAID tokenize --vocab run/vocab.txt gone.txt",
      1,
      "braid tokenize: cannot read gone.txt: No such file or directory\n"),
    BadInput(
      "$BRAID tokenize --vocab run/vocab.txt .",
      1,
      "braid tokenize: cannot read .: Is a directory\n"),
    BadInput(
      "$BRAID tokenize --vocab .",
      1,
      "braid tokenize: FOLDER/config.json: can't be read; a Hugging Face folder has config.json, "
        + "model.safetensors, and vocab.txt or tokenizer.json\n"),
    BadInput(
      "$BRAID bench nothing",
      2,
      "braid bench: SUBJECT takes 'kernels', 'train', 'classify', 'balancing' or 'tokenize', not 'nothing'\n"
        + "'braid bench --help' shows how it is used.\n"),
    BadInput(
      "$BRAID bench train --threads 0",
      2,
      "braid bench: --threads takes a whole number from 1 to 1024, not '0'\n'braid bench --help' "
        + "shows how it is used.\n"),
    BadInput(
      "$BRAID completions",
      2,
      "braid completions: SHELL is missing\n'braid completions --help' shows how it is used.\n"),
    BadInput(
      "$BRAID completions tcsh",
      2,
      "braid completions: SHELL takes 'bash', 'zsh' or 'fish', not 'tcsh'\n'braid completions "
        + "--help' shows how it is used.\n"),
    BadInput(
      "$BRAID trian",
      2,
      "braid: there is no command 'trian'; did you mean 'train'?\n'braid --help' shows how it is used.\n"),
    BadInput(
      "$BRAID --verison",
      2,
      "braid: there is no option --verison; did you mean '--version'?\n'braid --help' shows how "
        + "it is used.\n"),
    BadInput(
      "$BRAID help nothing",
      2,
      "braid: there is no command 'nothing'\n'braid --help' shows how it is used.\n"),
  ]
}
