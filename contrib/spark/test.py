#!/usr/bin/env python3
"""Checks that aggregate.py gives the index of one process, whatever the partitions and whatever fails.

    test.py --tool .build/release/qac-index                    the shipped log, 2 partitions: seconds
    test.py --tool .build/release/qac-index --log 'DIR/*.tsv' --all

With --all: 1, 2 and 8 partitions, rows of Parquet files in shuffled order, and an executor that is
killed while it counts. Without --index the counts are compared, which decide the index; with it both
indexes are built and compared.
"""

from __future__ import annotations

import argparse
import ctypes
import glob
import gzip
import hashlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parent.parent / "data" / "shop-simulated.events.tsv.gz"
NOW = ["--now", "2000000000"]


def digest(paths: list[Path]) -> str:
    sum = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            while data := file.read(1 << 20):
                sum.update(data)
    return sum.hexdigest()


def adopt_orphans() -> None:
    """From now on, this process waits for what its children leave behind, as Python does the JVM: else
    its processor time would count for nobody."""
    ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def own_children() -> set[int]:
    return {int(pid) for pid in Path("/proc/thread-self/children").read_text().split()}


def timed(name: str, command: list[str]) -> tuple[float, float]:
    others = own_children()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    seconds = time.monotonic() - start
    while left := own_children() - others:
        for pid in left:
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.01)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"test.py: {name} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{name}: {seconds:.1f} s, {used:.1f} s of processor", flush=True)
    return seconds, used


def spark(name: str, options: argparse.Namespace, out: Path, master: str, more: list[str]) -> list[Path]:
    """Runs aggregate.py and returns its files."""
    command = [sys.executable, str(HERE / "aggregate.py"), "--tool", options.tool, "--out", str(out)]
    timed(name, command + ["--master", master] + more + ["--"] + NOW)
    return sorted(out.glob("*.part"))


