"""How many keystrokes ghost text saves: ours, and "the most recent that begins so".

    python3 Benchmarks/shell/keystrokes.py --programs .build/release LOG

LOG has lines of session, unix seconds and command (gzip or plain). The last tenth of it is typed again
in the order of time, letter by letter. Ghost text is taken with one key as soon as it is the whole
command, otherwise the command is typed to its end: the saving is 1 - keys / letters. The key Enter
counts for nobody, and an empty line has no ghost text.

The systems, each with all earlier commands of the same person as its history:

- most recent: the newest command of the history that begins with what was typed. This is the rule of
  zsh-autosuggestions (strategy "history"), of fish, and of atuin as a strategy of zsh-autosuggestions;
- most recent, everybody's: the same over the history of all people, as if they were one;
- qacd, own history: no index, and nothing of other people is shown;
- qacd, with an index: learned from everybody's first eight tenths. The daemon records as it goes.

--check N compares the rule with the real zsh-autosuggestions in N lines, typed at a real zsh.
"""

import argparse
import atexit
import bisect
import gzip
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLUGIN = "/usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh"
# zsh.qac asks for three, and shows the first that begins with what was typed.
LIMIT = 3


def events(path):
    """The events of the log by time; equal times in the order of the lines."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t", 2) for line in file if line.strip()]
    # What the daemon does not record is left out for all systems.
    rows = [(session, int(seconds), text) for session, seconds, text in rows
            if text.strip() and len(text.encode()) <= 2048 and len(session.encode()) <= 128]
    return sorted(rows, key=lambda row: row[1])


class MostRecent:
    """The newest command that begins with what was typed."""

    def __init__(self):
        self.last = {}
        self.texts = []

    def record(self, text, turn):
        if text not in self.last:
            bisect.insort(self.texts, text)
        self.last[text] = turn

    def ghost(self, typed):
        place = bisect.bisect_left(self.texts, typed)
        best = None
        while place < len(self.texts) and self.texts[place].startswith(typed):
            text = self.texts[place]
            if best is None or self.last[text] > self.last[best]:
                best = text
            place += 1
        return best


class Daemon:
    """qacd with its time from the client."""

    def __init__(self, programs, flags):
        self.directory = tempfile.mkdtemp(prefix="qacd-keys-")
        path = self.directory + "/q.sock"
        self.process = subprocess.Popen(
            [programs + "/qacd", "--preset", "shell", "--clock", "client", "--socket", path,
             "--database", self.directory + "/s.sqlite", "--log-level", "error"] + flags)
        atexit.register(self.close)
        for _ in range(600):
            try:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(path)
                break
            except OSError:
                time.sleep(0.1)
        self.file = self.socket.makefile("rb")

    def call(self, requests):
        """Sends requests; returns their results in order."""
        lines = [json.dumps({"jsonrpc": "2.0", "id": i, "method": m, "params": p})
                 for i, (m, p) in enumerate(requests)]
        self.socket.sendall(("\n".join(lines) + "\n").encode())
        results = [None] * len(requests)
        for _ in requests:
            answer = json.loads(self.file.readline())
            if "error" in answer:
                sys.exit(f"the daemon refuses: {answer['error']['message']}")
            results[answer["id"]] = answer["result"]
        return results

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def keys(command, ghosts):
    """The keys for `command`, where ghosts[i] is shown after i + 1 letters."""
    for i, ghost in enumerate(ghosts):
        if ghost == command and i + 2 < len(command):
            return i + 2
    return len(command)


def of_rule(rows, start, shared):
    histories = {}
    counts = []
    for turn, (session, _, text) in enumerate(rows):
        history = histories.setdefault("" if shared else session, MostRecent())
        if turn >= start:
            counts.append(keys(text, [history.ghost(text[:i]) for i in range(1, len(text))]))
        history.record(text, turn)
    return counts


def of_daemon(rows, start, daemon):
    batch = []
    for turn in range(0, start, 100):
        seen = {}
        batch = []
        for session, seconds, text in rows[turn:min(start, turn + 100)]:
            seen[(session, seconds, text)] = seen.get((session, seconds, text), 0) + 1
            batch.append({"session": session, "query": text, "at": seconds,
                          "occurrence": seen[(session, seconds, text)]})
        daemon.call([("import", {"events": batch})])
    counts = []
    for session, seconds, text in rows[start:]:
        requests = [("complete", {"session": session, "prefix": text[:i], "limit": LIMIT,
                                  "at": seconds}) for i in range(1, len(text))]
        # In pieces that fit into the buffers of the socket.
        answers = [a for i in range(0, len(requests), 50) for a in daemon.call(requests[i:i + 50])]
        ghosts = []
        for i, answer in enumerate(answers):
            texts = [s["text"] for s in answer["suggestions"]]
            ghosts.append(next((t for t in texts if t.startswith(text[:i + 1])), None))
        counts.append(keys(text, ghosts))
        daemon.call([("record", {"session": session, "query": text, "at": seconds})])
    return counts


def row(name, rows, start, counts):
    letters = sum(len(text) for _, _, text in rows[start:])
    whole = sum(1 for (_, _, text), n in zip(rows[start:], counts) if n < len(text))
    print(f"| {name} | {1 - sum(counts) / letters:.1%} | {whole / len(counts):.1%} | "
          f"{sum(counts) / len(counts):.1f} |", flush=True)


def check(rows, count):
    """Types lines at a zsh with the real plugin, and compares its ghost text with the rule."""
    sys.path.insert(0, os.path.join(ROOT, "Tests/Shells"))
    from terminal import Shell

    class Nobody:
        socket = "/nowhere/qacd.sock"

    history = MostRecent()
    texts = [t for _, _, t in rows if t.isascii() and t.isprintable() and len(t) < 60]
    texts = [t for t in texts if "\\" not in t and "!" not in t and not t.startswith(" ")][:400]
    for turn, text in enumerate(texts):
        history.record(text, turn)
    directory = tempfile.mkdtemp(prefix="qacd-keys-")
    with open(directory + "/history", "w") as file:
        file.write("".join(text + "\n" for text in texts))
    shell = Shell("zsh", Nobody(), QAC_OFF="1", TERM="xterm-256color", start=(
        f"HISTFILE={directory}/history HISTSIZE=9999 SAVEHIST=9999\nfc -R\nsource {PLUGIN}\n"))
    random.seed(5)
    equal = 0
    for _ in range(count):
        text = random.choice(texts)
        typed = text[:random.randint(1, max(1, len(text) - 1))]
        wanted = history.ghost(typed)
        shell.send(typed)
        found = shell.wait(lambda: shell.line == ("% " + wanted).rstrip(), seconds=3)
        equal += found
        if not found:
            print(f"  differs: {typed!r}: {shell.line!r}, the rule says {wanted!r}")
        shell.send("\x15")
        shell.wait(lambda: shell.line == "%", seconds=3)
    shell.close()
    shutil.rmtree(directory)
    print(f"zsh-autosuggestions shows what the rule says in {equal} of {count} lines")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("log")
    parser.add_argument("--programs", default=ROOT + "/.build/release")
    parser.add_argument("--check", type=int, default=0, metavar="N")
    arguments = parser.parse_args()
    rows = events(arguments.log)
    start = len(rows) * 9 // 10
    if arguments.check:
        check(rows, arguments.check)
    print(f"{len(rows) - start} commands of {len({s for s, _, _ in rows[start:]})} people, "
          f"{sum(len(t) for _, _, t in rows[start:]) / (len(rows) - start):.1f} letters on average\n")
    print("| ghost text | keystrokes saved | commands completed | keys per command |")
    print("|---|---|---|---|")
    row("most recent (zsh-autosuggestions, fish)", rows, start, of_rule(rows, start, False))
    row("most recent, everybody's history", rows, start, of_rule(rows, start, True))
    empty = tempfile.mkdtemp(prefix="qacd-keys-")
    try:
        daemon = Daemon(arguments.programs, ["--index", empty + "/none.qaci", "--live-sessions",
                                             "1000"])
        row("qacd, own history", rows, start, of_daemon(rows, start, daemon))
        daemon.close()
        index = empty + "/index.qaci"
        log = empty + "/log.tsv"
        with open(log, "w", encoding="utf-8") as file:
            for session, seconds, text in rows[:len(rows) * 8 // 10]:
                file.write(f"{session}\t{seconds}\t{text}\n")
        subprocess.run([arguments.programs + "/qac-index", "build", "--quiet", "--preset", "shell",
                        "--format", "events", "--log", log, "--out", index], check=True,
                       stderr=subprocess.DEVNULL)
        daemon = Daemon(arguments.programs, ["--index", index, "--live-sessions", "2"])
        row("qacd, with an index", rows, start, of_daemon(rows, start, daemon))
        daemon.close()
    finally:
        shutil.rmtree(empty)


main()
