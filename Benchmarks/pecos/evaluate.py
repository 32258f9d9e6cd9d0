#!/usr/bin/env python3
"""Measures the published system on the requests of `qac-index evaluate --export DIR`.

    evaluate.py DIR                                  the paper's settings, trie of depth 1
    evaluate.py DIR --depth 1 2 --beam 10 50         the best of these on fit.tsv, then scored
    evaluate.py DIR --row pecos.json                 also a row for `qac-index evaluate --pecos`
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from exported import Labels, Observation, Request, figures, read
from hybrid import Examples, Pecos, Search, Training


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Settings that are given several values are chosen by MRR@10 on fit.tsv.",
    )
    parser.add_argument("export", type=Path, metavar="DIR", help="written by evaluate --export")
    add = parser.add_argument
    add("--depth", type=int, nargs="+", default=[1], help="levels of the trie (1)")
    add("--leaf", type=int, nargs="+", default=[100], help="labels of a cluster at most (100)")
    add("--samples", type=int, nargs="+", default=[1], help="prefixes an observation (1)")
    add("--cp", type=float, nargs="+", default=[1.0], help="weight of positives (1)")
    add("--threshold", type=float, nargs="+", default=[0.1], help="drop smaller weights (0.1)")
    add("--counted", type=int, nargs="+", default=[0], choices=[0, 1],
        help="weight examples by their number (0)")  # fmt: skip
    add("--beam", type=int, nargs="+", default=[10], help="nodes kept on each level (10)")
    add("--post", nargs="+", default=["l3-hinge"], help="post-processor of margins (l3-hinge)")
    add("--seed", type=int, default=1, help="of sampled prefixes and clusters (1)")
    add("--threads", type=int, default=os.cpu_count(), help="of training (all)")
    add("--row", type=Path, metavar="FILE", help="write the ranks of all requests as JSON")
    add("--json", action="store_true", help="print one JSON object instead of a row")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    learned = [Observation(a, b, int(n)) for a, b, n in read(arguments.export / "learn.tsv")]
    requests = [Request(*fields) for fields in read(arguments.export / "requests.tsv")]
    labels = Labels(learned)
    trainings = [
        Training(depth, leaf, samples, cp, threshold, bool(counted))
        for samples, depth, leaf, cp, threshold, counted in itertools.product(
            arguments.samples, arguments.depth, arguments.leaf, arguments.cp,
            arguments.threshold, arguments.counted,
        )
    ]  # fmt: skip
    searches = [Search(*pair) for pair in itertools.product(arguments.beam, arguments.post)]
    chooses = len(trainings) * len(searches) > 1
    fit = [Request(*f) for f in read(arguments.export / "fit.tsv")] if chooses else []

    tried: list[dict[str, object]] = []
    best: tuple[float, Training, Search, Pecos] | None = None
    examples: Examples | None = None
    for i, training in enumerate(trainings):
        if examples is None or trainings[i - 1].samples != training.samples:
            examples = Examples(learned, labels, training.samples, arguments.seed)
        system = Pecos(examples, labels, training, arguments.seed, arguments.threads)
        for search in searches:
            mrr = 0.0
            if chooses:
                mrr = figures(system.answers(fit, search, arguments.threads)).mrr10
                tried.append({**asdict(training), **asdict(search), "fit_mrr10": round(mrr, 4)})
                print(json.dumps(tried[-1]), file=sys.stderr, flush=True)
            if best is None or mrr > best[0]:
                best = (mrr, training, search, system)
    assert best is not None
    _, training, search, system = best
    answers = list(system.answers(requests, search, arguments.threads))
    found = figures(answers)
    popular = figures(map(labels.popular, requests))
    times = system.microseconds(requests, search)

    if arguments.row:
        row = {
            "system": "pecos",
            "digest": json.loads((arguments.export / "export.json").read_text())["digest"],
            "settings": {**asdict(training), **asdict(search), "seed": arguments.seed},
            "mrr10": found.mrr10,
            "ranks": [rank or 0 for rank, _ in answers],
            "suggestions": [number for _, number in answers],
        }
        arguments.row.write_text(json.dumps(row) + "\n")

    if arguments.json:
        result = {
            "settings": {**asdict(training), **asdict(search), "seed": arguments.seed},
            "pecos": asdict(found),
            "popular": asdict(popular),
            "labels": len(labels.texts),
            "training_seconds": round(system.training_seconds, 2),
            "training_processor_seconds": round(system.training_processor_seconds, 2),
            "feature_seconds": round(system.feature_seconds, 2),
            "threads": arguments.threads,
            "microseconds": times,
            "model_bytes": system.bytes,
            "tried_on_fit": tried,
        }
        print(json.dumps(result, indent=2))
        return
    columns = "system, MRR@10, top 1, top 3, top 10, empty, training, predict p50 / p99, model"
    print("| " + columns.replace(",", " |") + " |")
    print("|---" * 9 + "|")
    print(
        f"| PECOS, depth {training.depth}, beam {search.beam} | {found.mrr10:.4f} "
        f"| {found.success1:.1%} | {found.success3:.1%} | {found.success10:.1%} "
        f"| {found.empty:.1%} | {system.training_seconds:.1f} s "
        f"| {times['predict_p50']:.0f} / {times['predict_p99']:.0f} us "
        f"| {system.bytes / 1e6:.1f} MB |"
    )
    print(
        f"| most popular | {popular.mrr10:.4f} | {popular.success1:.1%} | {popular.success3:.1%} "
        f"| {popular.success10:.1%} | {popular.empty:.1%} | - | - | - |"
    )


if __name__ == "__main__":
    main()