def executors(driver: int) -> list[int]:
    """The process ids of the executors of the Spark of process `driver`."""
    parents: dict[int, tuple[int, str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            parents[int(entry.name)] = (int(status.rpartition(")")[2].split()[1]), command)

    def descends(process: int) -> bool:
        while process in parents:
            if process == driver:
                return True
            process = parents[process][0]
        return False

    return [
        process
        for process, (_, command) in parents.items()
        if "CoarseGrainedExecutorBackend" in command and descends(process)
    ]


def with_killed_executor(options: argparse.Namespace, out: Path, logs: list[str]) -> list[Path]:
    """Runs aggregate.py on two executor processes and kills one while it counts."""
    command = [sys.executable, str(HERE / "aggregate.py"), "--tool", options.tool, "--out", str(out)]
    size = sum(os.path.getsize(log) for log in logs)
    command += ["--master", "local-cluster[2,1,1024]", "--partitions", "24", "--fan-in", "4"]
    command += ["--split-mib", str(max(0.05, size / 48 / (1 << 20)))]
    with open(out.with_suffix(".log"), "w+") as said:
        driver = subprocess.Popen(command + logs + ["--"] + NOW, stdin=subprocess.DEVNULL, stderr=said)
        killed = None
        while driver.poll() is None and killed is None:
            time.sleep(0.05)
            found = executors(driver.pid)
            if len(found) < 2 or "map" not in children_of(found):
                continue
            killed = found[0]
            os.kill(killed, signal.SIGKILL)
        driver.wait()
        said.seek(0)
        text = said.read()
    if driver.returncode != 0 or killed is None or "Lost executor" not in text:
        sys.exit(f"test.py: no executor was lost, or Spark did not recover:\n{text[-4000:]}")
    print("an executor was killed while it counted", flush=True)
    return sorted(out.glob("*.part"))


def children_of(executors: list[int]) -> str:
    """"map" if some qac-index map runs below one of the processes."""
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or b"\0map\0" not in (entry / "cmdline").read_bytes():
                continue
            process = int(entry.name)
            while process > 1 and process not in executors:
                process = int((Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[1])
            if process in executors:
                return "map"
        except OSError:
            continue
    return ""


def sample(directory: Path) -> list[str]:
    """The shipped log as three files of three formats, cut within sessions."""
    lines = gzip.decompress(SHIPPED.read_bytes()).decode().splitlines()[:12_000]
    logs = [directory / name for name in ("a.tsv", "b.tsv.gz", "c.jsonl")]
    with open(logs[0], "w", newline="") as file:
        file.writelines(line + "\r\n" for line in lines[:5000])
    with gzip.open(logs[1], "wt") as file:
        file.writelines(line + "\n" for line in lines[5000:8000])
    with open(logs[2], "w") as file:
        for line in lines[8000:]:
            session, when, query = line.split("\t")
            file.write(json.dumps({"session": session, "time": int(when), "query": query}) + "\n")
    return [str(log) for log in logs]


def parquet(directory: Path) -> tuple[list[str], list[str]]:
    """Rows of events in two Parquet files, and the same as JSON lines in files of the same names."""
    from pyspark.sql import Row, SparkSession

    session = SparkSession.builder.master("local[1]").getOrCreate()
    lines = gzip.decompress(SHIPPED.read_bytes()).decode().splitlines()[:4000]
    rows = [line.split("\t") for line in lines]
    rows[7][2] = 'with a\ttab, a "quote" and a\nline end'
    tables, texts = [], []
    for i, part in enumerate([rows[:2500], rows[2500:]]):
        frame = session.createDataFrame([Row(who=s, at=int(t), what=q) for s, t, q in part])
        frame.coalesce(1).write.parquet(str(directory / f"written-{i}"))
        table = directory / f"{i}.parquet"
        Path(glob.glob(str(directory / f"written-{i}" / "*.parquet"))[0]).rename(table)
        text = directory / "as-lines" / table.name
        text.parent.mkdir(exist_ok=True)
        with open(text, "w") as file:
            for s, t, q in part:
                file.write(json.dumps({"session": s, "time": int(t), "query": q}) + "\n")
        tables.append(str(table))
        texts.append(str(text))
    session.stop()
    return tables, texts


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--tool", required=True, help="qac-index")
    add("--log", help="pattern of the logs; without it, the shipped one")
    add("--all", action="store_true", help="everything, not only two partitions")
    add("--index", action="store_true", help="compare indexes of --log, too")
    add("--directory", help="where to write; removed at the end")
    options = parser.parse_args()
    options.tool = os.path.abspath(options.tool)
    with tempfile.TemporaryDirectory(dir=options.directory) as name:
        check(options, Path(name))
    print("the same bytes everywhere")


def check(options: argparse.Namespace, directory: Path) -> None:
    adopt_orphans()
    logs = sorted(glob.glob(options.log)) if options.log else sample(directory)
    split = ["--split-mib", str(max(0.02, sum(map(os.path.getsize, logs)) / 20 / (1 << 20)))]
    expected: dict[str, str] = {}

    def same(kind: str, what: str, paths: list[Path]) -> None:
        found = digest(paths)
        if expected.setdefault(kind, found) != found:
            sys.exit(f"test.py: {what} gives other {kind}")

    def index(what: str, source: list[str]) -> None:
        out = directory / "index.qaci"
        timed(f"build, {what}", [options.tool, "build", "--quiet", "--epochs", "1", "--out", str(out)] + source)
        same("index", what, [out])

    one = directory / "one.part"
    timed("one process, map", [options.tool, "map", "--quiet", "--out", str(one), "--log"] + logs + NOW)
    same("counts", "one process", [one])
    if not options.log or options.index:
        index("one process, the log", NOW + ["--log"] + logs)
        index("one process, its counts", ["--counts", str(one)])
    for partitions in [1, 2, 8] if options.all else [2]:
        out = directory / f"spark-{partitions}"
        shuffled = random.Random(partitions)
        more = ["--partitions", str(partitions), "--fan-in", str(shuffled.choice([2, 3]))]
        files = spark(f"Spark, {partitions} partitions", options, out, "local[2]", more + split + logs)
        same("counts", f"Spark with {partitions} partitions", files)
        if not options.log:
            index(f"Spark, {partitions} partitions", ["--counts"] + [str(path) for path in files])
    if not options.all:
        return
    same("counts", "Spark with a killed executor", with_killed_executor(options, directory / "killed", logs))
    tables, texts = parquet(directory)
    expected.pop("index", None)
    index("Parquet's rows as lines", NOW + ["--log"] + texts)
    columns = ["--session-column", "who", "--time-column", "at", "--query-column", "what", "--parquet"]
    for partitions in (1, 3):
        more = columns + ["--partitions", str(partitions)] + tables
        name = f"Spark, Parquet, {partitions} partitions"
        files = spark(name, options, directory / "parquet", "local[2]", more)
        index(f"Parquet, {partitions} partitions", ["--counts"] + [str(path) for path in files])


if __name__ == "__main__":
    main()
