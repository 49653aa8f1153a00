#!/usr/bin/env bash
# Accuracy on RTE's dev data after learning from 1 %, 10 % and 100 % of its training data, three seeds each, from two encoders.
#
#   Tests/Comparisons/rte_curves.sh BRAID DATA FIRST SECOND
#
# DATA holds RTE/train.tsv and RTE/dev.tsv as GLUE ships them; FIRST and SECOND are Hugging Face folders or checkpoints.
set -euo pipefail
braid=$1 data=$(realpath "$2")
shift 2
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

# Smaller shares are gone through more often, in smaller batches.
curve() {
  local percent=$1 sample=$2
  shift 2
  cat > "$folder/rte.json5" <<TASKS
{
  data: "$data",
  tasks: {
    rte: {
      type: "pair-classification",
      train: { file: "RTE/train.tsv"$sample },
      dev: "RTE/dev.tsv",
      columns: { text: "sentence1", pair: "sentence2", label: "label" },
      labels: ["entailment", "not_entailment"],
    },
  },
}
TASKS
  for encoder in "${encoders[@]}"; do
    for seed in 1 2 3; do
      accuracy=$("$braid" train "$folder/rte.json5" --from "$encoder" --output "$folder/run" --force --seed "$seed" \
        --precision bfloat16 --max-length 128 "$@" 2> /dev/null | awk '$1 == "rte" { print $3; exit }')
      echo "$percent % from $encoder, seed $seed: $accuracy"
    done
  done
}

encoders=("$@")
curve 1 ", sample: 0.01" --epochs 15 --batch-size 8 --evaluate-every 15
curve 10 ", sample: 0.1" --epochs 8 --batch-size 16
curve 100 "" --epochs 3
