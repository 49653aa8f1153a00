"""Hugging Face's tokenizer on a text, line by line, on one thread: to compare with `braid bench tokenize`.

    RAYON_NUM_THREADS=1 python tokenize_huggingface.py VOCABULARY TEXT...

Needs the package tokenizers.
"""
import sys
import time

from tokenizers import BertWordPieceTokenizer

tokenizer = BertWordPieceTokenizer(sys.argv[1], lowercase=True)
text = "".join(open(path, encoding="utf-8").read() for path in sys.argv[2:])
lines = text.split("\n")
for title, run in (
    ("one call a line", lambda: [tokenizer.encode(line, add_special_tokens=False) for line in lines]),
    ("one call", lambda: tokenizer.encode_batch(lines, add_special_tokens=False)),
):
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        encodings = run()
        best = min(best, time.perf_counter() - begin)
    print(f"{title}: {len(text.encode()) / best / 1e6:.1f} MB/s, {sum(len(e.ids) for e in encodings) / best:,.0f} tokens/s")
