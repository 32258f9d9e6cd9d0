#!/usr/bin/env python3
"""Simulates a search log of any size in daily files: what a night of a large site has to read.

    simulate.py --out DIR                              50 million events of 5 million labels in 30 days
    simulate.py --out DIR --events 500000 --labels 50000 --days 3 --seed 2

DIR/day-00.tsv and so on have session, unix seconds and query, separated by tabs, in time order. Nobody
searched like that: it shows what size costs, and says nothing about quality. What is simulated:

- labels of one to four made-up words, a few of which are common; all of them occur;
- users, some far more active than others (one for 25 events), whose visits have 3 queries in the mean;
- a visit begins with a label by weight, and goes on with one beside the last in the order of bytes, so
  mostly with the same first word (40 %), or any by weight;
- one query in ten is typed with a capital, and one in thirty is submitted half-typed just before.

Equal arguments give equal bytes with equal versions of numpy. Memory: about 60 bytes a label and 150 an
event of one day.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

START = 1767225600  # 2026-01-01 00:00 UTC
DAY = 86_400
LATEST = DAY - 3600  # no visit begins later in a day, so that all end on it
MEAN_LENGTH = 3.0
LONGEST_VISIT = 20
EVENTS_PER_USER = 25
WORDS = 30_000
LINES = 1_000_000  # written at once


def words(generator: np.random.Generator) -> list[bytes]:
    """Distinct words of two to four syllables."""
    syllables = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < WORDS:
        for row in generator.integers(0, len(syllables), (WORDS, 5)):
            found.setdefault("".join(syllables[i] for i in row[: 2 + row[4] % 3]))
    return [word.encode() for word in list(found)[:WORDS]]


class Texts:
    """Distinct label texts one after another, in the order of their bytes."""

    def __init__(self, count: int, generator: np.random.Generator) -> None:
        known = words(generator)
        order = sorted(range(WORDS), key=known.__getitem__)
        known = [known[i] for i in order]
        # Common words are anywhere in the alphabet.
        weights = (1 / (np.arange(WORDS) + 50.0))[generator.permutation(WORDS)]
        sums = np.cumsum(weights)
        keys = np.empty(0, np.int64)
        while len(keys) < count:
            size = count + count // 2
            drawn = np.searchsorted(sums, generator.random((size, 4)) * sums[-1]) + 1
            drawn = np.minimum(drawn, WORDS)
            drawn[np.arange(4) >= generator.choice([1, 2, 3, 4], size, p=[0.05, 0.35, 0.4, 0.2])[:, None]] = 0
            key = drawn[:, 0].astype(np.int64)
            for column in range(1, 4):
                key = key << 15 | drawn[:, column]
            keys = np.unique(np.concatenate([keys, key]))
        keys = np.sort(generator.permutation(keys)[:count])

        table = np.frombuffer(b"".join([b" "] + [b" " + word for word in known]), np.uint8)
        size_of = np.array([0] + [1 + len(word) for word in known])
        start_of = np.cumsum(size_of) - size_of + 1
        picked = np.stack([keys >> shift & 0x7FFF for shift in (45, 30, 15, 0)], axis=1).ravel()
        pieces, _ = gather(table, start_of[picked], size_of[picked])
        sizes = size_of[picked].reshape(-1, 4).sum(axis=1)
        # Each begins with the space before its first word.
        self.starts = np.cumsum(sizes) - sizes + 1
        self.sizes = sizes - 1
        self.bytes = pieces


def gather(source: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pieces of `source` at `starts`, joined, and where each begins."""
    offsets = np.cumsum(sizes) - sizes
    index = np.arange(int(sizes.sum())) + np.repeat(starts - offsets, sizes)
    return source[index], offsets


