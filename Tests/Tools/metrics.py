#!/usr/bin/env python3
"""Holds the metrics of `arcface evaluate` against scikit-learn's.

    pip install numpy scipy scikit-learn
    metrics.py SCORES.tsv REPORT.json    # of: arcface evaluate ... --scores SCORES.tsv --json > REPORT.json
    metrics.py --make                    # writes metrics_reference.json, which the Swift tests read

Figures that differ by more than 1e-6 are printed and make the exit status 1. The equal error rate is where the ROC
curve of scikit-learn crosses the line of equal errors, found by bisection; a true accept rate at a false accept rate is
that of the last point of the curve at or under the rate.
"""
import json
import os
import sys

import numpy as np
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.metrics import accuracy_score, roc_auc_score, roc_curve

RATES = {"1e-2": 1e-2, "1e-3": 1e-3, "1e-4": 1e-4}
REFERENCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics_reference.json")


def figures(same, scores):
    far, tar, thresholds = roc_curve(same, scores, drop_intermediate=False)
    impostors = int((same == 0).sum())
    cuts = np.concatenate([thresholds[1:], [-np.inf]])
    return {
        "auc": float(roc_auc_score(same, scores)),
        "eer": float(brentq(lambda x: 1 - x - interp1d(far, tar)(x), 0, 1, xtol=1e-14)),
        "accuracy": float(max(accuracy_score(same, scores >= cut) for cut in np.append(cuts, np.inf))),
        "tar": {name: float(tar[far <= rate * (1 + 1e-9)].max()) if impostors * rate >= 1 - 1e-9 else None
                for name, rate in RATES.items()},
        "roc": [[float(x), float(y)] for x, y in zip(far, tar)],
    }


def cases():
    generator = np.random.default_rng(11)

    def case(name, genuine, impostors, digits=None):
        scores = np.concatenate([genuine, impostors]).astype(np.float32)
        if digits is not None:
            scores = np.round(scores, digits).astype(np.float32)
        same = np.concatenate([np.ones(len(genuine), int), np.zeros(len(impostors), int)])
        order = generator.permutation(len(scores))
        return name, same[order], np.clip(scores[order], -1, 1)

    def normal(mean, deviation, count):
        return generator.normal(mean, deviation, count)

    yield case("two normal distributions", normal(0.6, 0.15, 300), normal(0.05, 0.12, 1_200))
    yield case("full of ties", normal(0.5, 0.2, 250), normal(0.2, 0.2, 250), digits=1)
    yield case("few distinct scores", normal(0.4, 0.4, 100), normal(0.2, 0.4, 150), digits=0)
    yield case("more genuine than impostor", normal(0.5, 0.1, 900), normal(0.45, 0.1, 100), digits=2)
    yield case("hardly to be told apart", normal(0.1, 0.2, 400), normal(0.1, 0.2, 400))
    yield case("wrong way round", normal(0.0, 0.1, 60), normal(0.5, 0.1, 60))
    yield case("faces not found", np.concatenate([normal(0.6, 0.1, 95), -np.ones(5)]),
               np.concatenate([normal(0.0, 0.1, 190), -np.ones(10)]))


def make():
    reference = [{"name": name, "same": same.tolist(), "scores": [float(s) for s in scores],
                  "figures": figures(same, scores)} for name, same, scores in cases()]
    for case in reference:
        # The curve as every so many points one keeps the file small.
        case["figures"]["roc"] = case["figures"]["roc"][::max(1, len(case["figures"]["roc"]) // 20)]
    with open(REFERENCE, "w") as file:
        json.dump(reference, file)
        file.write("\n")


def compare(table, report):
    rows = [line.rstrip("\n").split("\t") for line in open(table)][1:]
    same, scores = np.array([int(r[2]) for r in rows]), np.array([np.float32(r[3]) for r in rows])
    expected = figures(same, scores)
    found = json.load(open(report))
    pairs = [(key, expected[key], found.get(key)) for key in ("auc", "eer")]
    pairs += [("tar at " + name, value, found["tar"][name]) for name, value in expected["tar"].items()]
    if not found["folds"]:
        pairs.append(("accuracy", expected["accuracy"], found["accuracy"]))
    wrong = 0
    for name, value, ours in pairs:
        agrees = value is ours if value is None or ours is None else abs(value - ours) <= 1e-6
        print(f"{name:12} scikit-learn {value}  arcface {ours}" + ("" if agrees else "  DIFFERS"))
        wrong += not agrees
    return wrong


if __name__ == "__main__":
    if sys.argv[1:] == ["--make"]:
        make()
    elif len(sys.argv) == 3:
        sys.exit(1 if compare(*sys.argv[1:]) else 0)
    else:
        sys.exit(__doc__)
