"""The hybrid index of Yadav et al. (KDD 2021, arXiv 2012.07654) on PECOS.

Labels are the distinct learned queries; the input is the word TF-IDF of the previous query
beside the character 1-3-gram TF-IDF of the prefix, in which an n-gram at position i counts 1 /
(i + 1); each observation is learned with one prefix of uniform length; on top is a trie of
given depth, below it balanced 2-means over the labels' own character vectors; then XR-Linear
with teacher-forced negatives, searched with a beam, and what does not begin with the prefix is
dropped from its answer.

Where we differ from the authors' experiment, meant in the system's favour: words are all that
white space separates (they drop those of one letter), accents are kept (they strip them), and
requests without a previous query are answered from the prefix alone (they answer nothing).
"""

from __future__ import annotations

import itertools
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from pecos.utils.cluster_util import ClusterChain
from pecos.xmc.base import HierarchicalKMeans
from pecos.xmc.xlinear.model import XLinearModel
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.preprocessing import normalize

from exported import ANSWERS, Labels, Observation, Request

BATCH = 4096  # requests scored at a time
TIMED = 2000  # requests that are timed one by one, spread evenly


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
        self.words = TfidfVectorizer(token_pattern=r"\S+", lowercase=False, dtype=np.float32)
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


def hybrid_chain(
    labels: Sequence[str], vectors: sp.csr_matrix, depth: int, leaf: int, seed: int
) -> ClusterChain:
    """A trie of `depth` levels over the sorted labels, balanced 2-means below each of its nodes.

    A label that ends above the trie's last level keeps a node of its own down to it. Nodes are
    ranges of sorted labels, so the blocks of each level lie in the order of the labels.
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

        `predict` is PECOS alone; `features` is the making of its input, in Python. Processor time
        of the thread, the least of three, so that other programs on the machine show little.
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
