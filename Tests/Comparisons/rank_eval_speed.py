"""braid rank-eval and trec_eval on the same files, one after the other: seconds, and whether they print the same bytes.

    python rank_eval_speed.py BRAID TREC_EVAL [ROUNDS=9]

TREC_EVAL is the program trec_eval 9.0.8, or one made as Tests/EvaluationTests/Fixtures/ranking/trec_eval_main.c says. Writes
a run of 1,000 queries with 1,000 documents each, and judgements of 1,000 documents a query, half of them in the run, to a
temporary folder; calls both programs in turn, reading included; prints medians, and least and greatest times.
"""
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

if len(sys.argv) < 3:
    sys.exit(__doc__)
braid, trec_eval = map(os.path.abspath, sys.argv[1:3])
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9


def write(folder):
    generator = random.Random(1)
    with open(f"{folder}/qrels", "w") as qrels, open(f"{folder}/run", "w") as run:
        for query in range(1, 1001):
            documents = generator.sample(range(10_000_000), 1500)
            for document in documents[500:]:
                level = generator.choices((0, 1, 2, 3), (80, 12, 6, 2))[0]
                qrels.write(f"{query} 0 doc{document} {level}\n")
            scores = sorted((generator.gauss(10, 4) for _ in range(1000)), reverse=True)
            for rank, (document, score) in enumerate(zip(documents[:1000], scores), 1):
                run.write(f"{query} Q0 doc{document} {rank} {score:.5f} made\n")


def call(command, folder):
    start = time.perf_counter()
    output = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout
    return time.perf_counter() - start, output


with tempfile.TemporaryDirectory() as folder:
    write(folder)
    for options in [], ["-q", "-m", "all_trec"]:
        files = options + ["qrels", "run"]
        times = {"braid rank-eval": [], "trec_eval": []}
        outputs = []
        for round in range(rounds + 1):
            for name, command in ("braid rank-eval", [braid, "rank-eval"]), ("trec_eval", [trec_eval]):
                seconds, output = call(command + files, folder)
                outputs.append(output)
                # The first of each brings the files into memory.
                if round > 0:
                    times[name].append(seconds)
        print(" ".join(["trec_eval"] + files) + (": same bytes" if len(set(outputs)) == 1 else ": OTHER BYTES"))
        for name, all in times.items():
            print(f"  {name:15} {statistics.median(all):.3f} s  ({min(all):.3f} to {max(all):.3f})")
        medians = [statistics.median(all) for all in times.values()]
        print(f"  {medians[1] / medians[0]:.1f} times as fast")
