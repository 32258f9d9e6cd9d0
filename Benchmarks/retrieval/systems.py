"""The systems beside ours: SQLite FTS5, nearest training queries, XR-Linear, omikuji, added ranks.

Each is trained by its constructor. `input` makes what the search takes of a query, `search` answers
it with at most a hundred items; the two are timed apart.
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

try:
    import numpy as np
    import scipy.sparse as sp
    from omikuji import Model
    from pecos.utils.featurization.text.vectorizers import Vectorizer
    from pecos.xmc import Indexer, LabelEmbeddingFactory
    from pecos.xmc.xlinear.model import XLinearModel
except ImportError as error:
    sys.exit(f"peers.py: {error}; install the packages as Benchmarks/retrieval/README.md says")

from examples import DEPTH, Answer, Examples, Items


@dataclass(frozen=True)
class Settings:
    """Of XR-Linear; its features and beam are those of the neighbours and of omikuji as well."""

    words: int = 2  # longest n-gram of words
    characters: int = 3  # length of the n-grams of characters, 0 for none
    branching: int = 16  # children of a node
    leaf: int = 100  # items of a cluster at most
    cost: float = 1.0  # C of the SVM, whose loss is the squared hinge under an L2 norm
    threshold: float = 0.1  # smaller weights are dropped
    negatives: str = "tfn"  # teacher-forced, or matcher-aware beside them ("tfn+man")
    counted: bool = False  # examples weighted by their counts
    beam: int = 50  # nodes kept on each level
    post: str = "l3-hinge"  # what turns margins into scores
    seed: int = 1


@dataclass
class Stopwatch:
    """Seconds of a training."""

    seconds: float = 0.0  # by the clock
    processor: float = 0.0  # of all threads


@contextmanager
def stopwatch():
    watch = Stopwatch()
    started, worked = time.perf_counter(), time.process_time()
    yield watch
    watch.seconds = time.perf_counter() - started
    watch.processor = time.process_time() - worked


@contextmanager
def silence():
    """Drops what compiled code prints: omikuji has a log and progress bars that nothing stops."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        yield
    finally:
        for stream, copy in enumerate(kept, 1):
            os.dup2(copy, stream)
            os.close(copy)
        os.close(nothing)


def size(folder: str | Path) -> int:
    return sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())


class FTS5:
    """BM25 of SQLite over the items' texts, with stems of English; any word of the query matches.

    With `examples`, the queries that led to an item are part of its text, once each.
    """

    word = re.compile(r"[^\W_]+")

    def __init__(self, items: Items, examples: Examples | None) -> None:
        with stopwatch() as self.training:
            texts = [[text] for text in items.texts]
            for query, of_query in (examples or {}).items():
                for item in of_query:
                    texts[item].append(query)
            self.folder = tempfile.TemporaryDirectory()
            path = Path(self.folder.name) / "fts5.sqlite"
            self.database = sqlite3.connect(path)
            try:
                self.database.execute(
                    "create virtual table item using fts5"
                    "(text, content='', tokenize='porter unicode61')"
                )
            except sqlite3.OperationalError as error:
                sys.exit(f"peers.py: {error}; use a Python whose SQLite has FTS5")
            self.database.executemany(
                "insert into item(rowid, text) values (?, ?)",
                ((i, "\n".join(parts)) for i, parts in enumerate(texts)),
            )
            self.database.execute("insert into item(item) values ('optimize')")
            self.database.commit()
            self.database.execute("vacuum")
        self.bytes = path.stat().st_size

    def input(self, query: str) -> str:
        return " OR ".join(f'"{word}"' for word in self.word.findall(query))

    def search(self, match: str) -> Answer:
        if not match:
            return []
        return self.database.execute(
            "select rowid, -rank from item where item match ? order by rank limit ?",
            (match, DEPTH),
        ).fetchall()


class Vectors:
    """Training rows as PECOS's own TF-IDF of words and characters, and the items of each row.

    With `items`, the text of each is a further row.
    """

    def __init__(self, items: Items, examples: Examples, texts: bool, settings: Settings) -> None:
        rows = list(examples)
        places = [(i, item, n) for i, q in enumerate(rows) for item, n in examples[q].items()]
        if texts:
            places += [(len(rows) + item, item, 1) for item in range(len(items.ids))]
            rows += items.texts
        parts = [{"ngram_range": [1, settings.words], "analyzer": "word"}]
        if settings.characters:
            length = settings.characters
            parts.append({"ngram_range": [length, length], "analyzer": "char_wb"})
        with stopwatch() as self.making:
            self.tfidf = Vectorizer.train(
                rows, config={"type": "tfidf", "kwargs": {"base_vect_configs": parts}}
            )
            self.inputs = self.of(rows)
        row, column, counts = np.asarray(places).T
        shape = (len(rows), len(items.ids))
        self.counts = sp.csc_matrix((counts.astype(np.float32), (row, column)), shape=shape)
        self.targets = self.counts.copy()
        self.targets.data[:] = 1

    def of(self, texts: Sequence[str]) -> sp.csr_matrix:
        return self.tfidf.predict(list(texts), threads=1).astype(np.float32)


def best(items: np.ndarray, scores: np.ndarray) -> Answer:
    """The best items, those of equal scores in the order of their numbers."""
    order = np.lexsort((items, -scores))[:DEPTH]
    return list(zip(items[order].tolist(), scores[order].tolist()))


