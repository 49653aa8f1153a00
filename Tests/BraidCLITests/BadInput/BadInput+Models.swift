extension BadInput {
  static let models: [BadInput] = [
    BadInput(
      "$BRAID evaluate run --split tset",
      2,
      "braid evaluate: --split takes 'train', 'dev' or 'test', not 'tset'; did you mean "
        + "'test'?\n'braid evaluate --help' shows how it is used.\n"),
    BadInput(
      "$BRAID evaluate mood-train.tsv",
      1,
      "braid evaluate: FOLDER/mood-train.tsv: there is no such folder\n"),
    BadInput(
      "$BRAID evaluate run --predictions no/such/file",
      1,
      "braid evaluate: FOLDER/no/such/file: can't be created: No such file or directory\n"),
    BadInput(
      "$BRAID evaluate run tiny.json5 --task mud",
      1,
      "braid evaluate: there is no task 'mud' here; there are 'mood', 'same', 'near', 'answer'\n"),
    BadInput(
      "$BRAID classify run --task mood gone.txt",
      1,
      "braid classify: cannot read gone.txt: No such file or directory\n"),
    BadInput(
      "$BRAID classify run --task mood .",
      1,
      "braid classify: cannot read .: Is a directory\n"),
    BadInput(
      #"printf 'no tab here\n' | $BRAID classify run --task same"#,
      1,
      "braid classify: standard input:1: found no TAB, expected two texts with a TAB between them\n"),
    BadInput(
      #"printf 'hello\n' | $BRAID classify run --task mood --top 0"#,
      2,
      "braid classify: --top takes a whole number from 1 to 1000000, not '0'\n'braid classify "
        + "--help' shows how it is used.\n"),
    BadInput(
      #"printf 'hello\n' | $BRAID classify run --task mood --threshold 2"#,
      2,
      "braid classify: --threshold takes a number from 0 to 1, not '2'\n'braid classify --help' "
        + "shows how it is used.\n"),
    BadInput(
      #"printf 'hello\n' | $BRAID classify run --task mood --tasks mood"#,
      2,
      "braid classify: --task and --tasks exclude each other\n'braid classify --help' shows how "
        + "it is used.\n"),
    BadInput(
      "cp -r run r3; rm r3/model.safetensors; $BRAID classify r3 --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r3/model.safetensors: can't be opened: No such file or directory\n"),
    BadInput(
      "cp -r run r4; head -c 5000 run/model.safetensors > r4/model.safetensors; $BRAID classify "
        + "r4 --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r4/model.safetensors: tensor 'embeddings.word_embeddings.weight': "
        + "its data end at offset 22656, but the file has only 688 bytes of data\n"),
    BadInput(
      "cp -r run r5; printf 'x' | dd of=r5/model.safetensors bs=1 seek=20000 conv=notrunc "
        + "2>/dev/null; $BRAID classify r5 --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r5/model.safetensors: tensor 'embeddings.word_embeddings.weight': "
        + "its data are damaged: their checksum is CHECKSUM, the file says CHECKSUM\n"),
    BadInput(
      "cp -r run r6; head -20 run/vocab.txt > r6/vocab.txt; $BRAID classify r6 --task mood < /dev/null",
      0,
      ""),
    BadInput(
      "cp -r run r7; cat run/vocab.txt tiny.json5 > r7/vocab.txt; $BRAID classify r7 --task mood "
        + "< /dev/null",
      1,
      "braid classify: the vocabulary has 186 tokens, the encoder's embeddings 177\n"),
    BadInput(
      #"cp -r run r8; sed 's/"positive"/"positive", "other"/' run/tasks.json > r8/tasks.json; "#
        + "$BRAID classify r8 --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r8/model.safetensors: tensor 'heads.mood.classifier.weight': it "
        + "has the shape [2, 32], the model's is [3, 32]\n"),
    BadInput(
      #"cp -r run r9; sed 's/"hidden_size": 32/"hidden_size": 64/' run/config.json > "#
        + "r9/config.json; $BRAID classify r9 --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r9/model.safetensors: tensor 'embeddings.word_embeddings.weight': "
        + "it has the shape [177, 32], the model's is [177, 64]\n"),
    BadInput(
      #"cp -r run r10; sed 's/"hidden_size": 32/"hidden_size": -1/' run/config.json > "#
        + "r10/config.json; $BRAID classify r10 --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r10/config.json: hidden_size: the number -1, expected a whole "
        + "number from 1 to 65536\n"),
    BadInput(
      #"head -c 1000000 /dev/zero | tr '\0' 'a' | $BRAID classify run --task mood"#,
      0,
      ""),
    BadInput(
      "cp -r run r; head -c 8 /dev/zero > r/model.safetensors; $BRAID classify r --task mood < "
        + "/dev/null",
      1,
      "braid classify: FOLDER/r/model.safetensors: the header is not valid JSON: line 1: found "
        + "the end, expected a value\n"),
    BadInput(
      "cp -r run r; : > r/model.safetensors; $BRAID classify r --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r/model.safetensors: 0 bytes are too few for a safetensors file\n"),
    BadInput(
      "cp -r run r; rm r/model.safetensors; mkdir r/model.safetensors; $BRAID classify r --task "
        + "mood < /dev/null",
      1,
      "braid classify: FOLDER/r/model.safetensors: is not a file\n"),
    BadInput(
      "cp -r run r; printf 'version https://git-lfs' > r/model.safetensors; $BRAID classify r "
        + "--task mood < /dev/null",
      1,
      "braid classify: FOLDER/r/model.safetensors: this is a Git LFS pointer, not the file it "
        + "stands for: run 'git lfs pull' where it came from\n"),
    BadInput(
      #"cp -r run r; printf '{ "mood": { "temperature": -1 } }' > r/calibration.json; $BRAID "#
        + "classify r --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r/calibration.json:1: mood.temperature: found the number -1, "
        + "expected a number from 0.01 to 100.0\n"),
    BadInput(
      "$BRAID classify run --task mood --format nothing < /dev/null",
      2,
      "braid classify: there is no option --format\n'braid classify --help' shows how it is used.\n"),
    BadInput(
      "$BRAID classify run --task mood --abstain 2 < /dev/null",
      2,
      "braid classify: --abstain takes a number from 0 to 1, not '2'\n'braid classify --help' "
        + "shows how it is used.\n"),
    BadInput(
      "$BRAID classify run nothing.txt",
      2,
      "braid classify: --task NAME is needed, as the model has several tasks that give labels: "
        + "mood, same\n'braid classify --help' shows how it is used.\n"),
    BadInput(
      "$BRAID classify --task mood",
      2,
      "braid classify: CHECKPOINT is missing\n'braid classify --help' shows how it is used.\n"),
    BadInput(
      #"cp -r run r; sed 's/"braid.format": "1"/"braid.format": "7"/' run/model.safetensors > "#
        + "r/model.safetensors; $BRAID classify r --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r/model.safetensors: the header is damaged: its checksum is "
        + "CHECKSUM, the file says CHECKSUM\n"),
    BadInput(
      "cp -r run r; sed 's/position_embeddings/position_embeddingz/' run/model.safetensors > "
        + "r/model.safetensors; $BRAID classify r --task mood < /dev/null",
      1,
      "braid classify: FOLDER/r/model.safetensors: the header is damaged: its checksum is "
        + "CHECKSUM, the file says CHECKSUM\n"),
    BadInput(
      #"printf 'a\tb\tc\n' | $BRAID score run --task near"#,
      1,
      "braid score: standard input:1: found 2 TABs, expected two texts with a TAB between them\n"),
    BadInput(
      "$BRAID score run --task near .",
      1,
      "braid score: cannot read .: Is a directory\n"),
    BadInput(
      "$BRAID score run mood",
      1,
      "braid score: cannot read mood: No such file or directory\n"),
    BadInput(
      "$BRAID score run < /dev/null",
      0,
      ""),
    BadInput(
      "$BRAID rank run .",
      1,
      "braid rank: cannot read .: Is a directory\n"),
    BadInput(
      ": > z.tsv; $BRAID rank run z.tsv",
      0,
      ""),
    BadInput(
      #"printf 'q\n' > z.tsv; $BRAID rank run z.tsv"#,
      1,
      "braid rank: z.tsv:1: found 1 column, expected 2 (query, candidate) or 4 (query ID, query, "
        + "candidate ID, candidate), with TABs between them\n"),
    BadInput(
      "$BRAID rank run mood-dev.tsv --task near",
      1,
      "braid rank: task 'near' is of type similarity: 'braid score' is for it\n"),
    BadInput(
      "$BRAID embed run gone.txt",
      1,
      "braid embed: cannot read gone.txt: No such file or directory\n"),
    BadInput(
      "$BRAID embed mood-train.tsv",
      1,
      "braid embed: FOLDER/mood-train.tsv: there is no such folder\n"),
    BadInput(
      "$BRAID embed run .",
      1,
      "braid embed: cannot read .: Is a directory\n"),
    BadInput(
      "$BRAID inspect gone",
      1,
      "braid inspect: FOLDER/gone: there is no such folder\n"),
    BadInput(
      "$BRAID inspect .",
      1,
      "braid inspect: FOLDER/config.json: can't be read; a Hugging Face folder has config.json, "
        + "model.safetensors, and vocab.txt or tokenizer.json\n"),
    BadInput(
      "cp -r run r1; printf '{' > r1/config.json; $BRAID inspect r1",
      1,
      "braid inspect: FOLDER/r1/config.json: not valid JSON: line 1: found the end, expected a "
        + "name or }\n"),
    BadInput(
      "cp -r run r2; rm r2/vocab.txt; $BRAID inspect r2",
      1,
      "braid inspect: cannot read the vocabulary FOLDER/r2/vocab.txt: there is no such file\n"),
    BadInput(
      "cp -r run r11; printf '[]' > r11/run.json; $BRAID inspect r11",
      1,
      "braid inspect: FOLDER/r11/run.json: this is not the record of a run\n"),
    BadInput(
      "cp -r run r; rm r/config.json; mkdir r/config.json; $BRAID inspect r",
      1,
      "braid inspect: FOLDER/r/config.json: can't be read; a Hugging Face folder has "
        + "config.json, model.safetensors, and vocab.txt or tokenizer.json\n"),
    BadInput(
      #"cp -r run r; sed 's/"model_type": "bert"/"model_type": "gpt2"/' run/config.json > "#
        + "r/config.json; $BRAID inspect r",
      1,
      #"braid inspect: FOLDER/r/config.json: model_type: "gpt2" is not supported, expected "bert"\#n"#),
    BadInput(
      "cp -r run r; printf '{}' > r/tasks.json; $BRAID inspect r",
      1,
      "braid inspect: FOLDER/r/tasks.json:1: tasks: found nothing, expected tasks, by name\n"),
    BadInput(
      "cp -r run r; : > r/tasks.json; $BRAID inspect r",
      1,
      "braid inspect: FOLDER/r/tasks.json:1: found the end, expected a value\n"),
    BadInput(
      #"cp -r run r12; printf 'garbage\n' > r12/metrics.jsonl; $BRAID report r12 --text"#,
      1,
      "braid report: FOLDER/r12/metrics.jsonl:1: found garbage, expected a value (text is put in "
        + "quotes)\n"),
    BadInput(
      "cp -r run r13; rm r13/metrics.jsonl; $BRAID report r13",
      1,
      "braid report: FOLDER/r13/metrics.jsonl: found no such file, expected the log of a run\n"),
    BadInput(
      "$BRAID report run --output .",
      1,
      "braid report: FOLDER: can't be replaced: Is a directory\n"),
    BadInput(
      "$BRAID export run run",
      1,
      "braid export: run: exists already; give --force to write into it\n"),
    BadInput(
      "$BRAID export run mood-train.tsv",
      1,
      "braid export: mood-train.tsv: exists already; give --force to write into it\n"),
    BadInput(
      "$BRAID export gone out2",
      1,
      "braid export: FOLDER/gone: there is no such folder\n"),
  ]
}
