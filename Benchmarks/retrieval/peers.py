#!/usr/bin/env python3
"""Trains and measures other systems of product retrieval beside ours, in one run.

    peers.py --items items.tsv --examples train.tsv --test test.tsv
    peers.py ... --qac-index .build/release/qac-index --json peers.json
    peers.py ... --only xr --branching 32 --leaf 16 --threshold 0.001 --predictions DIR
    peers.py ... --only xr --fit fit.tsv --branching 16 32 --threshold 0.1 0.3

Items are lines of `id, title[, text]`, examples lines of `query, id, count`, tab-separated, without
a header (convert.py makes them of real data). Texts are taken as they stand. Measured are P@1,
recall@10 and recall@100 over the distinct queries of --test, processor time of a query, training
time and the size of the model.

Times of queries are of one thread, one query at a time, the least of three: `search` is the search
alone, `with features` has the making of its input from the text. Training is without the making of
features. Our row has what `qac-index evaluate --json` prints under `systems`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import systems
from examples import Examples, Items, figures, read_examples, read_items
from systems import Settings, np

ROUNDS = 3
OURS = ("full", "tree", "lexical", "neighbours")
SYSTEMS = {
    "fts5": "FTS5 BM25, item text",
    "fts5-queries": "FTS5 BM25, item text and training queries",
    "neighbours": "nearest training queries, cosine cubed",
    "xr": "XR-Linear, queries",
    "xr-texts": "XR-Linear, queries and item texts",
    "omikuji": "omikuji, Bonsai-like, queries and item texts",
    "ranks": "ranks of XR-Linear with item texts and FTS5 with queries added",
}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--items", type=Path, required=True, metavar="FILE")
    add("--examples", type=Path, required=True, metavar="FILE", help="to learn from")
    add("--test", type=Path, required=True, metavar="FILE", help="to score on")
    add("--fit", type=Path, metavar="FILE",
        help="choose among several settings of XR-Linear by P@1 + recall@10 on these queries, "
        "which are then held out of --examples")  # fmt: skip
    add("--only", nargs="+", choices=list(SYSTEMS), metavar="NAME",
        help="of the others only these: " + ", ".join(SYSTEMS))  # fmt: skip
    add("--qac-index", type=Path, metavar="PROGRAM", help="also score ours with this program")
    add("--json", type=Path, metavar="FILE", help="also write all figures")
    add("--predictions", type=Path, metavar="DIR",
        help="also write each system's answers as lines of the test query's number, id, score")
    add("--threads", type=int, nargs="+", default=[1, 2], metavar="N",
        help="train with each of these; the first model is scored (1 2)")  # fmt: skip
    default = Settings()
    of = parser.add_argument_group("settings of XR-Linear").add_argument
    of("--words", type=int, default=default.words, help="longest n-gram of words (2)")
    of("--characters", type=int, default=default.characters,
       help="length of the n-grams of characters, 0 for none (3)")  # fmt: skip
    of("--branching", type=int, nargs="+", default=[default.branching], help="children (16)")
    of("--leaf", type=int, nargs="+", default=[default.leaf], help="items of a cluster (100)")
    of("--cost", type=float, nargs="+", default=[default.cost], help="C of the SVM (1)")
    of("--threshold", type=float, nargs="+", default=[default.threshold],
       help="smaller weights are dropped (0.1)")  # fmt: skip
    of("--negatives", choices=("tfn", "man", "tfn+man"), default=default.negatives,
       help="teacher-forced, matcher-aware or both (tfn)")  # fmt: skip
    of("--counted", action="store_true", help="weight examples by their counts")
    of("--beam", type=int, default=default.beam, help="nodes kept on each level (50)")
    of("--post", default=default.post, help="post-processor of margins (l3-hinge)")
    of("--seed", type=int, default=default.seed, help="of the clusters (1)")
    arguments = parser.parse_args()
    lists = (arguments.branching, arguments.leaf, arguments.cost, arguments.threshold)
    if any(len(values) > 1 for values in lists) and not arguments.fit:
        parser.error("several values of a setting need --fit to choose among them")
    return arguments


def every_settings(arguments: argparse.Namespace) -> list[Settings]:
    same = {
        name: getattr(arguments, name)
        for name in ("words", "characters", "negatives", "counted", "beam", "post", "seed")
    }
    return [
        Settings(branching=branching, leaf=leaf, cost=cost, threshold=threshold, **same)
        for branching, leaf, cost, threshold in itertools.product(
            arguments.branching, arguments.leaf, arguments.cost, arguments.threshold
        )
    ]


def choose(arguments: argparse.Namespace, items: Items, examples: Examples) -> Settings:
    """The settings that do best on the queries of --fit."""
    several = every_settings(arguments)
    if not arguments.fit or len(several) == 1:
        return several[0]
    fit = read_examples(arguments.fit, items)
    learned = {query: of for query, of in examples.items() if query not in fit}
    if not learned:
        sys.exit("peers.py: --fit holds all queries of --examples; give a part of them")
    vectors = systems.Vectors(items, learned, True, several[0])
    inputs = [vectors.of([query]) for query in fit]
    best, most = several[0], -1.0
    for settings in several:
        system = systems.XRLinear(vectors, settings, arguments.threads[0])
        found = figures(fit, [systems.answer(system, query) for query in inputs])
        print(json.dumps({**asdict(settings), **found}), file=sys.stderr, flush=True)
        if found["p1"] + found["recall10"] > most:
            best, most = settings, found["p1"] + found["recall10"]
    return best


def percentiles(nanoseconds: list[int]) -> dict[str, float]:
    return {f"p{p}": round(float(np.percentile(nanoseconds, p)) / 1e6, 4) for p in (50, 99)}


def milliseconds(system: Any, test: Examples) -> dict[str, dict[str, float]]:
    """Of the search alone and with the making of its input."""
    search: list[int] = []
    both: list[int] = []
    for query in test:
        least = [sys.maxsize, sys.maxsize]
        for _ in range(ROUNDS):
            # Of the process, not of the thread: omikuji answers in a thread of its own.
            begin = time.process_time_ns()
            made = system.input(query)
            middle = time.process_time_ns()
            system.search(made)
            end = time.process_time_ns()
            least = [min(least[0], end - middle), min(least[1], end - begin)]
        search.append(least[0])
        both.append(least[1])
    return {"search": percentiles(search), "with_features": percentiles(both)}


def measure(system: Any, test: Examples, again: Callable[[int], Any] | None, threads: list[int]):
    """All figures of a trained system, and its answers; `again` trains it with more threads."""
    answers = [systems.answer(system, system.input(query)) for query in test]
    trainings = {threads[0]: system.training}
    if again:
        trainings |= {n: again(n).training for n in threads[1:]}
    row = {
        **figures(test, answers),
        "queries": len(test),
        "milliseconds": milliseconds(system, test),
        "training_seconds": {str(n): round(t.seconds, 3) for n, t in trainings.items()},
        "training_processor_seconds": {
            str(n): round(t.processor, 3) for n, t in trainings.items()
        },
        "model_bytes": system.bytes,
    }  # fmt: skip
    return row, answers


def write_predictions(path: Path, items: Items, answers: list) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for number, answer in enumerate(answers, 1):
                file.writelines(f"{number}\t{items.ids[i]}\t{s:.9g}\n" for i, s in answer)
    except OSError as error:
        sys.exit(f"peers.py: cannot write: {error}; choose another directory for --predictions")


def ours(arguments: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """What `qac-index evaluate` prints of our systems; empty, with a word on why, if it cannot."""
    command = [arguments.qac_index, "evaluate", "--items", arguments.items, "--examples",
               arguments.examples, "--test", arguments.test, "--times", "--json"]  # fmt: skip
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = json.loads(said)["systems"]
        return {f"ours: {name}": found[name] for name in OURS if name in found}
    except OSError as error:
        reason = f"{error}; build it with `swift build -c release`"
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or [f"status {error.returncode}"])[-1]
    except (ValueError, KeyError, TypeError):
        reason = "it did not print a JSON object with `systems`"
    print(f"peers.py: our system is left out: {reason}", file=sys.stderr)
    return {}


def pair(times: Any) -> str:
    try:
        return f"{times['p50']:.3f} / {times['p99']:.3f}"
    except (KeyError, TypeError, ValueError):
        return "-"


def table(found: dict[str, dict[str, Any]], threads: list[int]) -> str:
    heads = ["system", "P@1", "recall@10", "recall@100", "search p50 / p99, ms",
             "with features, ms", *(f"training, {n} threads, s" for n in threads),
             "model, MB"]  # fmt: skip
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for name, row in found.items():
        times = row.get("milliseconds") or {}
        seconds = row.get("training_seconds") or {}
        cells = [SYSTEMS.get(name, name)]
        cells += [f"{row[key]:.3f}" for key in ("p1", "recall10", "recall100")]
        cells += [pair(times.get("search")), pair(times.get("with_features"))]
        cells += [f"{seconds[str(n)]:.2f}" if str(n) in seconds else "-" for n in threads]
        cells += [f"{row['model_bytes'] / 1e6:.2f}" if "model_bytes" in row else "-"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines).replace("1 threads", "1 thread")


def main() -> None:
    arguments = parse_arguments()
    items = read_items(arguments.items)
    examples = read_examples(arguments.examples, items)
    test = read_examples(arguments.test, items)
    settings = choose(arguments, items, examples)
    first = arguments.threads[0]
    wanted = set(arguments.only or SYSTEMS)

    vectors: dict[bool, systems.Vectors] = {}

    def vectors_of(texts: bool) -> systems.Vectors:
        if texts not in vectors:
            vectors[texts] = systems.Vectors(items, examples, texts, settings)
        return vectors[texts]

    trained: dict[str, Any] = {}

    def system_of(name: str, threads: int = first) -> Any:
        """A system, trained once with the first number of threads."""
        if threads == first and name in trained:
            return trained[name]
        if name == "fts5":
            system = systems.FTS5(items, None)
        elif name == "fts5-queries":
            system = systems.FTS5(items, examples)
        elif name == "neighbours":
            system = systems.Neighbours(vectors_of(False))
        elif name in ("xr", "xr-texts"):
            system = systems.XRLinear(vectors_of(name == "xr-texts"), settings, threads)
        elif name == "omikuji":
            system = systems.Omikuji(vectors_of(True), settings, threads)
        else:
            system = systems.AddedRanks([system_of("xr-texts"), system_of("fts5-queries")])
        if threads == first:
            trained[name] = system
        return system

    found: dict[str, dict[str, Any]] = {}
    for name in SYSTEMS:
        if name not in wanted:
            continue
        print(f"peers.py: {SYSTEMS[name]}", file=sys.stderr, flush=True)
        threaded = name in ("xr", "xr-texts", "omikuji")
        again = (lambda n, name=name: system_of(name, n)) if threaded else None
        found[name], answers = measure(system_of(name), test, again, arguments.threads)
        if arguments.predictions:
            write_predictions(arguments.predictions / f"{name}.tsv", items, answers)
    if arguments.qac_index:
        found |= ours(arguments)
    print(table(found, arguments.threads))
    if arguments.json:
        result = {
            "items": len(items.ids),
            "training_queries": len(examples),
            "training_pairs": sum(map(len, examples.values())),
            "test_queries": len(test),
            "settings": asdict(settings),
            "feature_seconds": {
                "queries and item texts" if texts else "queries": round(v.making.seconds, 3)
                for texts, v in vectors.items()
            },
            "systems": found,
        }
        try:
            arguments.json.write_text(json.dumps(result, indent=2) + "\n")
        except OSError as error:
            sys.exit(f"peers.py: cannot write: {error}; choose another file for --json")


if __name__ == "__main__":
    main()
