#!/usr/bin/env python3
"""Makes labelling.json: labels of words and what seqeval, which counts as conlleval does, says of them; and sets of
labels, with what scikit-learn says of them; and answers, with their exact match and F1 by the rules of SQuAD 1.1's
evaluation (Rajpurkar et al. 2016), checked against torchmetrics. That follows 2.0 where no word is left of an answer: F1 is
then 1 for nothing beside nothing, and in 1.1 it is 0, as no word is shared.

Needs numpy, scikit-learn, seqeval and torchmetrics:  python3 make_labelling.py
"""
import importlib.metadata
import collections
import json
import pathlib
import re
import string

import numpy
import sklearn
import sklearn.metrics as sk
import seqeval.metrics as seq
import torchmetrics
from torchmetrics.functional.text import squad

random = numpy.random.default_rng(6)


def fixture(name, labels, share, sequences=60):
    """Random labels, of which `share` are predicted right; with runs, so that there are entities of several words."""
    def draw(length):
        ids = []
        for _ in range(length):
            repeats = ids and random.random() < 0.4
            ids.append(ids[-1] if repeats else int(random.integers(len(labels))))
        return ids

    expected = [draw(int(random.integers(1, 15))) for _ in range(sequences)]
    predicted = [
        [label if random.random() < share else int(random.integers(len(labels))) for label in row]
        for row in expected
    ]
    names = [[[labels[label] for label in row] for row in rows] for rows in (expected, predicted)]
    return {
        "name": name, "labels": labels, "expected": expected, "predicted": predicted,
        "metrics": {
            "entity-f1": float(seq.f1_score(*names)),
            "entity-precision": float(seq.precision_score(*names)),
            "entity-recall": float(seq.recall_score(*names)),
            "accuracy": float(seq.accuracy_score(*names)),
        },
        # [sequence, type, first word, last word]
        "entities": [
            [number, kind, first, last]
            for number, row in enumerate(names[0])
            for kind, first, last in seq.sequence_labeling.get_entities(row)
        ],
    }


def sets(name, expected, predicted):
    """From tables of 0 and 1, a column a label."""
    metrics = {"subset-accuracy": sk.accuracy_score(expected, predicted)}
    for average in ("micro", "macro"):
        for measure, score in (("f1", sk.f1_score), ("precision", sk.precision_score), ("recall", sk.recall_score)):
            metrics[f"{average}-{measure}"] = score(expected, predicted, average=average, zero_division=0)
    return {
        "name": name, "labelCount": expected.shape[1], "metrics": {k: float(v) for k, v in metrics.items()},
        "expected": [numpy.flatnonzero(row).tolist() for row in expected],
        "predicted": [numpy.flatnonzero(row).tolist() for row in predicted],
    }


def table(rows, columns, share):
    return (random.random((rows, columns)) < share).astype(int)


def flipped(labels, share):
    return numpy.where(random.random(labels.shape) < share, 1 - labels, labels)


def answer_words(text):
    kept = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def answer(predicted, expected):
    words = answer_words(predicted)
    exact, best = 0.0, 0.0
    for text in expected:
        others = answer_words(text)
        shared = sum((collections.Counter(words) & collections.Counter(others)).values())
        exact = max(exact, float(words == others))
        best = max(best, 2 * shared / (len(words) + len(others)) if shared else 0.0)
    if words and all(map(answer_words, expected)):
        scores = squad(
            {"prediction_text": predicted, "id": "0"},
            {"answers": {"answer_start": [0] * len(expected), "text": expected}, "id": "0"})
        assert scores["exact_match"] == 100 * exact and abs(scores["f1"] - 100 * best) < 1e-4
    return {"predicted": predicted, "expected": expected, "exact": exact, "f1": best}


def random_answers(count):
    pool = [
        "the", "The", "a", "An", "an", "cat", "Cat's", "cats", "well-known", "U.S.", "$5,000", "1,000", "...", "“the”",
        "naïve", "ÉCOLE", "école", "a\u0301", "don't", "1990s", "東京", "x_y", "the-end", "and", "of", "½", "\u00a0", "é",
        "İ", "ß", "theatre", "(a)", "a/b",
    ]
    for _ in range(count):
        texts = [
            " ".join(random.choice(pool) for _ in range(random.integers(0, 6))) for _ in range(random.integers(2, 5))
        ]
        yield answer(texts[0], texts[1:])


some = table(80, 6, 0.4)
rare = table(80, 6, 0.05)
rare[:, 3] = 0
BIO = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
fixtures = {
    "madeWith": f"seqeval {importlib.metadata.version('seqeval')}, scikit-learn {sklearn.__version__}, "
    f"torchmetrics {torchmetrics.__version__}",
    "answers": [
        answer("The Cat!", ["cat"]), answer("a", ["the"]), answer("", ["x"]), answer("in 1990", ["1990", "in the 1990s"]),
        *random_answers(300),
    ],
    "sets": [
        sets("mostly right", some, flipped(some, 0.1)),
        sets("mostly wrong", some, flipped(some, 0.6)),
        sets("rare labels, one of them never", rare, numpy.where(rare == 1, flipped(rare, 0.5), rare)),
        sets("nothing predicted", some, some * 0),
        sets("nothing expected or predicted", some * 0, some * 0),
    ],
    "sequences": [
        fixture("BIO, mostly right", BIO, 0.8),
        fixture("BIO, mostly wrong", BIO, 0.2),
        fixture("I- alone, as in CoNLL-2003's own files", ["O", "I-PER", "I-LOC", "B-PER"], 0.6),
        fixture("IOBES", ["O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y"], 0.6),
        fixture("types with hyphens", ["O", "B-GPE-city", "I-GPE-city", "I-GPE-land"], 0.5),
        fixture("nothing right", ["O", "B-A", "I-B"], 0.0, sequences=3),
    ],
}
pathlib.Path(__file__).with_name("labelling.json").write_text(json.dumps(fixtures) + "\n")
