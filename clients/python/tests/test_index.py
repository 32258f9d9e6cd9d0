"""`qacd.Index`: tables become files that `qac-index` reads, with a stand-in and with the real one.

The real programs are taken from the directory `QAC_BIN_DIR`; without it, those tests are skipped.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import qacd  # noqa: E402

BIN = os.environ.get("QAC_BIN_DIR", "")
STAND_IN = """#!/bin/sh
# Keeps the arguments and the files that they name.
printf '%s\\n' "$@" > "{0}/arguments"
while [ $# -gt 0 ]; do
  case $1 in --log|--items|--examples) cp "$2" "{0}/"; basename "$2" >> "{0}/names";; esac
  shift
done
echo '{{"systems":{{"full":{{"mrr10":0.5,"flag":true}}}}}}'
"""


class Frame:
    """What is used of a DataFrame of pandas."""

    def __init__(self, **columns: list[Any]) -> None:
        self.columns = list(columns)
        self._values = columns

    def to_dict(self, orient: str) -> list[dict[str, Any]]:
        assert orient == "records"
        return [dict(zip(self.columns, row)) for row in zip(*self._values.values())]


class TableTests(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="qacd-index.")
        self.program = f"{self.folder}/stand-in"
        Path(self.program).write_text(STAND_IN.format(self.folder))
        os.chmod(self.program, 0o755)

    def tearDown(self) -> None:
        shutil.rmtree(self.folder)

    def file(self, name: str) -> str:
        return Path(f"{self.folder}/{name}").read_text(encoding="utf-8")

    def records(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file(name).splitlines()]

    def build(self, *tables: Any, **options: Any) -> list[str]:
        qacd.Index.build(*tables, out="made.qaci", program=self.program, **options)
        return self.file("arguments").splitlines()

    def test_a_list_of_queries_is_counted(self) -> None:
        self.build(["garden hose", "pond", "garden hose", "a\tb\nc"])
        self.assertEqual(self.file("log.tsv"), "garden hose\t2\npond\t1\na b c\t1\n")

    def test_queries_with_counts(self) -> None:
        self.build([("pond", 3), ("net", 2)])
        self.assertEqual(self.file("log.tsv"), "pond\t3\nnet\t2\n")

    def test_events(self) -> None:
        moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        self.build([("ann", moment, "pond"), ("bob", 1767225601, 'with "quotes"\t')])
        self.assertEqual(
            self.records("log.jsonl"),
            [
                {"session": "ann", "time": 1767225600, "query": "pond"},
                {"session": "bob", "time": 1767225601, "query": 'with "quotes"\t'},
            ],
        )

    def test_a_data_frame(self) -> None:
        frame = Frame(session=["ann"], time=[1767225600.0], query=["pond"], other=[float("nan")])
        self.build(frame)
        self.assertEqual(
            self.records("log.jsonl"), [{"session": "ann", "time": 1767225600, "query": "pond"}]
        )

    def test_items_and_examples(self) -> None:
        items = [{"id": "a", "title": "Hose", "payload": {"price": 1}}, ("b", "Net")]
        self.build(None, items=items, examples=[("hose", "a", 2)])
        self.assertEqual(
            self.records("items.jsonl"),
            [
                {"id": "a", "title": "Hose", "payload": {"price": 1}},
                {"id": "b", "title": "Net"},
            ],
        )
        self.assertEqual(self.records("examples.jsonl"), [{"query": "hose", "id": "a", "count": 2}])

    def test_options_are_flags(self) -> None:
        arguments = self.build(["a"], minimum_users=3, keep_secrets=True, synonyms=None)
        self.assertEqual(arguments[-3:], ["--minimum-users", "3", "--keep-secrets"])
        self.assertEqual(arguments[arguments.index("--out") + 1], "made.qaci")

    def test_tables_are_removed_and_private(self) -> None:
        arguments = self.build(["a secret"])
        self.assertFalse(os.path.exists(arguments[arguments.index("--log") + 1]))

    def test_a_path_is_passed_on(self) -> None:
        given = f"{self.folder}/given.tsv"
        Path(given).write_text("pond\t1\n")
        self.assertIn(given, self.build(Path(given)))

    def test_figures_come_out(self) -> None:
        report = qacd.Index.evaluate(["a"], program=self.program)
        self.assertEqual(report.rows(), [{"system": "full", "mrr10": 0.5}])
        self.assertEqual(report["systems"]["full"]["mrr10"], 0.5)
        self.assertIn("--json", self.file("arguments"))

    def test_what_is_wrong_is_said(self) -> None:
        for table in ([], [("a", "b", "c", "d")], [{"text": "a"}], None):
            with self.assertRaises(ValueError):
                qacd.Index.build(table, out="made.qaci", program=self.program)
        with self.assertRaises(qacd.IndexFailure):
            qacd.Index.build(["a"], out="made.qaci", program="/none/qac-index")


@unittest.skipUnless(BIN, "QAC_BIN_DIR names no directory with the programs")
class RealTests(unittest.TestCase):
    def test_a_list_becomes_an_index_that_is_served(self) -> None:
        queries = ["garden hose", "garden chair", "pond", "pond net"]
        log = [(f"u{n % 9}", 1767225600 + n * 60, queries[n % 4]) for n in range(200)]
        program = f"{BIN}/qac-index"
        with tempfile.TemporaryDirectory() as folder:
            index = qacd.Index.build(log, out=f"{folder}/made.qaci", program=program, threads=1)
            index.verify()
            self.assertIn("garden hose", index.inspect(prefix="gar"))
            with index.serve(program=f"{BIN}/qacd") as client:
                found = [each.text for each in client.complete("gar").suggestions]
                self.assertEqual(sorted(found), ["garden chair", "garden hose"])
                client.record("ann", "pond")
                self.assertEqual([each.query for each in client.history("ann")], ["pond"])
            self.assertEqual(os.listdir(folder), ["made.qaci"])
            with self.assertRaises(qacd.IndexFailure) as caught:
                qacd.Index(f"{folder}/none.qaci", program=program).verify()
            self.assertIn("none.qaci", str(caught.exception))
            Path(f"{folder}/bad.qaci").write_bytes(bytes(range(256)) * 16)
            for name in ("none.qaci", "bad.qaci"):
                with self.assertRaises(qacd.IndexFailure, msg=name) as caught:
                    with qacd.Index(f"{folder}/{name}").serve(program=f"{BIN}/qacd"):
                        pass
                self.assertIn(name, str(caught.exception))

    def test_what_is_known_of_queries_goes_in_and_out(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            index = qacd.Index.build(
                [("ls", 3)], out=f"{folder}/made.qaci", program=f"{BIN}/qac-index"
            )
            with index.serve(program=f"{BIN}/qacd") as client:
                features = client.status()["features"]
                self.assertLessEqual({"thread", "outcome", "import", "export"}, set(features))
                there = {"thread": "tty1", "place": "/srv"}
                identity = client.record("ann", "gti status", **there, typed="gt", taken=0)
                assert identity is not None
                self.assertTrue(client.record_outcome("ann", identity, "failed"))
                self.assertFalse(client.record_outcome("ben", identity, "failed"))
                (query,) = client.history("ann")
                found = (query.thread, query.place, query.outcome, query.typed, query.taken)
                self.assertEqual(found, ("tty1", "/srv", "failed", "gt", 0))
                self.assertIsNone(client.record("ann", "ls", item="a", kind="cart"))
                shown = client.complete("gti", session="ann", **there).suggestions
                self.assertEqual(shown[0].text, "gti status")

                old = [{"session": "ann", "query": "make", "at": 1767225600 + n} for n in range(3)]
                old.append({**old[0], "occurrence": 2})
                self.assertEqual(client.import_events(old), qacd.ImportCounts(4, 0, 0))
                self.assertEqual(client.import_events(old), qacd.ImportCounts(0, 4, 0))

                events: list[dict[str, Any]] = []
                page = client.export_events("ann", limit=2)
                while page.next is not None:
                    events += page.events
                    page = client.export_events("ann", after=page.next, limit=2)
                events += page.events
                self.assertEqual(len(events), 6)
                seen: list[dict[str, Any]] = []
                copies = []
                for event in events:
                    seen.append(event)
                    copies.append({"session": "ben", **event, "occurrence": seen.count(event)})
                self.assertEqual(client.import_events(copies), qacd.ImportCounts(6, 0, 0))
                self.assertEqual(client.export_events("ben").events, events)

    def test_figures(self) -> None:
        queries = ["garden hose", "garden chair", "pond", "pond net", "shed"]
        log = [(f"u{n % 9}", 1767225600 + n * 60, queries[n * n % 5]) for n in range(600)]
        report = qacd.Index.evaluate(
            log, program=f"{BIN}/qac-index", keys=10, resamples=40, threads=1
        )
        rows = {row["system"]: row for row in report.rows()}
        self.assertGreater(rows["full"]["mrr10"], 0)
        self.assertLessEqual(rows["full"]["mrr10"], 1)


if __name__ == "__main__":
    unittest.main()
