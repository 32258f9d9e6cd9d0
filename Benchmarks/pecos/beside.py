#!/usr/bin/env python3
"""PECOS beside our engine in one run: latency, training, size and memory on the same split.

    beside.py --tools .build/release --bench Benchmarks/.build/release/qac-bench \\
        shop=data/shop-simulated.events.tsv.gz
    beside.py ... 'hr=wiki-hr.pairs.tsv.gz --format pairs --count-scale 0.1 --count-cap 300'

Each log is a name, the file, and flags of `qac-index evaluate`. Its learning part is exported, and both
systems learn from these files: PECOS with the paper's settings (evaluate.py), ours with
`qac-index build --format pairs`. Then the scored requests are asked of both in turn, one by one: PECOS's
compiled search alone, with its features in Python, our index alone, and all our sources with the
ranker. Times are processor time of one thread, the least of three.

Ours is trained as two indexes, one to fit the ranker; what compares with PECOS's clustering and
classifiers are the phases `tree` and `classifiers` of one. Peak memory is the whole process's for both.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from exported import Labels, Observation, Request, figures, read
from hybrid import TIMED, Examples, Pecos, Search, Training

PAPER = Training(depth=1, leaf=100, samples=1, cp=1.0, threshold=0.1, counted=False)
BEAM = Search(beam=10, post="l3-hinge")
THREADS = 2
ROUNDS = 3


@dataclass
class Ours:
    """What `qac-index build` took."""

    seconds: float
    training_seconds: float
    processor_seconds: float
    peak_bytes: int
    index_bytes: int


def build(tools: Path, learned: Path, out: Path) -> Ours:
    """Builds our index of `learned`."""
    command = [tools / "qac-index", "build", "--format", "pairs", "--threads", str(THREADS),
               "--log", learned, "--out", out]  # fmt: skip
    before = time.perf_counter()
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(command, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - before
        errors.seek(0)
        said = errors.read()
    if status != 0:
        sys.exit(f"beside.py: qac-index build failed:\n{said}")
    phases = dict(re.findall(r"^(.+): done in ([0-9.]+) s$", said, re.MULTILINE))
    training = float(phases["tree"]) + float(phases["classifiers"])
    processor = usage.ru_utime + usage.ru_stime
    return Ours(seconds, training, processor, usage.ru_maxrss * 1024, out.stat().st_size)


def percentiles(nanoseconds: list[int]) -> dict[str, float]:
    return {f"p{p}": round(float(np.percentile(nanoseconds, p)) / 1e3, 1) for p in (50, 99)}


def in_turn(
    system: Pecos, requests: list[Request], answerer: subprocess.Popen[str]
) -> dict[str, dict[str, float]]:
    """Microseconds of each system, on every request in turn."""
    times: dict[str, list[int]] = {"predict": [], "end to end": [], "index": [], "full": []}
    for request in requests:
        best = [sys.maxsize, sys.maxsize]
        for _ in range(ROUNDS):
            begin = time.thread_time_ns()
            inputs = system.featurizer.transform([(request.previous, request.prefix)])
            middle = time.thread_time_ns()
            system.predict(inputs, BEAM, threads=1)
            end = time.thread_time_ns()
            best = [min(best[0], end - middle), min(best[1], end - begin)]
        answerer.stdin.write(f"{request.previous}\t{request.prefix}\n")
        answerer.stdin.flush()
        index, full, _ = answerer.stdout.readline().split()
        for name, value in zip(times, [*best, int(index), int(full)]):
            times[name].append(value)
    return {name: percentiles(values) for name, values in times.items()}


def measure(name: str, log: list[str], tools: Path, bench: Path) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder)
        subprocess.run(
            [tools / "qac-index", "evaluate", "--quiet", "--log", *log, "--keys", "0",
             "--export", export],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        ours = build(tools, export / "learn.tsv", export / "ours.qaci")
        learned = [Observation(a, b, int(n)) for a, b, n in read(export / "learn.tsv")]
        requests = [Request(*fields) for fields in read(export / "requests.tsv")]
        labels = Labels(learned)
        examples = Examples(learned, labels, PAPER.samples, 1)
        system = Pecos(examples, labels, PAPER, 1, THREADS)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        timed = requests[:: max(1, len(requests) // TIMED)]
        with subprocess.Popen(
            [bench, "answer", export / "ours.qaci"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as answerer:  # fmt: skip
            times = in_turn(system, timed, answerer)
            answerer.stdin.close()
        return {
            "log": name, "labels": len(labels.texts), "examples": len(learned),
            "requests": len(timed), "microseconds": times,
            "pecos": {
                "training_seconds": round(system.training_seconds, 2),
                "training_processor_seconds": round(system.training_processor_seconds, 2),
                "feature_seconds": round(system.feature_seconds, 2),
                "peak_bytes": peak, "model_bytes": system.bytes,
            },
            "ours": {
                "training_seconds": ours.training_seconds, "build_seconds": round(ours.seconds, 2),
                "build_processor_seconds": round(ours.processor_seconds, 2),
                "peak_bytes": ours.peak_bytes, "index_bytes": ours.index_bytes,
            },
        }  # fmt: skip


def table(rows: list[dict]) -> str:
    lines = [
        "| log | labels | PECOS search p50 / p99 | with its features | our index p50 / p99 "
        "| all sources p50 / p99 | search ratio at p50 | all sources |",
        "|" + "---|" * 8,
    ]
    for row in rows:
        t = row["microseconds"]
        pair = {name: f"{t[name]['p50']:.1f} / {t[name]['p99']:.1f}" for name in t}
        lines.append(
            f"| {row['log']} | {row['labels']:,} | {pair['predict']} | {pair['end to end']} "
            f"| {pair['index']} | {pair['full']} | {t['predict']['p50'] / t['index']['p50']:.1f} "
            f"| {t['predict']['p50'] / t['full']['p50']:.1f} |"
        )
    lines += [
        "",
        "| log | examples | PECOS training, s | ours, s | ratio | our whole build, s "
        "| processor time: PECOS training / our whole build, s | peak memory, MB | model / index, MB |",
        "|" + "---|" * 9,
    ]
    for row in rows:
        p, o = row["pecos"], row["ours"]
        lines.append(
            f"| {row['log']} | {row['examples']:,} | {p['training_seconds']:.1f} "
            f"| {o['training_seconds']:.1f} "
            f"| {p['training_seconds'] / max(0.05, o['training_seconds']):.1f} "
            f"| {o['build_seconds']:.1f} "
            f"| {p['training_processor_seconds']:.1f} / {o['build_processor_seconds']:.1f} "
            f"| {p['peak_bytes'] / 1e6:.0f} / {o['peak_bytes'] / 1e6:.0f} "
            f"| {p['model_bytes'] / 1e6:.1f} / {o['index_bytes'] / 1e6:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--tools", type=Path, required=True, help="directory of the product's release build")
    add("--bench", type=Path, required=True, help="the program qac-bench")
    add("--json", type=Path, metavar="FILE", help="also write all figures")
    add("--one", action="store_true", help=argparse.SUPPRESS)
    add("logs", nargs="+", metavar="NAME=FILE [flag ...]")
    arguments = parser.parse_args()
    rows = []
    for log in arguments.logs:
        name, _, words = log.partition("=")
        if arguments.one:
            print(json.dumps(measure(name, shlex.split(words), arguments.tools, arguments.bench)))
            return
        # A process for each log: peak memory never falls.
        said = subprocess.run(
            [sys.executable, __file__, "--one", "--tools", arguments.tools, "--bench",
             arguments.bench, log],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip
        rows.append(json.loads(said.splitlines()[-1]))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(table(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
