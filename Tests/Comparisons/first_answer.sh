#!/usr/bin/env bash
# How long braid takes from its start to the end of its first answer, over 20 runs: median and greatest, in milliseconds.
#
#   Tests/Comparisons/first_answer.sh BRAID CHECKPOINT TASK
#
# The files have been read once before, so they are in the system's cache.
set -euo pipefail
braid=$1 checkpoint=$2 task=$3
text=$(mktemp)
trap 'rm "$text"' EXIT
echo "The table was great, but nobody could praise the soup." > "$text"
"$braid" classify "$checkpoint" --task "$task" "$text" > /dev/null
for _ in {1..20}; do
  start=${EPOCHREALTIME/./}
  "$braid" classify "$checkpoint" --task "$task" "$text" > /dev/null
  echo $((${EPOCHREALTIME/./} - start))
done | sort -n | awk '{ t[NR] = $1 / 1000 } END { printf "median %.1f ms, greatest %.1f ms\n", (t[10] + t[11]) / 2, t[20] }'
