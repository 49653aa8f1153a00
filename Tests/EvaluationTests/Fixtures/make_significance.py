"""Makes significance.json: SciPy's paired t-test and exact randomisation test of made-up figures.

    python make_significance.py > significance.json
"""

import json

import numpy
import scipy.stats

random = numpy.random.default_rng(20)
cases = []
for count, shift, exact in [(2, 0.5, True), (5, 0.1, True), (12, 0.05, True), (50, 0.02, False),
                            (300, 0.0, False), (1000, 0.05, False), (40, 5.0, False)]:
    first = random.random(count).round(4)
    second = (first + random.normal(shift, 0.3, count)).round(4)
    test = scipy.stats.ttest_rel(second, first)
    case = {"first": first.tolist(), "second": second.tolist(), "t": test.statistic, "p": test.pvalue}
    if exact:
        permuted = scipy.stats.permutation_test(
            (second, first), lambda a, b: numpy.mean(a - b), permutation_type="samples", n_resamples=numpy.inf)
        case["randomisation"] = permuted.pvalue
    cases.append(case)
print(json.dumps(cases))
