"""Items and examples as tab-separated files, and the figures that a system's answers reach."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DEPTH = 100  # items that an answer holds at most

Answer = Sequence[tuple[int, float]]  # items by their numbers, with scores, the best first


@dataclass
class Items:
    """The items in the order of the file; their numbers are their places in it."""

    ids: list[str]
    texts: list[str]

    def __post_init__(self) -> None:
        self.numbers = {identifier: i for i, identifier in enumerate(self.ids)}
        if len(self.numbers) != len(self.ids):
            sys.exit("peers.py: two items have the same id; leave one of them out of --items")


# Each query with its items and how often it stands with each.
Examples = dict[str, dict[int, int]]


def rows(path: Path, columns: tuple[int, ...]) -> list[list[str]]:
    """The fields of each line; ends the program with a line on what is wrong."""
    found: list[list[str]] = []
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                fields = line.rstrip("\r\n").split("\t")
                if len(fields) not in columns:
                    wanted = " or ".join(map(str, columns))
                    sys.exit(
                        f"peers.py: {path}:{number}: {len(fields)} columns where {wanted} are "
                        "expected; convert.py writes such files"
                    )
                found.append(fields)
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"peers.py: cannot read {path}: {error}; convert.py writes such files")
    if not found:
        sys.exit(f"peers.py: {path} is empty; convert.py writes such files")
    return found


def read_items(path: Path) -> Items:
    """`id, title[, text]`; the text of an item is its title, then its text."""
    lines = rows(path, (2, 3))
    return Items([fields[0] for fields in lines], [" ".join(fields[1:]) for fields in lines])


def read_examples(path: Path, items: Items) -> Examples:
    """`query, id, count`; examples of unknown items are left out and counted."""
    examples: Examples = {}
    unknown = 0
    for number, (query, identifier, count) in enumerate(rows(path, (3,)), 1):
        if not count.isascii() or not count.isdigit():
            sys.exit(f"peers.py: {path}:{number}: the count is not a whole number; correct it")
        item = items.numbers.get(identifier)
        if item is None:
            unknown += 1
            continue
        of_query = examples.setdefault(query, {})
        of_query[item] = of_query.get(item, 0) + int(count)
    if unknown:
        print(f"peers.py: {path}: {unknown} examples of unknown items left out", file=sys.stderr)
    if not examples:
        sys.exit(f"peers.py: {path} has no example of an item of --items; give files of one set")
    return examples


def figures(test: Examples, answers: Sequence[Answer]) -> dict[str, float]:
    """P@1, recall@10 and recall@100, means over the test queries."""
    found = {"p1": 0.0, "recall10": 0.0, "recall100": 0.0}
    for relevant, answer in zip(test.values(), answers, strict=True):
        hits = [item in relevant for item, _ in answer[:DEPTH]]
        found["p1"] += bool(hits and hits[0])
        found["recall10"] += sum(hits[:10]) / len(relevant)
        found["recall100"] += sum(hits) / len(relevant)
    return {name: round(total / len(test), 4) for name, total in found.items()}
