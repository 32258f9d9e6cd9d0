#!/usr/bin/env python3
"""Turns tldr-pages and O*NET job titles into items, training, fit and test examples.

    convert.py tldr tldr.commands.tsv.gz tldr.examples.tsv.gz --out tldr
    convert.py onet onet.occupations.tsv.gz onet.titles.tsv.gz --out onet

The first file holds the items, the second the examples; both are tab-separated without a header,
gzip if the name ends with .gz:

    tldr.commands      command, description
    tldr.examples      task in words, command
    onet.occupations   code, title, description
    onet.titles        code, job title

It writes four tab-separated files without a header into the directory of --out:

    items.tsv   id, title, text       every item, in the order of the file
    train.tsv   query, id, count      every example whose query is not in the test tenth
    fit.tsv     query, id, count      of train.tsv, the queries of the fit tenth
    test.tsv    query, id, count      the first 1,000 queries of the test tenth

Texts are in lower case. A query is in the test tenth where the MD5 of its UTF-8 text, as a number,
is 0 modulo 10, and in the fit tenth where it is 1. Test queries stand in the order of the MD5 of
the query followed by `s`. The title of a tldr command has spaces for `-`; the tldr tasks "View
documentation for the original command" are left out.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

LEFT_OUT = "view documentation for the original command"
TEST_QUERIES = 1000


def lines(path: Path, columns: int) -> Iterator[list[str]]:
    """The fields of each line; ends the program if a line has another number of them."""
    open_file = gzip.open if path.suffix == ".gz" else open
    try:
        with open_file(path, "rt", encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                fields = line.rstrip("\r\n").split("\t")
                if len(fields) != columns:
                    sys.exit(
                        f"convert.py: {path}:{number}: {len(fields)} columns where {columns} are "
                        "expected; the items come first, then the examples (see --help)"
                    )
                yield fields
    except (OSError, UnicodeDecodeError, EOFError) as error:
        sys.exit(f"convert.py: cannot read {path}: {error}; give the path of a file that exists")


Items = list[tuple[str, str, str]]
Examples = Counter[tuple[str, str]]


def tldr(commands: Path, examples: Path) -> tuple[Items, Examples]:
    items = [
        (command, command.replace("-", " ").lower(), description.lower())
        for command, description in lines(commands, 2)
    ]
    pairs = ((task.lower(), command) for task, command in lines(examples, 2))
    return items, Counter(pair for pair in pairs if pair[0] != LEFT_OUT)


def onet(occupations: Path, titles: Path) -> tuple[Items, Examples]:
    items = [
        (code, title.lower(), description.lower())
        for code, title, description in lines(occupations, 3)
    ]
    return items, Counter((title.lower(), code) for code, title in lines(titles, 2))


def md5(text: str) -> int:
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest())


def write(path: Path, rows: list[tuple[str, ...]]) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.writelines("\t".join(row) + "\n" for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", choices=("tldr", "onet"), help="which of the two the files are")
    parser.add_argument("items", type=Path, help="tldr.commands or onet.occupations")
    parser.add_argument("examples", type=Path, help="tldr.examples or onet.titles")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    arguments = parser.parse_args()
    read = {"tldr": tldr, "onet": onet}[arguments.set]
    items, counts = read(arguments.items, arguments.examples)
    known = {item[0] for item in items}
    strangers = {item for _, item in counts} - known
    if strangers:
        print(f"convert.py: {len(strangers)} ids of examples are no items", file=sys.stderr)

    tenths = {query: md5(query) % 10 for query, _ in counts}
    asked = sorted((query for query in tenths if tenths[query] == 0), key=lambda q: md5(q + "s"))
    place = {query: i for i, query in enumerate(asked[:TEST_QUERIES])}
    rows = [(query, item, str(count)) for (query, item), count in counts.items()]
    files = {
        "items.tsv": items,
        "train.tsv": [row for row in rows if tenths[row[0]] != 0],
        "fit.tsv": [row for row in rows if tenths[row[0]] == 1],
        "test.tsv": sorted((row for row in rows if row[0] in place), key=lambda r: place[r[0]]),
    }
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        for name, contents in files.items():
            write(arguments.out / name, contents)
    except OSError as error:
        sys.exit(f"convert.py: cannot write: {error}; choose another directory with --out")
    for name, contents in files.items():
        queries = len({row[0] for row in contents})
        what = "items" if name == "items.tsv" else "queries"
        print(f"{arguments.out / name}: {len(contents)} lines, {queries} {what}")


if __name__ == "__main__":
    main()
