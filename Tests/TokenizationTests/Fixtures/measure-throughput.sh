#!/bin/sh
# Prints the throughput of Braid's tokenizer and of the Rust package `tokenizers`, each on one thread, in turns,
# by processor time.
#
#   PYTHON=python3 sh measure-throughput.sh VOCABULARY TEXTFILE...
set -e
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

cat > "$work/main.swift" <<'SWIFT'
import Foundation

func run(_ arguments: [String]) throws {
  let start = clock()
  let vocabulary = try Vocabulary(contentsOf: URL(fileURLWithPath: arguments[1]))
  let tokenizer = Tokenizer(vocabulary: vocabulary, lowercases: true)
  let loading = clock() - start
  var lines: [[UInt8]] = []
  for path in arguments.dropFirst(2) {
    lines += try Array(Data(contentsOf: URL(fileURLWithPath: path))).split(separator: 10).map { Array($0) }
  }
  let bytes = lines.reduce(0) { $0 + $1.count }
  var ids: [Int32] = []
  var pieces = 0
  let rounds = 10
  let begin = clock()
  for _ in 0..<rounds {
    for line in lines {
      ids.removeAll(keepingCapacity: true)
      tokenizer.appendIDs(of: line, to: &ids)
      pieces += ids.count
    }
  }
  let microseconds = Double(clock() - begin) / Double(CLOCKS_PER_SEC) * 1e6
  let rates = [Double(bytes * rounds), Double(pieces)].map { ($0 / microseconds * 10).rounded() / 10 }
  print("Braid       \(rates[0]) MB/s, \(rates[1]) M pieces/s; ready after \(loading * 1000 / CLOCKS_PER_SEC) ms")
}
try run(CommandLine.arguments)
SWIFT

cat > "$work/reference.py" <<'PYTHON'
import os
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

tokenizer = Tokenizer(models.WordPiece.from_file(sys.argv[1], unk_token="[UNK]", max_input_chars_per_word=100))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
lines = []
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        lines += [line.decode("utf-8", errors="replace") for line in file.read().split(b"\n") if line]
size = sum(len(line.encode()) for line in lines)
start = time.process_time()
encodings = tokenizer.encode_batch_fast(lines, add_special_tokens=False)
seconds = time.process_time() - start
pieces = sum(len(encoding) for encoding in encodings)
print(f"tokenizers  {size / seconds / 1e6:.1f} MB/s, {pieces / seconds / 1e6:.1f} M pieces/s")
PYTHON

swiftc -O -wmo -swift-version 6 -module-name Throughput -package-name Braid -o "$work/throughput" \
  "$here"/../../../Sources/Tokenization/*.swift "$work/main.swift"
for turn in 1 2; do
  "$work/throughput" "$@"
  "${PYTHON:-python3}" "$work/reference.py" "$@"
done
