"""`qac-index` for notebooks: a table in, an index file or figures out.

A table is a path, or a list, or a DataFrame of pandas or polars, which are not needed otherwise.
Tables in memory are written to a temporary directory that only this user can read, and that is
removed when the program has ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Union

from ._errors import QACError
from ._sync import Client

# What may be given as a table. A DataFrame is told by its methods, so it is no type here.
Table = Union[str, "os.PathLike[str]", Iterable[Any], Any]

_LOG_COLUMNS = {
    2: ("query", "count"),
    3: ("session", "time", "query"),
}
_PROGRAM_HELP = "build it with `make install`, or give program="


class IndexFailure(Exception):
    """`qac-index` refused. The text is what it said, which ends with the remedy."""


class Report(Mapping[str, Any]):
    """What `qac-index evaluate --json` printed, as a mapping."""

    def __init__(self, figures: dict[str, Any]) -> None:
        self._figures = figures

    def __getitem__(self, name: str) -> Any:
        return self._figures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def rows(self) -> list[dict[str, Any]]:
        """One row per system with its plain figures, as `pandas.DataFrame` takes them."""
        systems = self._figures["systems"]
        names = self._figures.get("order", list(systems))
        rows = []
        for name in names:
            row = {"system": name}
            # Prefixes of random length, if the report tells kinds of requests apart.
            for part in (systems[name], systems[name].get("overall", {})):
                row.update(
                    (key, value)
                    for key, value in part.items()
                    if isinstance(value, (int, float)) and not isinstance(value, bool)
                )
            rows.append(row)
        return rows

    def __repr__(self) -> str:
        return f"Report({', '.join(str(row) for row in self.rows())})"


class Index:
    """An index file, made by `build` or there already."""

    def __init__(self, path: str | os.PathLike[str], *, program: str = "qac-index") -> None:
        self.path = os.fspath(path)
        self._program = program

    def __repr__(self) -> str:
        return f"Index({self.path!r})"

    @classmethod
    def build(
        cls,
        log: Table | None = None,
        *,
        out: str | os.PathLike[str],
        items: Table | None = None,
        examples: Table | None = None,
        program: str = "qac-index",
        **options: Any,
    ) -> Index:
        """Builds an index of a log, of items, or of both, and returns it.

        `log` holds queries, (query, count), or (session, time, query); `items` holds (id, title);
        `examples` holds (query, id). Lists of dicts and DataFrames may have further columns: those
        of docs/operations.md. `options` are those of `qac-index build`: `minimum_users=3` stands
        for `--minimum-users 3`, and True for an option without a value.
        """
        with _files(log, items, examples) as arguments:
            _run([program, "build", "--quiet", *arguments, "--out", os.fspath(out)], options)
        return cls(out, program=program)

    @staticmethod
    def evaluate(
        log: Table | None = None,
        *,
        items: Table | None = None,
        examples: Table | None = None,
        program: str = "qac-index",
        **options: Any,
    ) -> Report:
        """Learns from a part of the data, and measures on the rest: `qac-index evaluate`."""
        with _files(log, items, examples) as arguments:
            printed = _run([program, "evaluate", "--quiet", "--json", *arguments], options)
        figures: dict[str, Any] = json.loads(printed)
        return Report(figures)

    def inspect(self, *, prefix: str | None = None, label: str | None = None) -> str:
        """What is in the index, under a prefix, or behind a label, as text."""
        options = {"prefix": prefix, "label": label}
        return _run([self._program, "inspect", self.path], options)

    def verify(self) -> None:
        """Checks every byte; raises IndexFailure if the index is bad."""
        _run([self._program, "verify", self.path], {})

    @contextlib.contextmanager
    def serve(self, *, program: str = "qacd", **options: Any) -> Iterator[Client]:
        """Starts a daemon of its own on the index, and gives a client of it.

        The daemon and what was recorded are gone at the end. `options` are flags of `qacd`.
        """
        # The daemon itself would wait for an index that comes later.
        if not os.path.exists(self.path):
            raise IndexFailure(f"there is no index {self.path}; build it first")
        folder = tempfile.mkdtemp(prefix="qacd-notebook.")
        path = f"{folder}/qacd.sock"
        daemon: subprocess.Popen[bytes] | None = None
        try:
            with open(f"{folder}/log", "wb") as log:
                command = [
                    *(program, "--index", self.path, "--socket", path),
                    *("--database", f"{folder}/sessions.sqlite", *_flags(options)),
                ]
                daemon = _started(command, log)
            client = Client(path)
            until = time.monotonic() + 60
            while True:
                try:
                    client.ping(deadline=1)
                    break
                except QACError:
                    if daemon.poll() is not None or time.monotonic() > until:
                        said = Path(f"{folder}/log").read_text(errors="replace").strip()
                        raise IndexFailure(said or "qacd does not answer") from None
                    time.sleep(0.02)
            with client:
                yield client
        finally:
            if daemon is not None and daemon.poll() is None:
                daemon.terminate()
                try:
                    daemon.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    daemon.kill()
                    daemon.wait()
            shutil.rmtree(folder, ignore_errors=True)


def _started(command: list[str], log: Any) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    except FileNotFoundError:
        raise IndexFailure(f"there is no program {command[0]}; {_PROGRAM_HELP}") from None


def _flags(options: Mapping[str, Any]) -> list[str]:
    flags = []
    for name, value in options.items():
        if value is None or value is False:
            continue
        flag = "--" + name.replace("_", "-")
        flags += [flag] if value is True else [flag, str(value)]
    return flags


def _run(command: list[str], options: Mapping[str, Any]) -> str:
    command = [*command, *_flags(options)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise IndexFailure(f"there is no program {command[0]}; {_PROGRAM_HELP}") from None
    if done.returncode != 0:
        raise IndexFailure((done.stderr or done.stdout).strip())
    return done.stdout


@contextlib.contextmanager
def _files(log: Table | None, items: Table | None, examples: Table | None) -> Iterator[list[str]]:
    """The arguments that name the tables; those in memory are written first."""
    folder = tempfile.mkdtemp(prefix="qacd-tables.")
    try:
        arguments: list[str] = []
        for flag, table in (("--log", log), ("--items", items), ("--examples", examples)):
            if table is None:
                continue
            if isinstance(table, (str, os.PathLike)):
                path = os.fspath(table)
            else:
                path = f"{folder}/{flag[2:]}"
                path += _write(flag, _records(flag, table), path)
            arguments += [flag, path]
        if not arguments:
            raise ValueError("give a log, or items; both are missing")
        yield arguments
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _records(flag: str, table: Any) -> Iterator[dict[str, Any]]:
    """The rows as dicts."""
    if hasattr(table, "iter_rows"):  # polars
        rows: Iterable[Any] = table.iter_rows(named=True)
    elif hasattr(table, "to_dict") and hasattr(table, "columns"):  # pandas
        rows = table.to_dict("records")
    else:
        rows = table
    for row in rows:
        if isinstance(row, str):
            row = (row,)
        if isinstance(row, Mapping):
            yield {str(name): _plain(value) for name, value in row.items()}
            continue
        values = [_plain(value) for value in row]
        if flag == "--log":
            names = _LOG_COLUMNS.get(len(values), ("query",))
        elif flag == "--items":
            names = ("id", "title", "text", "weight", "payload")[: len(values)]
        else:
            names = ("query", "id", "count")[: len(values)]
        if len(names) != len(values):
            raise ValueError(f"a row of {flag[2:]} has {len(values)} columns; see Index.build")
        yield dict(zip(names, values))


def _plain(value: Any) -> Any:
    """A value as JSON has it: numbers of numpy, times of pandas and datetime."""
    if value is None or isinstance(value, (str, bool, int, list, dict)):
        return value
    if hasattr(value, "timestamp"):
        return value.timestamp()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        # What is missing in a DataFrame is no number, or no time, which differ from themselves.
        return None if value != value else int(value) if value.is_integer() else value
    return value


def _write(flag: str, records: Iterator[dict[str, Any]], path: str) -> str:
    """Writes the records and returns how the file's name goes on."""
    first = next(records, None)
    if first is None:
        raise ValueError(f"the table of {flag[2:]} has no rows")

    def rows() -> Iterator[dict[str, Any]]:
        yield first
        yield from records

    if flag == "--log" and "session" not in first and "user" not in first:
        _write_counts(rows(), path + ".tsv")
        return ".tsv"
    with open(path + ".jsonl", "w", encoding="utf-8", errors="replace") as file:
        for row in rows():
            present = {name: value for name, value in row.items() if value is not None}
            file.write(json.dumps(present, ensure_ascii=False) + "\n")
    return ".jsonl"


def _write_counts(rows: Iterator[dict[str, Any]], path: str) -> None:
    """Writes a log of queries with counts, or of pairs of queries with counts."""
    counts: dict[tuple[str, ...], int] = {}
    for row in rows:
        if "query" not in row:
            raise ValueError("a log has a column query; rename yours")
        texts = [row["query"]] if row.get("previous") is None else [row["previous"], row["query"]]
        key = tuple(" ".join(str(text).split()) for text in texts)
        counts[key] = counts.get(key, 0) + int(row.get("count", 1))
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        for key, count in counts.items():
            file.write("\t".join((*key, str(count))) + "\n")