def digits(numbers: np.ndarray, count: int) -> np.ndarray:
    """Each number as `count` decimal digits, a row each."""
    return (numbers[:, None] // 10 ** np.arange(count - 1, -1, -1) % 10 + 48).astype(np.uint8)


def day_events(
    events: int, first: np.ndarray, weights: np.ndarray, users: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """User, second of the day, label, and whether half-typed, of each event; `first` all occur."""
    # One in thirty comes besides, half-typed.
    wanted = events - events // 31
    visits = int(wanted / MEAN_LENGTH)
    lengths = np.minimum(generator.geometric(1 / MEAN_LENGTH, visits), LONGEST_VISIT)
    lengths[: max(0, int(wanted - lengths.sum()))] += 1
    user = np.searchsorted(users, generator.random(visits) * users[-1]).astype(np.int64)
    time = generator.integers(0, LATEST, visits)

    def draw(count: int) -> np.ndarray:
        return np.searchsorted(weights, generator.random(count) * weights[-1])

    current = draw(visits)
    current[: len(first)] = first[:visits]
    steps = [(user, time, current)]
    alive = np.arange(visits)
    for step in range(1, LONGEST_VISIT + 1):
        goes_on = lengths[alive] > step
        alive, current, time = alive[goes_on], current[goes_on], time[goes_on]
        if len(alive) == 0:
            break
        beside = generator.random(len(alive)) < 0.4
        near = np.clip(current + generator.geometric(0.3, len(alive)), 0, len(weights) - 1)
        current = np.where(beside, near, draw(len(alive)))
        time = time + generator.integers(5, 120, len(alive))
        steps.append((user[alive], time, current))
    user, time, label = (np.concatenate(part) for part in zip(*steps))
    half = generator.random(len(user)) < 1 / 30
    before = np.maximum(0, time[half] - generator.integers(1, 4, int(half.sum())))
    user, time, label = (
        np.concatenate([user, user[half]]),
        np.concatenate([time, before]),
        np.concatenate([label, label[half]]),
    )
    is_half = np.arange(len(user)) >= len(half)
    order = np.argsort(time, kind="stable")
    return user[order], time[order], label[order], is_half[order]


def write(path: Path, texts: Texts, day: int, columns: tuple[np.ndarray, ...], generator: np.random.Generator) -> None:
    """Writes a day's events, a line each."""
    with path.open("wb") as file:
        for i in range(0, len(columns[0]), LINES):
            user, time, label, is_half = (column[i : i + LINES] for column in columns)
            sizes = texts.sizes[label]
            sizes = np.where(is_half, (sizes + 1) // 2, sizes)
            text, begins = gather(texts.bytes, texts.starts[label], sizes)
            capital = begins[generator.random(len(user)) < 0.1]
            text[capital] -= 32
            head = np.full((len(user), 21), 9, np.uint8)
            head[:, 0] = ord("u")
            head[:, 1:9] = digits(user, 8)
            head[:, 10:20] = digits(START + day * DAY + time, 10)
            ends = np.cumsum(sizes + 22)
            out = np.full(int(ends[-1]), 10, np.uint8)
            starts = ends - sizes - 22
            out[(starts[:, None] + np.arange(21)).ravel()] = head.ravel()
            out[np.arange(len(text)) + np.repeat(starts + 21 - begins, sizes)] = text
            out.tofile(file)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--out", type=Path, metavar="DIR", required=True, help="where the daily files go")
    add("--events", type=int, default=50_000_000, help="events in all, about (50000000)")
    add("--labels", type=int, default=5_000_000, help="distinct queries that are meant (5000000)")
    add("--days", type=int, default=30, help="days (30)")
    add("--seed", type=int, default=1, help="of all chance (1)")
    arguments = parser.parse_args()
    if arguments.days < 1 or arguments.labels < 1 or arguments.events < 4 * arguments.labels:
        parser.error("--days and --labels must be at least 1, --events at least four times --labels")
    arguments.out.mkdir(parents=True, exist_ok=True)
    generator = np.random.Generator(np.random.PCG64(arguments.seed))
    texts = Texts(arguments.labels, generator)
    rank = generator.permutation(arguments.labels)
    weights = np.cumsum(1 / (rank + 20.0))
    people = max(10, arguments.events // EVENTS_PER_USER)
    users = np.cumsum(1 / (np.arange(people) + 1000.0) ** 0.6)
    parts = np.array_split(generator.permutation(arguments.labels), arguments.days)
    for day, first in enumerate(parts):
        columns = day_events(arguments.events // arguments.days, first, weights, users, generator)
        write(arguments.out / f"day-{day:02}.tsv", texts, day, columns, generator)


if __name__ == "__main__":
    main()
