"""Corrections beside those of SymSpell (PyPI's symspellpy), in one run on one log.

    symspell.py LOG BIN [--limit 2000] [--seed 1] [--digits]

LOG holds events (session, unix seconds, query); BIN holds qac-index and qacd. The first nine tenths
of LOG, by time, are learned: qacd serves an index of them, and SymSpell gets their words with
frequencies and their pairs of words. The distinct queries of the last tenth whose words were all
learned get one typing error each: a letter dropped, doubled, hit beside or exchanged with the next,
anywhere, or two words run together, or one torn apart (the shares are those of
TypingErrors.swift). Both are asked for the whole query with its error:

  first       the text that comes first: of SymSpell what lookup_compound makes of it; of qacd the
              first suggestion, of which the query is the beginning, up to the end of a word;
              over all queries, over those that were learned as a whole, and over the others (new)
  among 3     the same among the first three suggestions; SymSpell has one answer
  untouched   the share of the learned queries without an error that stay as they are: SymSpell
              returns them, and the first suggestion of qacd begins with them
  ms          per query, p50 and p99, of qacd through its socket

Queries with digits are left out without --digits: qacd changes no number, because nothing tells an
error from another number. A query that another one turns into by its error is left out: it is right
as it is. Texts are
compared in lower case, letters and digits only. The seed decides what is typed.
"""

import argparse
import gzip
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter

from symspellpy import SymSpell

BESIDE = (
    "qwsz vghn xdfv serfcx wsdr drtgvc ftyhbv gyujnb ujko huikmn jiolm kop njk bhjm iklp ol wa edft "
    "awedxz rfgy yhji cfgb qase zsdc tghu asx"
).split()


def normal(text):
    return " ".join(re.sub(r"[^\w]|_", " ", text.lower()).split())


def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    rows = [row for row in rows if len(row) > 2 and normal(row[2])]
    return sorted(rows, key=lambda row: int(float(row[1])))


def mistyped(query, rng):
    """The query with one typing error."""
    kind = rng.random()
    spaces = [i for i, c in enumerate(query) if c == " "]
    if kind < 0.10 and spaces:
        at = rng.choice(spaces)
        return query[:at] + query[at + 1 :]
    inside = [i for i in range(1, len(query)) if query[i] != " " and query[i - 1] != " "]
    if 0.10 <= kind < 0.15 and inside:
        at = rng.choice(inside)
        return query[:at] + " " + query[at:]
    letters = [i for i, c in enumerate(query) if c != " "]
    at = rng.choice(letters)
    kind = rng.random()
    letter, after = query[at], query[at + 1 : at + 2]
    if kind < 0.35 and at < len(query) - 1:
        return query[:at] + query[at + 1 :]
    if 0.60 <= kind < 0.85 and "a" <= letter <= "z":
        return query[:at] + rng.choice(BESIDE[ord(letter) - 97]) + query[at + 1 :]
    if kind >= 0.85 and after.strip() and after != letter:
        return query[:at] + after + letter + query[at + 2 :]
    return query[:at] + letter + query[at:]


class Daemon:
    """qacd with an index of a log."""

    def __init__(self, programs, rows):
        self.directory = tempfile.TemporaryDirectory()
        folder = self.directory.name
        log, index, path = f"{folder}/log.tsv", f"{folder}/index.qaci", f"{folder}/socket"
        with open(log, "w", encoding="utf-8") as out:
            out.writelines("\t".join(row[:3]) + "\n" for row in rows)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        build = [f"{programs}/qac-index", "build", "--format", "events", "--log", log, "--out", index]
        subprocess.run(build, check=True, **quiet)
        self.process = subprocess.Popen(
            [f"{programs}/qacd", "--index", index, "--socket", path, "--database", f"{folder}/db"],
            **quiet,
        )
        for _ in range(200):
            if os.path.exists(path):
                break
            time.sleep(0.05)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.lines = self.socket.makefile("rb")

    def complete(self, prefix):
        params = {"prefix": prefix, "limit": 3}
        request = {"jsonrpc": "2.0", "id": 1, "method": "complete", "params": params}
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        return [normal(s["text"]) for s in json.loads(self.lines.readline())["result"]["suggestions"]]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.directory.cleanup()


def symspell(rows):
    """SymSpell with the words of a log, their frequencies and their pairs."""
    words, pairs = Counter(), Counter()
    for row in rows:
        own = normal(row[2]).split()
        words.update(own)
        pairs.update(zip(own, own[1:]))
    speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    for word, count in words.items():
        speller.create_dictionary_entry(word, count)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as out:
        out.writelines(f"{a} {b} {count}\n" for (a, b), count in pairs.items())
        out.flush()
        speller.load_bigram_dictionary(out.name, term_index=0, count_index=2)
    return speller, words


def timed(ask, queries):
    answers, times = [], []
    for query in queries:
        start = time.perf_counter()
        answers.append(ask(query))
        times.append(time.perf_counter() - start)
    times.sort()
    return answers, times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("programs")
    parser.add_argument("--limit", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--digits", action="store_true")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    rows = read(options.log)
    cut = len(rows) * 9 // 10
    speller, words = symspell(rows[:cut])
    learned = {normal(row[2]) for row in rows[:cut]}
    known = {normal(row[2]) for row in rows}
    queries = sorted({normal(row[2]) for row in rows[cut:]})
    queries = [q for q in queries if len(q) > 3 and all(w in words for w in q.split())]
    if not options.digits:
        queries = [q for q in queries if not re.search(r"\d", q)]
    rng.shuffle(queries)
    queries = queries[: options.limit]
    typed = [mistyped(query, rng) for query in queries]
    pairs = [(q, t) for q, t in zip(queries, typed) if t not in known]
    queries, typed = [q for q, _ in pairs], [t for _, t in pairs]

    def compound(text):
        return [normal(speller.lookup_compound(text, max_edit_distance=2)[0].term)]

    daemon = Daemon(options.programs, rows[:cut])
    try:
        new = sum(query not in learned for query in queries)
        result = {"log": os.path.basename(options.log), "queries": len(queries), "new": new}
        for name, ask in ("symspell", compound), ("qacd", daemon.complete):
            answers, p50, p99 = timed(ask, typed)
            plain, _, _ = timed(ask, queries)

            def right(query, texts):
                return any(text == query or text.startswith(query + " ") for text in texts)

            def share(answers, most, chosen):
                own = [right(q, a[:most]) for q, a in zip(queries, answers) if chosen(q)]
                return round(sum(own) / max(1, len(own)), 3)

            result[name] = {
                "first": share(answers, 1, lambda q: True),
                "learned first": share(answers, 1, lambda q: q in learned),
                "new first": share(answers, 1, lambda q: q not in learned),
                "among 3": share(answers, 3, lambda q: True),
                "untouched": share(plain, 1, lambda q: q in learned),
                "ms": [round(p50, 3), round(p99, 3)],
            }
        json.dump(result, sys.stdout)
        print()
    finally:
        daemon.close()


if __name__ == "__main__":
    main()
