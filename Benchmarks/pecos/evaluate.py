#!/usr/bin/env python3
"""Measures the published system on the requests of `qac-index evaluate --export DIR`.

The system is the hybrid index of Yadav et al., "Session-Aware Query Auto-completion using Extreme
Multi-Label Ranking" (KDD 2021, arXiv 2012.07654), on PECOS (libpecos): labels are the distinct
learned queries; the input is the word TF-IDF of the previous query beside the character 1-3-gram
TF-IDF of the prefix, in which an n-gram at position i counts 1 / (i + 1); each observation is learned
with one prefix of uniform length; on top is a trie of given depth, below it balanced 2-means over the
labels' own character vectors; then XR-Linear with teacher-forced negatives, searched with a beam, and
what does not begin with the prefix is dropped from its answer.

    evaluate.py DIR                                  the paper's settings, trie of depth 1
    evaluate.py DIR --depth 1 2 --beam 10 50         the best of these on fit.tsv, then scored

Where we differ from the authors' experiment, always in the system's favour: words are all that
white space separates (they drop those of one letter), accents are kept (they strip them), and
requests without a previous query are answered from the prefix alone (they answer nothing).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from pecos.utils.cluster_util import ClusterChain
from pecos.xmc.base import HierarchicalKMeans
from pecos.xmc.xlinear.model import XLinearModel
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.preprocessing import normalize

ANSWERS = 10  # suggestions shown
BATCH = 4096  # requests scored at a time
TIMED = 2000  # requests that are timed one by one, spread evenly


# ------------------------------------------------------------------------------- the exported files


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


# ---------------------------------------------------------------------------------------- features


class PrefixVectorizer:
    """Character 1-3-gram TF-IDF, an n-gram at position i counting 1 / (i + 1); unit length."""

    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        self.tfidf = TfidfTransformer(norm="l2", use_idf=True, smooth_idf=True)

    def fit(self, texts: Iterable[str]) -> PrefixVectorizer:
        self.tfidf.fit(self._counts(texts, grows=True))
        return self

    def transform(self, texts: Iterable[str]) -> sp.csr_matrix:
        return self.tfidf.transform(self._counts(texts, grows=False), copy=False)

    def _counts(self, texts: Iterable[str], grows: bool) -> sp.csr_matrix:
        vocabulary = self.vocabulary
        columns: list[int] = []
        values: list[float] = []
        starts = [0]
        for text in texts:
            row: dict[int, float] = {}
            for n in (1, 2, 3):
                for i in range(len(text) - n + 1):
                    gram = text[i : i + n]
                    column = vocabulary.get(gram)
                    if column is None:
                        if not grows:
                            continue
                        column = vocabulary[gram] = len(vocabulary)
                    row[column] = row.get(column, 0.0) + 1.0 / (i + 1)
            columns.extend(row.keys())
            values.extend(row.values())
            starts.append(len(columns))
        shape = (len(starts) - 1, len(vocabulary))
        return sp.csr_matrix((np.asarray(values, np.float32), columns, starts), shape=shape)


class Featurizer:
    """The input of a request: previous query beside prefix, each of unit length, then the whole."""

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        self.words = TfidfVectorizer(token_pattern=r"\S+", dtype=np.float32)
        self.words.fit({previous for previous, _ in rows} | {"?"})
        self.prefixes = PrefixVectorizer().fit(prefix for _, prefix in rows)

    def transform(self, rows: Sequence[tuple[str, str]]) -> sp.csr_matrix:
        joined = sp.hstack(
            [
                self.words.transform([previous for previous, _ in rows]),
                self.prefixes.transform(prefix for _, prefix in rows),
            ],
            format="csr",
            dtype=np.float32,
        )
        joined = normalize(joined, "l2", copy=False)
        joined.sort_indices()
        return joined


# ------------------------------------------------------------------------------------------- index


def hybrid_chain(
    labels: Sequence[str], vectors: sp.csr_matrix, depth: int, leaf: int, seed: int
) -> ClusterChain:
    """A trie of `depth` levels over the sorted labels, balanced 2-means below each of its nodes.

    A label that ends above the trie's last level keeps a node of its own down to it. Nodes are ranges
    of sorted labels, so the blocks of each level lie in the order of the labels.
    """
    chain: list[sp.csc_matrix] = []
    parents = np.zeros(len(labels), np.int64)
    for level in range(1, depth + 1):
        keys = [label[:level] for label in labels]
        nodes = np.cumsum([i > 0 and keys[i] != keys[i - 1] for i in range(len(keys))])
        first = np.flatnonzero(np.diff(nodes, prepend=-1))
        chain.append(_membership(parents[first], int(parents[-1]) + 1))
        parents = nodes
    bounds = np.flatnonzero(np.diff(parents, prepend=-1)).tolist() + [len(labels)]
    below = [
        list(
            HierarchicalKMeans.gen(
                vectors[start:end],
                nr_splits=2,
                max_leaf_size=leaf,
                kmeans_max_iter=20,
                spherical=True,
                seed=seed,
            )
        )
        for start, end in itertools.pairwise(bounds)
    ]
    # Branches that are shallower than the deepest are drawn out above their leaves.
    deepest = max(map(len, below))
    for branch in below:
        one = sp.identity(branch[-1].shape[1], dtype=np.float32, format="csc")
        branch[-1:-1] = [one] * (deepest - len(branch))
    chain += [
        sp.block_diag([branch[level] for branch in below], format="csc", dtype=np.float32)
        for level in range(deepest)
    ]
    return ClusterChain(chain)


def _membership(parents: np.ndarray, count: int) -> sp.csc_matrix:
    ones = np.ones(len(parents), np.float32)
    return sp.csc_matrix((ones, (np.arange(len(parents)), parents)), shape=(len(parents), count))


# ----------------------------------------------------------------------------------------- figures


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


# ------------------------------------------------------------------------------------------ system


@dataclass(frozen=True)
class Training:
    """Settings that need a model of their own."""

    depth: int  # levels of the trie
    leaf: int  # labels of a cluster at most
    samples: int  # prefixes drawn for each observation
    cp: float  # weight of positive examples (C of the SVM)
    threshold: float  # smaller weights are dropped
    counted: bool  # examples weighted by how often they were observed


@dataclass(frozen=True)
class Search:
    """Settings of a search."""

    beam: int  # nodes kept on each level
    post: str  # what turns margins into scores


class Examples:
    """Training rows, their features and those of the labels.

    A row is a distinct (previous, prefix); `counts` says how often it was observed with each label.
    """

    def __init__(self, learned: Sequence[Observation], labels: Labels, samples: int, seed: int):
        draw = random.Random(seed)
        counts: Counter[tuple[str, str, int]] = Counter()
        for previous, query, count in learned:
            for _ in range(count * samples):
                prefix = query[: draw.randint(1, len(query))]
                counts[previous, prefix, labels.ids[query]] += 1
        rows: dict[tuple[str, str], int] = {}
        index = [rows.setdefault((previous, prefix), len(rows)) for previous, prefix, _ in counts]
        columns = [label for _, _, label in counts]
        self.counts = sp.csc_matrix(
            (np.fromiter(counts.values(), np.float32), (index, columns)),
            shape=(len(rows), len(labels.texts)),
        )
        started = time.perf_counter()
        self.featurizer = Featurizer(list(rows))
        self.inputs = self.featurizer.transform(list(rows))
        self.label_vectors = self.featurizer.prefixes.transform(labels.texts)
        self.feature_seconds = time.perf_counter() - started


class Pecos:
    """A trained model, loaded for prediction alone as in production."""

    def __init__(
        self, examples: Examples, labels: Labels, training: Training, seed: int, threads: int
    ) -> None:
        self.labels = labels
        self.leaf = training.leaf
        self.featurizer = examples.featurizer
        self.feature_seconds = examples.feature_seconds
        started, worked = time.perf_counter(), time.process_time()
        chain = hybrid_chain(
            labels.texts, examples.label_vectors, training.depth, training.leaf, seed
        )
        targets = examples.counts.copy()
        targets.data[:] = 1
        model = XLinearModel.train(
            examples.inputs,
            targets,
            C=chain,
            R=examples.counts if training.counted else None,
            rel_mode="induce" if training.counted else "disable",
            rel_norm="no-norm",
            shallow=True,
            threads=threads,
            Cp=training.cp,
            Cn=1.0,
            threshold=training.threshold,
            negative_sampling_scheme="tfn",
        )
        self.training_seconds = time.perf_counter() - started
        self.training_processor_seconds = time.process_time() - worked
        with tempfile.TemporaryDirectory() as folder:
            model.save(folder)
            self.bytes = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
            self.model = XLinearModel.load(folder, is_predict_only=True)

    def predict(self, inputs: sp.csr_matrix, search: Search, threads: int) -> sp.csr_matrix:
        """All labels that the beam reaches, with their scores."""
        return self.model.predict(
            inputs,
            beam_size=search.beam,
            only_topk=min(search.beam * self.leaf, len(self.labels.texts)),
            post_processor=search.post,
            threads=threads,
        )

    def answers(
        self, requests: Sequence[Request], search: Search, threads: int
    ) -> Iterator[tuple[int | None, int]]:
        """Rank of the target among the ten best that begin with the prefix, and their number."""
        for start in range(0, len(requests), BATCH):
            batch = requests[start : start + BATCH]
            inputs = self.featurizer.transform([(r.previous, r.prefix) for r in batch])
            found = self.predict(inputs, search, threads)
            for i, request in enumerate(batch):
                low, high = self.labels.range(request.prefix)
                labels = found.indices[found.indptr[i] : found.indptr[i + 1]]
                scores = found.data[found.indptr[i] : found.indptr[i + 1]]
                matches = (labels >= low) & (labels < high)
                labels, scores = labels[matches], scores[matches]
                answer = labels[np.lexsort((labels, -scores))][:ANSWERS]
                place = np.flatnonzero(answer == self.labels.ids.get(request.target, -1))
                yield (int(place[0]) + 1 if len(place) else None), len(answer)

    def microseconds(self, requests: Sequence[Request], search: Search) -> dict[str, float]:
        """Median and 99th percentile of one request at a time on one thread.

        `predict` is PECOS alone; `features` is the making of its input, in Python. Processor time of
        the thread, the least of three, so that other programs on the machine show little.
        """
        step = max(1, len(requests) // TIMED)
        predict: list[float] = []
        features: list[float] = []
        for request in requests[::step]:
            times: list[tuple[int, int]] = []
            for _ in range(3):
                begin = time.thread_time_ns()
                inputs = self.featurizer.transform([(request.previous, request.prefix)])
                middle = time.thread_time_ns()
                self.predict(inputs, search, threads=1)
                times.append((middle - begin, time.thread_time_ns() - middle))
            features.append(min(first for first, _ in times) / 1e3)
            predict.append(min(second for _, second in times) / 1e3)
        return {
            f"{name}_p{p}": round(float(np.percentile(times, p)), 1)
            for name, times in (("predict", predict), ("features", features))
            for p in (50, 99)
        }


# ------------------------------------------------------------------------------------- the program


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Settings that are given several values are chosen by MRR@10 on fit.tsv.",
    )
    parser.add_argument("export", type=Path, metavar="DIR", help="written by evaluate --export")
    add = parser.add_argument
    add("--depth", type=int, nargs="+", default=[1], help="levels of the trie (1)")
    add("--leaf", type=int, nargs="+", default=[100], help="labels of a cluster at most (100)")
    add("--samples", type=int, nargs="+", default=[1], help="prefixes an observation (1)")
    add("--cp", type=float, nargs="+", default=[1.0], help="weight of positives (1)")
    add("--threshold", type=float, nargs="+", default=[0.1], help="drop smaller weights (0.1)")
    add("--counted", type=int, nargs="+", default=[0], choices=[0, 1],
        help="weight examples by their number (0)")  # fmt: skip
    add("--beam", type=int, nargs="+", default=[10], help="nodes kept on each level (10)")
    add("--post", nargs="+", default=["l3-hinge"], help="post-processor of margins (l3-hinge)")
    add("--seed", type=int, default=1, help="of sampled prefixes and clusters (1)")
    add("--threads", type=int, default=os.cpu_count(), help="of training (all)")
    add("--json", action="store_true", help="print one JSON object instead of a row")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    learned = [Observation(a, b, int(n)) for a, b, n in read(arguments.export / "learn.tsv")]
    requests = [Request(*fields) for fields in read(arguments.export / "requests.tsv")]
    labels = Labels(learned)
    trainings = [
        Training(depth, leaf, samples, cp, threshold, bool(counted))
        for samples, depth, leaf, cp, threshold, counted in itertools.product(
            arguments.samples, arguments.depth, arguments.leaf, arguments.cp,
            arguments.threshold, arguments.counted,
        )
    ]  # fmt: skip
    searches = [Search(*pair) for pair in itertools.product(arguments.beam, arguments.post)]
    chooses = len(trainings) * len(searches) > 1
    fit = [Request(*f) for f in read(arguments.export / "fit.tsv")] if chooses else []

    tried: list[dict[str, object]] = []
    best: tuple[float, Training, Search, Pecos] | None = None
    examples: Examples | None = None
    for i, training in enumerate(trainings):
        if examples is None or trainings[i - 1].samples != training.samples:
            examples = Examples(learned, labels, training.samples, arguments.seed)
        system = Pecos(examples, labels, training, arguments.seed, arguments.threads)
        for search in searches:
            mrr = 0.0
            if chooses:
                mrr = figures(system.answers(fit, search, arguments.threads)).mrr10
                tried.append({**asdict(training), **asdict(search), "fit_mrr10": round(mrr, 4)})
                print(json.dumps(tried[-1]), file=sys.stderr, flush=True)
            if best is None or mrr > best[0]:
                best = (mrr, training, search, system)
    assert best is not None
    _, training, search, system = best
    found = figures(system.answers(requests, search, arguments.threads))
    popular = figures(map(labels.popular, requests))
    times = system.microseconds(requests, search)

    if arguments.json:
        result = {
            "settings": {**asdict(training), **asdict(search), "seed": arguments.seed},
            "pecos": asdict(found),
            "popular": asdict(popular),
            "labels": len(labels.texts),
            "training_seconds": round(system.training_seconds, 2),
            "training_processor_seconds": round(system.training_processor_seconds, 2),
            "feature_seconds": round(system.feature_seconds, 2),
            "threads": arguments.threads,
            "microseconds": times,
            "model_bytes": system.bytes,
            "tried_on_fit": tried,
        }
        print(json.dumps(result, indent=2))
        return
    print("| system | MRR@10 | top 1 | top 3 | top 10 | empty | training | predict p50, p99 | model |")
    print("|---|---|---|---|---|---|---|---|---|")
    print(
        f"| PECOS, depth {training.depth}, beam {search.beam} | {found.mrr10:.4f} "
        f"| {found.success1:.1%} | {found.success3:.1%} | {found.success10:.1%} "
        f"| {found.empty:.1%} | {system.training_seconds:.1f} s "
        f"| {times['predict_p50']:.0f}, {times['predict_p99']:.0f} us "
        f"| {system.bytes / 1e6:.1f} MB |"
    )
    print(
        f"| most popular | {popular.mrr10:.4f} | {popular.success1:.1%} | {popular.success3:.1%} "
        f"| {popular.success10:.1%} | {popular.empty:.1%} | - | - | - |"
    )


if __name__ == "__main__":
    main()
