#!/usr/bin/env python3
"""Makes measures.json: predictions and what scikit-learn and scipy say of them.

Needs numpy, scipy and scikit-learn:  python3 make_fixtures.py
"""
import json
import pathlib

import numpy
import scipy.stats
import sklearn
import sklearn.metrics as sk

random = numpy.random.default_rng(20)


def classification(name, predicted, expected, count):
    labels = list(range(count))
    options = {"zero_division": 0}
    precision, recall, f1, support = sk.precision_recall_fscore_support(
        expected, predicted, labels=labels, **options)
    metrics = {
        "accuracy": sk.accuracy_score(expected, predicted),
        "macro-f1": sk.f1_score(expected, predicted, average="macro", **options),
        "micro-f1": sk.f1_score(expected, predicted, average="micro", **options),
        "macro-precision": sk.precision_score(expected, predicted, average="macro", **options),
        "macro-recall": sk.recall_score(expected, predicted, average="macro", **options),
        "matthews": sk.matthews_corrcoef(expected, predicted),
    }
    if count == 2:
        metrics |= {
            "f1": sk.f1_score(expected, predicted, **options),
            "precision": sk.precision_score(expected, predicted, **options),
            "recall": sk.recall_score(expected, predicted, **options),
        }
    return {
        "name": name, "classCount": count, "predicted": list(map(int, predicted)),
        "expected": list(map(int, expected)), "metrics": {k: float(v) for k, v in metrics.items()},
        "confusion": sk.confusion_matrix(expected, predicted, labels=labels).ravel().tolist(),
        "labelPrecision": precision.tolist(), "labelRecall": recall.tolist(), "labelF1": f1.tolist(),
        "labelSupport": support.tolist(),
    }


def noisy(count, size, share):
    expected = random.integers(0, count, size)
    return numpy.where(random.random(size) < share, expected, random.integers(0, count, size)), expected


def regression(name, predicted, expected):
    return {
        "name": name, "predicted": list(map(float, predicted)), "expected": list(map(float, expected)),
        "metrics": {
            "pearson": float(scipy.stats.pearsonr(predicted, expected).statistic),
            "spearman": float(scipy.stats.spearmanr(predicted, expected).statistic),
            "mse": float(sk.mean_squared_error(expected, predicted)),
            "mae": float(sk.mean_absolute_error(expected, predicted)),
        },
    }


truth = random.uniform(0, 5, 60)
ties = random.integers(0, 6, 80)
rare = numpy.zeros(50, dtype=int)
rare[:3] = 1
fixtures = {
    "madeWith": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}",
    "classification": [
        classification("two classes", *noisy(2, 70, 0.6), 2),
        classification("five classes", *noisy(5, 120, 0.5), 5),
        classification("worse than chance", *(lambda p, e: (1 - p, e))(*noisy(2, 40, 0.7)), 2),
        classification("a class never predicted", numpy.where(rare == 1, 0, rare), rare, 2),
        classification("labels that do not occur", *noisy(3, 30, 0.4), 6),
    ],
    "regression": [
        regression("noise", truth + random.normal(0, 0.7, 60), truth),
        regression("ties", ties + random.integers(-1, 2, 80), ties),
        regression("falling", -3 * truth + random.normal(0, 2, 60), truth),
        regression("far from zero", 1e6 + truth * 1e-3, truth),
    ],
}
pathlib.Path(__file__).with_name("measures.json").write_text(json.dumps(fixtures) + "\n")
