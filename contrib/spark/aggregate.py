#!/usr/bin/env python3
"""Reads a log on many machines with Apache Spark and merges what they count, for qac-index build.

    aggregate.py --tool /usr/local/bin/qac-index --out counts LOG...
    qac-index build --counts counts/*.part --out index.qaci

The index has the same bytes as that of `qac-index build --log LOG...`, whatever the number of machines
and partitions, and whatever failed on the way. Reading, normalising and merging is done by qac-index in
child processes; Python only hands bytes on.

LOGs are files or patterns of shells. Every machine must find them under the same path (a shared file
system), and qac-index too. They count in the order in which they are named, those of one pattern in the
order of their bytes. Large files are read in ranges; packed files, CSV and JSON documents as a whole.
With --parquet they are Parquet files instead, whose columns are named by --session-column,
--time-column, --query-column, and perhaps --place-column and --outcome-column; rows are partitioned
by session.

What is after -- goes to qac-index map: --format, --profile, --keep-secrets and so on (see its help).

How it runs: each task is `qac-index map` of some ranges. Its result is bytes of an RDD, so Spark computes
it again if an executor dies. Then `qac-index merge` merges up to --fan-in results per task, level by level,
until --files are left, which the driver writes. Needs pyspark 4 and Java 17 or later.
"""

from __future__ import annotations

import argparse
import glob
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Iterable, Iterator
from urllib.parse import unquote, urlparse

# Bytes of a result that are one element of an RDD. A shuffle in Python puts some ten of them per
# partition together, and the JVM holds that.
PIECE = 4 << 20

# A part of a log: the number of the file, its path, and the range of bytes.
Part = tuple[int, str, int, int]
# A piece of a result: which result, where in it, and the bytes.
Piece = tuple[int, tuple[int, int, bytes]]


def run(arguments: list[str], lines: Iterable[bytes] | None = None) -> None:
    """Runs qac-index; if it fails, the task fails with what it said, which is never text of the log."""
    child = subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL if lines is None else subprocess.PIPE, stderr=subprocess.PIPE
    )
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(child.stderr.read()))
    reader.start()
    if lines is not None:
        try:
            for line in lines:
                child.stdin.write(line + b"\n")
            child.stdin.close()
        except BrokenPipeError:
            pass
    child.wait()
    reader.join()
    if child.returncode != 0:
        raise RuntimeError(
            f"qac-index {arguments[1]} ended with {child.returncode}: {said[0].decode(errors='replace')}"
        )


def pieces(result: int, path: Path) -> Iterator[tuple[int, int, bytes]]:
    with open(path, "rb") as file:
        offset = 0
        while data := file.read(PIECE):
            yield result, offset, data
            offset += len(data)


class Mapper:
    """Counts parts of the log. It is pickled to the executors."""

    def __init__(self, tool: str, flags: list[str], salt: bytes) -> None:
        self.tool = tool
        self.flags = flags
        self.salt = salt

    def _flags(self, directory: Path) -> list[str]:
        salt = directory / "salt"
        salt.write_bytes(self.salt)
        return ["--quiet", "--salt-file", str(salt)] + self.flags

    def files(self, partition: int, parts: Iterable[Part]) -> Iterator[tuple[int, int, bytes]]:
        """Counts ranges of files, and merges them on the spot."""
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            flags = self._flags(directory)
            done: list[str] = []
            for number, path, start, end in parts:
                out = str(directory / f"{len(done)}.part")
                command = [self.tool, "map", "--log", path, "--first-number", str(number)]
                run(command + ["--range", f"{start}:{end}", "--out", out] + flags)
                done.append(out)
            yield from merged(self.tool, partition, done, directory)

    def lines(self, names: list[str]):
        """Counts lines that say where they stood."""

        def count(partition: int, rows: Iterable) -> Iterator[tuple[int, int, bytes]]:
            with tempfile.TemporaryDirectory() as name:
                directory = Path(name)
                rows = iter(rows)
                first = next(rows, None)
                if first is None:
                    return
                out = directory / "lines.part"
                command = [self.tool, "map", "--placed", "/dev/stdin", "--format", "jsonl", "--out", str(out)]
                named = [text for name in names for text in ("--names", name)]

                def all_rows() -> Iterator[bytes]:
                    yield first[0].encode()
                    for row in rows:
                        yield row[0].encode()

                run(command + named + self._flags(directory), all_rows())
                yield from pieces(partition, out)

        return count


def merged(tool: str, result: int, paths: list[str], directory: Path) -> Iterator[tuple[int, int, bytes]]:
    if not paths:
        return
    path = Path(paths[0])
    if len(paths) > 1:
        path = directory / "merged"
        run([tool, "merge", "--out", str(path)] + paths)
    yield from pieces(result, path)


class Merger:
    """Merges the results that a partition has the pieces of. It is pickled to the executors."""

    def __init__(self, tool: str) -> None:
        self.tool = tool

    def __call__(self, partition: int, items: Iterable[Piece]) -> Iterator[tuple[int, int, bytes]]:
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            paths: dict[int, str] = {}
            for _, (result, offset, data) in items:
                path = paths.setdefault(result, str(directory / f"{result}.part"))
                # A piece that comes twice has the same bytes.
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
                os.pwrite(descriptor, data, offset)
                os.close(descriptor)
            yield from merged(self.tool, partition, [paths[key] for key in sorted(paths)], directory)


