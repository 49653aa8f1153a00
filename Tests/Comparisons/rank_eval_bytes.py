"""Made-up runs and judgements through braid rank-eval and trec_eval, with options drawn at random: do bytes and status agree?

    python rank_eval_bytes.py BRAID TREC_EVAL [CASES=1000] [SEED=1]

TREC_EVAL is the program trec_eval 9.0.8, or one made as Tests/EvaluationTests/Fixtures/ranking/trec_eval_main.c says.
Scores tie, differ beyond single precision or have exponents; levels are graded or negative; queries are missing on either
side; lines are shuffled. trec_eval itself breaks off where all judgements of a query are below zero (it counts levels in
an array that then has no place for any): such cases are counted apart.
"""
import os
import random
import subprocess
import sys
import tempfile

if len(sys.argv) < 3:
    sys.exit(__doc__)
braid, trec_eval = map(os.path.abspath, sys.argv[1:3])
cases = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
generator = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)

MEASURES = """map gm_map P P.3,7 recall.5,20 ndcg ndcg.1=3,2=0 ndcg_cut ndcg_cut.10,3 ndcg_rel Rndcg bpref gm_bpref
recip_rank iprec_at_recall iprec_at_recall.10,50 iprec_at_recall.0.1,.35 success success.2,4 11pt_avg 11pt_avg.0.2,0.4
Rprec Rprec_mult Rprec_mult.0.3,1.7 utility utility.1,-1,0,0 utility.2,-1,-.5,0.1 infAP map_cut map_cut.3 relative_P
relative_P.5 set_P set_recall set_F set_F.0.5 set_F.2 set_map set_relative_P num_ret num_rel num_rel_ret num_q
num_nonrel_judged_ret runid relstring relstring.5 binG G G.1=2,2=5 yaap success.1,1000000 all_trec official set
P.0 P.-1 P.abc P.5, ndcg_cut.1,1 iprec_at_recall.2 no_such_measure""".split()


def maybe(chance):
    return generator.random() < chance


def lines_of(queries, documents, line):
    lines = []
    for query in queries:
        if maybe(0.15):
            continue
        chosen = generator.sample(documents, generator.randint(1, len(documents)))
        lines += [line(query, document, place) for place, document in enumerate(chosen)]
    if maybe(0.4):
        generator.shuffle(lines)
    return lines


def judgement(query, document, _):
    return f"{query} {generator.choice(('0', 'Q0'))} {document} {generator.choice((0, 0, 0, 1, 1, 2, 3, 5, -1, -2))}\n"


def result(query, document, place):
    score = generator.choice((
        str(generator.randint(0, 3)), f"{generator.random():.6f}", f"1e{generator.randint(-40, 40)}",
        f"-{generator.randint(0, 9)}", f"{1 + generator.randint(0, 3) * 1e-8:.9f}", ".5", "5."))
    return f"{query} Q0 {document} {place} {score} made\n"


def options():
    chosen = [letter for letter in ("-q", "-c", "-n", "-J") if maybe(0.35)]
    if maybe(0.2):
        chosen += generator.choice((["-l2"], ["-l", str(generator.randint(0, 4))]))
    if maybe(0.2):
        chosen += ["-M", generator.choice(("1", "3", "10", "1000"))]
    if maybe(0.15):
        chosen += ["-N", generator.choice(("10", "100000"))]
    for _ in range(generator.choice((0, 1, 1, 2, 3))):
        chosen += ["-m", generator.choice(MEASURES)]
    return chosen


def has_only_negative(lines):
    highest = {}
    for line in lines:
        query, _, _, level = line.split()
        highest[query] = max(highest.get(query, -9), int(level))
    return any(level < 0 for level in highest.values())


differ = apart = 0
with tempfile.TemporaryDirectory() as folder:
    for case in range(cases):
        queries = generator.sample([f"q{n}" for n in range(1, 12)] + ["9", "10", "101"], generator.randint(1, 8))
        documents = [f"d{n}" for n in range(generator.choice((3, 20, 60)))]
        # A file without lines is refused by one and taken by the other.
        qrels = lines_of(queries, documents, judgement) or [judgement(queries[0], "d0", 0)]
        run = lines_of(queries + ["unjudged"] * maybe(0.3), documents, result) or [result(queries[0], "d0", 0)]
        for name, lines in ("qrels", qrels), ("run", run):
            with open(f"{folder}/{name}", "w") as file:
                file.writelines(lines)
        arguments = options()
        ours, theirs = (
            subprocess.run(command + arguments + ["qrels", "run"], cwd=folder, capture_output=True)
            for command in ([braid, "rank-eval"], [trec_eval]))
        if (ours.stdout, ours.returncode) == (theirs.stdout, theirs.returncode):
            continue
        if has_only_negative(qrels) and theirs.returncode in (4, -11):
            apart += 1
            continue
        differ += 1
        print("differs:", " ".join(arguments), "status", ours.returncode, theirs.returncode, ours.stderr.decode()[-200:])
        for number, (mine, other) in enumerate(zip(ours.stdout.split(b"\n"), theirs.stdout.split(b"\n")), 1):
            if mine != other:
                print(f"  line {number}: {mine!r} for {other!r}")
                break
print(f"{cases - differ - apart} of {cases} alike, {differ} differ, trec_eval broke off in {apart}")
sys.exit(differ > 0)
