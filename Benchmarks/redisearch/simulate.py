#!/usr/bin/env python3
"""Simulates a search log of people who return, some of them thousands of times.

    simulate.py --log people.log.tsv --next people.next.tsv
    simulate.py --log a.tsv --next b.tsv --events 60000 --texts 20000 --people 500 --seed 2

A log has session, unix seconds and query, separated by tabs, in time order. Nobody searched like that:
it shows what people with a past cost, and its MRR holds for it alone. What is simulated:

- texts of one to four made-up words (Benchmarks/nights/simulate.py), of which some are meant much more
  often than others; those that nobody submits are no labels;
- people, each one session, for 90 days; the most active one has some 5,000 queries, the median one 70;
- visits of 3 queries in the mean. A query is one of the person's own earlier ones (35 %; the one that
  is n queries old with a share of about 1 / n), or a text near the last one in the order of bytes, so
  mostly with the same first word (20 %), or any text by its weight.

The log is what happened before the last three days, the next log is these. Equal arguments give equal
bytes with equal versions of Python and numpy.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "nights"))
from simulate import Texts  # noqa: E402

START = 1767225600  # 2026-01-01 00:00 UTC
DAY = 86_400
DAYS = 90
NEXT_DAYS = 3
MEAN_LENGTH = 3.0
OWN = 0.35
NEAR = 0.20


def visits(count: int, draw: random.Random) -> list[int]:
    """Times of `count` queries, in visits."""
    times: list[int] = []
    while len(times) < count:
        time = START + draw.randrange(DAYS * DAY)
        for _ in range(min(count - len(times), 1 + int(draw.expovariate(1 / (MEAN_LENGTH - 1))))):
            times.append(time)
            time += draw.randrange(5, 120)
    return sorted(times)


def queries(times: list[int], any_text: list[int], texts: int, draw: random.Random) -> list[int]:
    """What one person submits at `times`; `any_text` holds texts drawn by weight."""
    own: list[int] = []
    for place in range(len(times)):
        chance = draw.random()
        if own and chance < OWN:
            # Log-uniform: the age n has a share of about 1 / n.
            age = int(len(own) ** draw.random())
            own.append(own[-max(1, min(age, len(own)))])
        elif own and chance < OWN + NEAR:
            step = 1 + int(draw.expovariate(0.4))
            own.append(max(0, min(texts - 1, own[-1] + (step if draw.random() < 0.5 else -step))))
        else:
            own.append(any_text[place])
    return own


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--log", type=Path, metavar="FILE", required=True, help="what an index is built of")
    add("--next", type=Path, metavar="FILE", required=True, help="what is submitted after it")
    add("--events", type=int, default=600_000, help="queries in all (600000)")
    add("--texts", type=int, default=250_000, help="texts that may be meant (250000)")
    add("--people", type=int, default=4_000, help="people (4000)")
    add("--seed", type=int, default=1, help="of all chance (1)")
    arguments = parser.parse_args()
    if min(arguments.texts, arguments.people) < 10 or arguments.events < arguments.people:
        parser.error("--texts and --people must be at least 10, --events at least --people")
    generator = np.random.Generator(np.random.PCG64(arguments.seed))
    draw = random.Random(arguments.seed)
    texts = Texts(arguments.texts, generator)
    content = texts.bytes.tobytes()
    weights = np.cumsum(1 / (generator.permutation(arguments.texts) + 100.0) ** 0.9)
    activity = 1 / (np.arange(arguments.people) + 10.0) ** 0.8
    counts = np.maximum(1, (activity / activity.sum() * arguments.events).astype(int))
    events: list[tuple[int, int, int]] = []
    for person, count in enumerate(counts.tolist()):
        any_text = np.searchsorted(weights, generator.random(count) * weights[-1]).tolist()
        times = visits(count, draw)
        events += zip(times, [person] * count, queries(times, any_text, arguments.texts, draw))
    events.sort(key=lambda event: event[0])
    end = START + (DAYS - NEXT_DAYS) * DAY
    with arguments.log.open("wb") as log, arguments.next.open("wb") as later:
        for time, person, text in events:
            start = int(texts.starts[text])
            query = content[start : start + int(texts.sizes[text])]
            (log if time < end else later).write(b"p%d\t%d\t%s\n" % (person, time, query))


if __name__ == "__main__":
    main()
