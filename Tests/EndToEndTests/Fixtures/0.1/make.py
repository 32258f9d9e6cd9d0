#!/usr/bin/env python3
"""Wrote the fixtures beside it, with the programs of version 0.1:

    python3 make.py PROGRAMS

PROGRAMS is the directory of qacd and qac-index. Never run again for these files: what a later version
writes belongs into a directory of its own. Python 3 alone.
"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# The log ends 30 days after this. All that is recorded is older than its end, so that it is context and
# never counts as newer than the index.
START = 1767225600

QUERIES = """garden hose|garden hose 20 m|connector for garden hose|garden gnome|garden gloves|pond|pond liner|pond pump
solar pump|solar lamp|solar lamp garden|grill|grill brush|grill cover|charcoal grill|crème brûlée torch|café table
café chairs|Gießkanne|Gießkanne 10 l|Übertopf|Übertopf groß|façade paint|jalapeño seeds|tomato seeds|basil seeds
lawn mower|lawn mower blade|rake|leaf rake|leaf blower|hedge trimmer|hammer|hammer drill|drill bits|paint roller
paint tray|wall paint white|ladder|ladder 3 m|step ladder|wheelbarrow|wheelbarrow tyre|bird feeder|bird bath
дача|дача забор|園芸|園芸 用品|rose bush|rosemary|rope|rope 10 m""".replace("\n", "|").split("|")


def write_log(path):
    """Sessions of two to five neighbouring queries, over 30 days."""
    chance = random.Random(1)
    with open(path, "w", encoding="utf-8") as log:
        for session in range(100):
            time = START + session * 30 * 86400 // 100
            first = min(int(chance.expovariate(0.06)), len(QUERIES) - 1)
            for step in range(chance.randint(2, 5)):
                query = QUERIES[(first + step * chance.randint(1, 2)) % len(QUERIES)]
                time += chance.randint(10, 90)
                log.write(f"s{session}\t{time}\t{query}\n")


class Daemon:
    """A running daemon, and one connection to it."""

    def __init__(self, programs, directory, index, more=()):
        self.directory = directory
        shutil.copy(f"{HERE}/{index}", directory)
        # Relative names: answers tell them.
        self.command = [
            f"{programs}/qacd", "--index", index, "--socket", "run/q.sock", "--database", "state/s", "--clock", "client",
            "--loops", "2", "--log-level", "error", *more]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, cwd=self.directory)
        while True:
            self.connection = socket.socket(socket.AF_UNIX)
            try:
                self.connection.connect(f"{self.directory}/run/q.sock")
                break
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit("the daemon ended")
                time.sleep(0.01)
        self.lines = self.connection.makefile("r", encoding="utf-8")

    def end(self, number=signal.SIGTERM):
        self.connection.close()
        self.lines.close()
        self.process.send_signal(number)
        self.process.wait()

    def say(self, line):
        self.connection.sendall(line.encode() + b"\n")

    def ask(self, line):
        self.say(line)
        return self.lines.readline().rstrip("\n")


def request(identity, method, **params):
    message = {"jsonrpc": "2.0"}
    if identity is not None:
        message["id"] = identity
    message["method"] = method
    if params:
        message["params"] = params
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


class Conversation:
    """What is said, written down: a line that begins with "> " is sent, one with "< " is its answer."""

    def __init__(self, daemon, path):
        self.daemon, self.file, self.number = daemon, open(path, "w", encoding="utf-8"), 0

    def remark(self, text):
        self.file.write(f"# {text}\n")

    def raw(self, line):
        answer = self.daemon.ask(line)
        self.file.write(f"> {line}\n< {answer}\n")

    def ask(self, method, **params):
        self.number += 1
        self.raw(request(self.number, method, **params))

    def notify(self, method, **params):
        line = request(None, method, **params)
        self.daemon.say(line)
        self.file.write(f"> {line}\n")

    def overlong(self):
        """A line longer than a frame may be, which is not written out."""
        self.file.write(f"= overlong\n< {self.daemon.ask('x' * 65537)}\n")

    def restart(self):
        self.daemon.end()
        self.daemon.start()
        self.file.write("= restart\n")


# The recorded sessions: (session, seconds after the tenth day, query).
TENTH = START + 10 * 86400
EVENTS = [
    ("ada", 0, "garden hose"), ("ada", 60, "Garden-Hose, 20 M!"), ("ada", 60, "pond"), ("ada", 60, "solar pump"),
    ("ada", 90, "ponds with a view"), ("ada", 4000, "rake"),
    ("Zoë ☂", 100, "Crème brûlée"), ("Zoë ☂", 100, "creme brulee torch"), ("Zoë ☂", 130, "Gießkanne"),
    ("Zoë ☂", 130, "ÜBERTOPF"), ("Zoë ☂", 160, "園芸 はさみ"),
    ("ben", 200, "ladder"), ("ben", 200, "ladder"), ("ben", 230, "  step   ladder  "), ("ben", 290, "Дача"),
    ("odd", 300, "tab\there"), ("odd", 300, "!!!"), ("odd", 301, 'quote " and \\ backslash'), ("odd", 302, "é"),
    ("odd", 302, "e\u0301"),
] + [("long", 400 + i // 3, f"screw m{i}") for i in range(25)]
RULES = [("exact", "grill cover"), ("prefix", "paint t"), ("word", "Casino"), ("pattern", "*free*money?")]


def fill(daemon, rules):
    """Records all in one batch, so that few transactions make a small log."""
    batch = [request(i, "record", session=session, query=query, at=TENTH + at)
             for i, (session, at, query) in enumerate(EVENTS)]
    answers = json.loads(daemon.ask(f"[{','.join(batch)}]"))
    assert len(answers) == len(EVENTS) and all(answer.get("result") == {} for answer in answers), answers
    for kind, text in rules:
        assert '"new":true' in daemon.ask(request(1, "block", kind=kind, text=text))


def histories(talk):
    for session in dict.fromkeys(name for name, _, _ in EVENTS):
        talk.ask("history", session=session, limit=100)
    talk.ask("blocks")


def completions(talk):
    talk.remark("completions")
    at = TENTH + 100
    for prefix in ["", "g", "garden", "Garden H", "solar", "cre", "crème", "gie", "über", "д", "園", "ro", "hammr", "grlil",
                   "grill c", "paint t", "zzzz"]:
        talk.ask("complete", prefix=prefix, at=at)
    talk.ask("complete", prefix="po", previous=["garden hose", "Garden-Hose, 20 M!"], limit=1, explain=True, at=at)
    talk.ask("complete", prefix="", previous=["ladder"], limit=5, at=at)
    for session, later, prefix in [("ada", 95, ""), ("ada", 95, "po"), ("ada", 95, "pond"), ("ada", 90000, ""),
                                   ("Zoë ☂", 200, "cr"), ("Zoë ☂", 200, ""), ("ben", 300, "l"), ("long", 420, "screw m3"),
                                   ("nobody", 0, "r")]:
        talk.ask("complete", session=session, prefix=prefix, limit=5, at=TENTH + later)


def every_method(talk):
    """Each method, each error that one daemon can be brought to answer, batches and notifications."""
    at = TENTH + 500
    talk.remark("methods")
    talk.ask("ping")
    talk.ask("status")
    talk.ask("metrics")
    talk.ask("record", session="eva", query="Leaf Rake", at=at)
    talk.ask("record", session="eva", query="leaf rake telescopic", at=at + 1)
    talk.ask("complete", session="eva", prefix="leaf", at=at + 2)
    talk.ask("complete", session="eva", prefix="leaf", limit=1, explain=True, at=at + 2)
    talk.ask("history", session="eva")
    talk.ask("history", session="nobody")
    talk.ask("block", kind="word", text="telescopic")
    talk.ask("block", kind="word", text="Telescopic")
    talk.ask("complete", session="eva", prefix="leaf rake", at=at + 2)
    talk.ask("unblock", kind="word", text="TELESCOPIC")
    talk.ask("unblock", kind="word", text="telescopic")
    talk.ask("block", kind="pattern", text="rope ?? m")
    talk.ask("complete", prefix="rop", at=at)
    talk.ask("block", kind="exact", text="hammer")
    talk.ask("complete", prefix="hamme", limit=3, at=at)
    talk.ask("blocks")
    talk.ask("reload")
    talk.ask("reload", force=True)
    talk.ask("forget", session="eva", query="leaf  rake")
    talk.ask("forget", session="eva", query="never typed")
    talk.ask("forget", everyone=True, query="step ladder")
    talk.ask("forget", session="long", since=TENTH + 405, until=TENTH + 408)
    talk.ask("forget", everyone=True, since=TENTH + 300, until=TENTH + 300)
    talk.ask("forget", session="ada", until=TENTH)
    talk.remark("batches and notifications")
    talk.notify("record", session="eva", query="notified", at=at + 3)
    talk.notify("no such method")
    talk.raw(request("text", "history", session="eva"))
    talk.raw(request(None, "ping").replace('"method"', '"id":null,"method"'))
    batch = [request("a", "ping"), request(None, "record", session="eva", query="batched", at=at + 4), "7",
             request("b", "complete", prefix="rake", limit=1, at=at), request("c", "nothing"),
             request("d", "record", session="eva", query="batched too", at=at + 5)]
    talk.raw(f"[{','.join(batch)}]")
    talk.ask("history", session="eva")
    talk.raw(f"[{','.join(['7'] * 101)}]")
    talk.raw("[]")
    talk.remark("errors")
    for line in ['{"jsonrpc":"2.0","id":1,"method":', "nonsense", "7", "{}", '{"jsonrpc":"1.0","id":1,"method":"ping"}',
                 '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
                 '{"jsonrpc":"2.0","id":1,"method":"ping","params":7}', '{"jsonrpc":"2.0","id":1,"method":7}']:
        talk.raw(line)
    talk.ask("suggest")
    for method, params in [
        ("complete", {}), ("complete", {"prefix": 7}), ("complete", {"prefix": "a", "limit": 0}),
        ("complete", {"prefix": "a", "limit": 101}), ("complete", {"prefix": "a", "session": "s", "previous": []}),
        ("complete", {"prefix": "a", "session": ""}), ("complete", {"prefix": "a" * 2049}),
        ("complete", {"prefix": "a", "previous": ["b"] * 65}), ("complete", {"prefix": "a", "at": -1}),
        ("record", {}), ("record", {"session": "s"}), ("record", {"session": "s", "query": ""}),
        ("record", {"session": "s", "query": "a\0b"}), ("record", {"session": "s" * 129, "query": "a"}),
        ("history", {}), ("history", {"session": "s", "limit": 1000}), ("forget", {}),
        ("forget", {"session": "s", "everyone": True}), ("forget", {"everyone": False}),
        ("block", {}), ("block", {"kind": "regex", "text": "a"}), ("block", {"kind": "word", "text": ""}),
        ("block", {"kind": "exact", "text": "!!!"}), ("unblock", {"kind": "prefix", "text": "wheelbarrow t"}),
        ("reload", {"force": 1}),
    ]:
        talk.ask(method, **params)
    talk.overlong()
    talk.remark("a member nobody knows, null for what is optional, white space, escapes")
    talk.raw('{"jsonrpc":"2.0","id":"\\u00e9","method":"ping","more":[{"x":null}]}')
    talk.raw(' { "jsonrpc" : "2.0" , "id" : -7 , "method" : "history" , "params" : { "session" : "ben" , "limit" : null } } \r')
    talk.raw('{"jsonrpc":"2.0","id":1,"method":"complete","params":{"prefix":"caf\\u00e9","limit":2,"at":%d}}' % at)


def main():
    programs = os.path.abspath(sys.argv[1])
    os.umask(0o077)
    write_log(f"{HERE}/log.tsv")
    for profile in "search", "verbatim":
        subprocess.run([f"{programs}/qac-index", "build", "--quiet", "--format", "events", "--profile", profile,
                        "--log", f"{HERE}/log.tsv", "--out", f"{HERE}/{profile}.index"], check=True)
    with tempfile.TemporaryDirectory() as directory:
        shutil.copy(f"{HERE}/block-list.txt", directory)
        daemon = Daemon(programs, directory, "search.index", ["--block-list", "block-list.txt"])
        fill(daemon, RULES)
        daemon.end()
        shutil.copyfile(f"{directory}/state/s", f"{HERE}/search.database")
        daemon.start()
        talk = Conversation(daemon, f"{HERE}/search.conversation")
        talk.remark("what the database holds")
        histories(talk)
        completions(talk)
        every_method(talk)
        talk.restart()
        histories(talk)
        talk.ask("history", session="eva")
        talk.ask("forget", everyone=True)
        talk.ask("history", session="ada")
        daemon.end()
    with tempfile.TemporaryDirectory() as directory:
        daemon = Daemon(programs, directory, "verbatim.index")
        daemon.end()
        daemon.start()
        fill(daemon, RULES[2:])
        daemon.end(signal.SIGKILL)
        for suffix in "", "-wal":
            shutil.copyfile(f"{directory}/state/s{suffix}", f"{HERE}/verbatim.database{suffix}")
        daemon.start()
        talk = Conversation(daemon, f"{HERE}/verbatim.conversation")
        talk.remark("what the database of a killed daemon holds")
        histories(talk)
        completions(talk)
        daemon.end()


main()
