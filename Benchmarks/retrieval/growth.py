#!/usr/bin/env python3
"""Measures how retrieval grows with the number of items of a simulated shop.

    growth.py --bin .build/release [--sizes 6600 100000 1000000] [--users 2500] [--json FILE]

For each size it simulates a shop of as many items, whose log and clicks are the same people's,
builds an index of the items and clicks, and serves it. Measured are seconds of the build by the
clock and of processor time, its peak memory, bytes of the file, seconds until the daemon answers,
and its own time for a query (`took_us`), of distinct queries of the clicks, 10 items each, the
least of three rounds. Then the exponents of a fit through the logarithms: 1 is growth in
proportion, 0 none.

The number of clicks stays, so a large catalogue is mostly items that nobody has clicked. A million
items take some GB of memory and of disk below --work.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 3
MEASURES = ("build_seconds", "processor_seconds", "build_bytes", "file_bytes", "start_seconds",
            "p50_ms", "p99_ms")  # fmt: skip


def run(command: list[Any]) -> tuple[float, float, int]:
    """Seconds by the clock and of processor time, and the peak of resident bytes."""
    start = time.monotonic()
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"growth.py: {Path(command[0]).name} ended with {child.returncode}: "
                 f"{(said.strip().splitlines() or ['no word'])[-1]}")  # fmt: skip
    processor = usage.ru_utime + usage.ru_stime
    return time.monotonic() - start, processor, usage.ru_maxrss * 1024


class Daemon:
    """A daemon of an index, and a connection to it."""

    def __init__(self, program: Path, index: Path, folder: Path) -> None:
        private = folder / "run"
        private.mkdir(mode=0o700, exist_ok=True)
        path = private / "qacd.sock"
        start = time.monotonic()
        self.process = subprocess.Popen(
            [program, "--index", index, "--socket", path, "--database", private / "qacd.sqlite",
             "--log-level", "error"])  # fmt: skip
        while True:
            try:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(str(path))
                break
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"growth.py: qacd ended with {self.process.returncode}")
                time.sleep(0.02)
        self.file = self.socket.makefile("rwb")
        self.retrieve("start")
        self.start_seconds = time.monotonic() - start

    def retrieve(self, query: str) -> int:
        """The daemon's own microseconds for a query."""
        request = {"jsonrpc": "2.0", "id": 1, "method": "retrieve",
                   "params": {"query": query, "limit": 10}}  # fmt: skip
        self.file.write(json.dumps(request).encode() + b"\n")
        self.file.flush()
        return json.loads(self.file.readline())["result"]["took_us"]

    def close(self) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait()


def queries(clicks: Path, most: int) -> list[str]:
    """Distinct queries of the clicks, evenly taken."""
    with gzip.open(clicks, "rt", encoding="utf-8") as file:
        known = list(dict.fromkeys(line.split("\t")[2] for line in file))
    return known[:: max(1, len(known) // most)][:most]


def measure(size: int, arguments: argparse.Namespace, folder: Path) -> dict[str, float]:
    tool = arguments.bin / "qac-index"
    log, items, clicks = (folder / f"{name}.tsv.gz" for name in ("log", "items", "clicks"))
    run([tool, "simulate", "--out", log, "--items", items, "--examples", clicks,
         "--catalog-size", str(size), "--users", str(arguments.users)])  # fmt: skip
    index = folder / "index.qaci"
    build = [tool, "build", "--items", items, "--examples", clicks, "--out", index,
             "--threads", str(arguments.threads)]  # fmt: skip
    seconds, processor, peak = run(build)
    daemon = Daemon(arguments.bin / "qacd", index, folder)
    asked = queries(clicks, arguments.queries)
    least = [min(daemon.retrieve(query) for _ in range(ROUNDS)) for query in asked]
    daemon.close()
    least.sort()
    return {
        "items": size,
        "queries": len(least),
        "build_seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "build_bytes": peak,
        "file_bytes": index.stat().st_size,
        "start_seconds": round(daemon.start_seconds, 3),
        "p50_ms": least[len(least) // 2] / 1000,
        "p99_ms": least[int(len(least) * 0.99)] / 1000,
    }


def exponent(rows: list[dict[str, float]], name: str) -> float:
    """The slope of a straight line through the logarithms, by least squares."""
    points = [(math.log(row["items"]), math.log(max(row[name], 1e-6))) for row in rows]
    x, y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def table(rows: list[dict[str, float]]) -> str:
    heads = ["items", "build, s", "processor, s", "build, MB", "file, MB", "start, s", "p50, ms",
             "p99, ms"]  # fmt: skip
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows:
        cells = [f"{row['items']:,}", f"{row['build_seconds']:.1f}",
                 f"{row['processor_seconds']:.1f}",
                 f"{row['build_bytes'] / 1e6:.0f}", f"{row['file_bytes'] / 1e6:.1f}",
                 f"{row['start_seconds']:.2f}", f"{row['p50_ms']:.3f}",
                 f"{row['p99_ms']:.3f}"]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    if len(rows) > 1:
        cells = [f"{exponent(rows, name):.2f}" for name in MEASURES]
        lines.append("| exponent | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--bin", type=Path, required=True, metavar="DIR", help="the folder of the programs")
    add("--sizes", type=int, nargs="+", default=[6_600, 100_000, 1_000_000], metavar="N")
    add("--users", type=int, default=2_500, metavar="N", help="people of the log (2,500)")
    add("--queries", type=int, default=1_000, metavar="N", help="queries asked (1,000)")
    add("--threads", type=int, default=2, metavar="N", help="threads of the build (2)")
    add("--work", type=Path, metavar="DIR", help="where to put files while measuring")
    add("--json", type=Path, metavar="FILE", help="also write all figures")
    arguments = parser.parse_args()
    rows = []
    for size in sorted(set(arguments.sizes)):
        folder = Path(tempfile.mkdtemp(prefix="growth-", dir=arguments.work))
        try:
            rows.append(measure(size, arguments, folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(table(rows))
    if arguments.json:
        exponents = {name: round(exponent(rows, name), 3) for name in MEASURES if len(rows) > 1}
        arguments.json.write_text(
            json.dumps({"sizes": rows, "exponents": exponents}, indent=2) + "\n"
        )


if __name__ == "__main__":
    main()