class Neighbours:
    """Every training query votes for its items with the cube of its cosine to the query."""

    def __init__(self, vectors: Vectors) -> None:
        with stopwatch() as self.training:
            self.vectors = vectors
            self.columns = vectors.inputs.T.tocsr()
            self.items = vectors.counts.tocsr()
        self.bytes = sum(
            part.nbytes
            for matrix in (self.columns, self.items)
            for part in (matrix.data, matrix.indices, matrix.indptr)
        )

    def input(self, query: str) -> sp.csr_matrix:
        return self.vectors.of([query])

    def search(self, query: sp.csr_matrix) -> Answer:
        near = query @ self.columns
        near.data **= 3
        votes = near @ self.items
        return best(votes.indices, votes.data)


class XRLinear:
    """XR-Linear of libpecos over balanced spherical k-means of the items' PIFA embeddings."""

    def __init__(self, vectors: Vectors, settings: Settings, threads: int) -> None:
        self.vectors = vectors
        self.settings = settings
        with stopwatch() as self.training:
            embeddings = LabelEmbeddingFactory.create(
                vectors.targets.tocsr(), vectors.inputs, method="pifa", threads=threads
            )
            clusters = Indexer.gen(
                embeddings,
                indexer_type="hierarchicalkmeans",
                nr_splits=settings.branching,
                max_leaf_size=settings.leaf,
                spherical=True,
                seed=settings.seed,
                threads=threads,
            )
            model = XLinearModel.train(
                vectors.inputs,
                vectors.targets,
                C=clusters,
                R=vectors.counts if settings.counted else None,
                rel_mode="induce" if settings.counted else "disable",
                nr_splits=settings.branching,
                Cp=settings.cost,
                Cn=settings.cost,
                threshold=settings.threshold,
                negative_sampling_scheme=settings.negatives,
                beam_size=settings.beam,
                only_topk=DEPTH,
                post_processor=settings.post,
                threads=threads,
            )
        with tempfile.TemporaryDirectory() as folder:
            model.save(folder)
            self.bytes = size(folder)
            self.model = XLinearModel.load(folder, is_predict_only=True)

    def input(self, query: str) -> sp.csr_matrix:
        return self.vectors.of([query])

    def predict(self, query: sp.csr_matrix) -> sp.csr_matrix:
        return self.model.predict(
            query,
            beam_size=self.settings.beam,
            only_topk=min(DEPTH, self.vectors.targets.shape[1]),
            post_processor=self.settings.post,
            threads=1,
        )

    search = predict

    def ordered(self, found: sp.csr_matrix) -> Answer:
        return best(found.indices, found.data)


class Omikuji:
    """omikuji's trees with the shape of Bonsai's: shallow, wide, not balanced."""

    def __init__(self, vectors: Vectors, settings: Settings, threads: int) -> None:
        self.vectors = vectors
        self.beam = settings.beam
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "train.txt"
            self._write(vectors, data)
            options = Model.default_hyper_param()
            options.n_trees = 3
            options.max_depth = 3
            options.cluster_k = 100
            options.cluster_balanced = False
            with silence(), stopwatch() as self.training:
                model = Model.train_on_data(str(data), options, n_threads=threads)
            saved = Path(folder) / "model"
            with silence():
                model.save(str(saved))
            self.bytes = size(saved)
        self.model = model
        self.model.init_prediction_thread_pool(1)

    @staticmethod
    def _write(vectors: Vectors, path: Path) -> None:
        """The format of the extreme classification repository."""
        inputs, targets = vectors.inputs, vectors.targets.tocsr()
        with path.open("w") as file:
            print(*inputs.shape, targets.shape[1], file=file)
            for i in range(inputs.shape[0]):
                labels = targets.indices[targets.indptr[i] : targets.indptr[i + 1]]
                row = slice(inputs.indptr[i], inputs.indptr[i + 1])
                pairs = zip(inputs.indices[row].tolist(), inputs.data[row].tolist())
                values = " ".join(f"{column}:{value:.6g}" for column, value in pairs)
                print(",".join(map(str, labels.tolist())), values, file=file)

    def input(self, query: str) -> list[tuple[int, float]]:
        row = self.vectors.of([query])
        return list(zip(row.indices.tolist(), row.data.tolist()))

    def search(self, query: list[tuple[int, float]]) -> Answer:
        return self.model.predict(query, beam_size=self.beam, top_k=DEPTH)


class AddedRanks:
    """Reciprocal ranks, 1 / rank, of the answers of several systems added."""

    def __init__(self, systems: Sequence[Any]) -> None:
        self.systems = systems
        self.training = Stopwatch(
            sum(system.training.seconds for system in systems),
            sum(system.training.processor for system in systems),
        )
        self.bytes = sum(system.bytes for system in systems)

    def input(self, query: str) -> list[Any]:
        return [system.input(query) for system in self.systems]

    def search(self, inputs: list[Any]) -> Answer:
        added: dict[int, float] = {}
        for system, query in zip(self.systems, inputs, strict=True):
            for rank, (item, _) in enumerate(answer(system, query), 1):
                added[item] = added.get(item, 0.0) + 1 / rank
        return sorted(added.items(), key=lambda pair: (-pair[1], pair[0]))[:DEPTH]


def answer(system: Any, query: Any) -> Answer:
    """What a system answers, whether or not its search leaves the order to others."""
    found = system.search(query)
    return system.ordered(found) if isinstance(system, XRLinear) else found
