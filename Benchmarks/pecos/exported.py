"""The files of `qac-index evaluate --export DIR`, and what is computed from them alone.

`Labels` and `figures` follow docs/evaluation.md, so that most popular completion reaches here what
`qac-index` prints for it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

ANSWERS = 10  # suggestions shown



class Observation(NamedTuple):
    """A line of learn.tsv."""

    previous: str
    query: str
    count: int


class Request(NamedTuple):
    """A line of fit.tsv or requests.tsv."""

    previous: str
    prefix: str
    target: str


def unescape(text: str) -> str:
    """Undoes the escapes of `verbatim` logs; other texts hold no backslash."""
    if "\\" not in text:
        return text
    meaning = {"t": "\t", "n": "\n", "r": "\r"}
    characters = iter(text)
    return "".join(
        meaning.get(following := next(characters, ""), following) if c == "\\" else c
        for c in characters
    )


def read(path: Path) -> Iterator[list[str]]:
    """The fields of each line; a line ends at a newline and at nothing else."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield [unescape(field) for field in line.rstrip("\n").split("\t")]


@dataclass
class Figures:
    """What a system reached on a set of requests."""

    requests: int
    mrr10: float
    success1: float
    success3: float
    success10: float
    empty: float


def figures(answers: Iterable[tuple[int | None, int]]) -> Figures:
    """Figures of (rank from 1 or None, suggestions) of each request."""
    pairs = list(answers)
    ranks = [rank for rank, _ in pairs]
    count = max(1, len(pairs))
    within = [sum(r is not None and r <= k for r in ranks) / count for k in (1, 3, 10)]
    empty = sum(number == 0 for _, number in pairs) / count
    return Figures(len(pairs), sum(1 / r for r in ranks if r) / count, *within, empty)


class Labels:
    """The distinct learned queries, sorted, with their counts."""

    def __init__(self, learned: Sequence[Observation]) -> None:
        counts: Counter[str] = Counter()
        for seen in learned:
            counts[seen.query] += seen.count
        self.texts = sorted(counts)
        self.ids = {text: i for i, text in enumerate(self.texts)}
        self.weights = np.array([counts[text] for text in self.texts])
        self._popular: dict[str, list[int]] = {}

    def range(self, prefix: str) -> tuple[int, int]:
        """The labels [lo, hi) that begin with `prefix`."""
        low = bisect_left(self.texts, prefix)
        high = bisect_left(self.texts, True, low, key=lambda text: not text.startswith(prefix))
        return low, high

    def popular(self, request: Request) -> tuple[int | None, int]:
        """Rank and number of suggestions under most popular completion."""
        if request.prefix not in self._popular:
            low, high = self.range(request.prefix)
            order = np.lexsort((np.arange(low, high), -self.weights[low:high]))
            self._popular[request.prefix] = (order[:ANSWERS] + low).tolist()
        answer = self._popular[request.prefix]
        target = self.ids.get(request.target)
        return (answer.index(target) + 1 if target in answer else None), len(answer)