def merge_tree(results, tool: str, count: int, fan_in: int, files: int):
    """The pieces of `files` results, merged of `count` ones."""
    while count > files:
        left = max(files, -(-count // fan_in))
        # Neighbours have neighbouring parts of the log, which are merged by copying.
        share = -(-count // left)
        keyed = results.map(lambda piece, share=share: (piece[0] // share, piece))
        merger = Merger(tool)
        results = keyed.partitionBy(left, lambda key: key).mapPartitionsWithIndex(merger)
        count = left
    return results


def few_at_a_time(results, size: int):
    """The same pieces in smaller partitions: the driver holds one partition, and they have `size` bytes
    in all, more or less."""
    count = 1 + size // (16 * PIECE)
    keyed = results.map(lambda piece: (piece[0] + piece[1] // PIECE, piece))
    return keyed.partitionBy(count, lambda key: key).values() if count > 1 else results


def parts(paths: list[str], size: int) -> list[Part]:
    found: list[Part] = []
    for number, path in enumerate(paths):
        length = os.stat(path).st_size
        found += [(number, path, at, min(at + size, length)) for at in range(0, max(length, 1), size)]
    return found


def log_files(patterns: list[str]) -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        names = sorted(glob.glob(pattern), key=os.fsencode)
        if not names:
            sys.exit(f"aggregate.py: no file fits {pattern}; name the logs as every machine finds them")
        found += [os.path.abspath(name) for name in names if os.path.abspath(name) not in found]
    return found


def parquet_lines(spark, paths: list[str], options: argparse.Namespace):
    """The rows as JSON lines with the number of their file and their row, partitioned by session."""
    from pyspark.sql import functions as f
    from pyspark.sql.types import TimestampType, TimestampNTZType

    frame = spark.read.parquet(*paths)
    when = f.col(options.time_column)
    if isinstance(frame.schema[options.time_column].dataType, (TimestampType, TimestampNTZType)):
        when = f.unix_timestamp(when)
    fields = [
        f.col(options.session_column).cast("string").alias("session"),
        when.alias("time"),
        f.col(options.query_column).alias("query"),
    ]
    if options.place_column:
        fields.append(f.col(options.place_column).alias("place"))
    if options.outcome_column:
        fields.append(f.col(options.outcome_column).alias("outcome"))
    # Spark names the files by URI, and how it writes these depends on the version.
    named = [row[0] for row in frame.select("_metadata.file_path").distinct().collect()]
    known = {path: number for number, path in enumerate(paths)}
    items = [item for uri in named for item in (uri, known[unquote(urlparse(uri).path)])]
    numbers = f.create_map(*map(f.lit, items))
    line = f.concat_ws(
        "\t",
        f.element_at(numbers, f.col("_metadata.file_path")).cast("string"),
        f.col("_metadata.row_index").cast("string"),
        f.to_json(f.struct(*fields)),
    )
    rows = frame.select(line.alias("line"), f.col(options.session_column).alias("by"))
    return rows.repartition(options.partitions, "by").select("line").rdd


def main() -> None:
    own, flags = sys.argv[1:], []
    if "--" in own:
        flags = own[own.index("--") + 1 :]
        own = own[: own.index("--")]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("logs", nargs="+", metavar="LOG")
    add("--tool", required=True, help="path of qac-index on every machine")
    add("--out", required=True, help="directory for the counts; made if it is missing")
    add("--master", help="Spark's master, such as local[2] or spark://host:7077; not under spark-submit")
    add("--partitions", type=int, default=0, help="tasks that read; without it, 3 per core")
    add("--split-mib", type=float, default=128, help="MiB of a range of a log file")
    add("--fan-in", type=int, default=16, help="results that one task merges")
    add("--files", type=int, default=1, help="files that are left in the end")
    add("--parquet", action="store_true", help="the logs are Parquet files")
    add("--session-column", default="session")
    add("--time-column", default="time")
    add("--query-column", default="query")
    add("--place-column")
    add("--outcome-column")
    options = parser.parse_args(own)

    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("qac-index aggregate")
    if options.master:
        builder = builder.master(options.master)
    spark = builder.getOrCreate()
    context = spark.sparkContext
    if "--now" not in flags:
        # One time for all tasks, however late they run.
        flags += ["--now", str(int(time.time()))]
    started = time.monotonic()
    tool = os.path.abspath(options.tool)
    paths = log_files(options.logs)
    options.partitions = options.partitions or 3 * context.defaultParallelism
    mapper = Mapper(tool, flags, os.urandom(32))
    if options.parquet:
        names = [os.path.basename(path) for path in paths]
        results = parquet_lines(spark, paths, options).mapPartitionsWithIndex(mapper.lines(names))
        count = options.partitions
    else:
        work = parts(paths, max(1, int(options.split_mib * (1 << 20))))
        count = min(options.partitions, len(work))
        results = context.parallelize(work, count).mapPartitionsWithIndex(mapper.files)
    results = merge_tree(results, tool, count, options.fan_in, max(1, options.files))
    # Counts are about as large as the log.
    results = few_at_a_time(results, sum(map(os.path.getsize, paths)))

    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    written: dict[int, Path] = {}
    for result, offset, data in results.toLocalIterator():
        path = written.setdefault(result, out / f"counts-{result:05}.part.tmp")
        with open(path, "r+b" if offset else "wb") as file:
            file.seek(offset)
            file.write(data)
    for old in out.glob("counts-*.part"):
        old.unlink()
    for path in written.values():
        path.rename(path.with_suffix(""))
    size = sum(path.with_suffix("").stat().st_size for path in written.values())
    seconds = time.monotonic() - started
    print(f"wrote {len(written)} files of {size} bytes to {out} in {seconds:.1f} s")
    spark.stop()


if __name__ == "__main__":
    main()
