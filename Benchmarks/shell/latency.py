"""How long the ghost text of zsh takes after a key, beside the echo of a plain zsh.

    dev/shells --latency [LOG]

types commands of LOG (events; the tests' commands without it) into two shells in turn, one with
qacd and one without, in one run. Both have a history of 100,000 lines, which are commands of LOG with
numbers behind some of them; the daemon has recorded them, too. It prints for both how long a key takes
to be echoed, and for the first how long the ghost text and the list of Ctrl-R take; how long a paste
of 4 KiB and a prompt take; and the same while the daemon is stopped, after it is killed, and where it
never was. The figures hold for the machine and its load: compare them within a run.
"""

import gzip
import os
import random
import select
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/Shells"))
from terminal import COMMANDS, Daemon, Shell  # noqa: E402

GHOST = b"\x1b[90m"
CLEAR, CTRL_R, ESCAPE = "\x15", "\x12", "\x1b"
LINES = 100_000
COMMANDS_TYPED = 40
PASTED = "echo " + "pasted text " * 341


def commands(path):
    """Commands of a log that a keyboard can type."""
    if path is None:
        return COMMANDS * 4
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", errors="replace") as file:
        found = [line.rstrip("\n").split("\t")[2] for line in file]
    return [text for text in found if 5 < len(text) < 60 and text.isascii() and "!" not in text]


def history(texts, directory, daemon):
    """A history file of LINES lines; the daemon records them, too. Returns its path."""
    rng = random.Random(1)
    now = int(time.time())
    path = directory + "/history"
    events = []
    with open(path, "w") as file:
        for i in range(LINES):
            text = rng.choice(texts)
            if rng.random() < 0.3:
                text += f" {rng.randrange(10000)}"
            at = now - (LINES - i) * 60
            file.write(f": {at}:0;{text}\n")
            events.append({"session": "ada", "query": text, "at": at, "place": "/srv"})
            if len(events) == 250:
                daemon.call("import", events=events)
                events = []
    return path


def after(shell, key, quiet=0.03):
    """Sends `key`; returns the seconds until the first byte, and until the ghost text if it comes."""
    start = time.perf_counter()
    shell.send(key)
    echo = ghost = None
    while select.select([shell.descriptor], [], [], quiet)[0]:
        data = os.read(shell.descriptor, 65536)
        now = time.perf_counter() - start
        echo = now if echo is None else echo
        ghost = now if GHOST in data else ghost
    return echo, ghost


def typed(shell, texts):
    echoes, ghosts = [], []
    for text in texts:
        for key in text:
            echo, ghost = after(shell, key)
            echoes += [echo] if echo is not None else []
            ghosts += [ghost] if ghost is not None else []
        after(shell, CLEAR)
    return echoes, ghosts


def until_quiet(shell, text, quiet=0.25):
    """Seconds from sending `text` to the last byte of what it causes."""
    start = last = time.perf_counter()
    shell.send(text)
    while select.select([shell.descriptor], [], [], quiet)[0]:
        os.read(shell.descriptor, 65536)
        last = time.perf_counter()
    return last - start


def part(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] * 1000 if values else float("nan")


def row(name, values):
    print(f"| {name} | {part(values, .5):.2f} | {part(values, .99):.2f} | "
          f"{max(values, default=float('nan')) * 1000:.1f} | {len(values)} |", flush=True)


def pastes_and_prompts(shells, times=7):
    pastes = {name: [] for name in shells}
    prompts = {name: [] for name in shells}
    for _ in range(times):
        for name, shell in shells.items():
            pastes[name].append(until_quiet(shell, "\x1b[200~" + PASTED + "\x1b[201~"))
            until_quiet(shell, CLEAR)
            prompts[name].append(until_quiet(shell, "true\r"))
    return pastes, prompts


def compare(title, shells, texts):
    """Types into all shells in turn, so that what else the machine does meets all of them."""
    echoes = {name: [] for name in shells}
    ghosts = {name: [] for name in shells}
    for begin in range(0, len(texts), 5):
        for name, shell in shells.items():
            echo, ghost = typed(shell, texts[begin:begin + 5])
            echoes[name].extend(echo)
            ghosts[name].extend(ghost)
    pastes, prompts = pastes_and_prompts(shells)
    for name in shells:
        row(f"{title}: echo of a key, {name}", echoes[name])
        if ghosts[name]:
            row(f"{title}: ghost text after a key, {name}", ghosts[name])
        row(f"{title}: a paste of 4 KiB, {name}", pastes[name])
        row(f"{title}: a command and its prompt, {name}", prompts[name])
    return echoes


def main():
    known = commands(sys.argv[1] if len(sys.argv) > 1 else None)
    texts = known[-COMMANDS_TYPED:]
    daemon = Daemon()
    start = f"HISTFILE={history(known, daemon.directory, daemon)}\n"
    start += f"HISTSIZE={LINES} SAVEHIST={LINES}\nsetopt extended_history\n"
    shells = {
        "with qacd": Shell("zsh", daemon, start=start),
        "without": Shell("zsh", daemon, start=start, QAC_OFF="1"),
    }
    print("| milliseconds | p50 | p99 | longest | keys |\n|---|---|---|---|---|")
    compare("running", shells, texts)
    searches = []
    for text in texts[:20]:
        searches.append(first_list(shells["with qacd"], text[:4]))
    row("running: the list of Ctrl-R", searches)
    daemon.stop()
    compare("stopped", shells, texts[:8])
    daemon.go_on()
    daemon.kill()
    compare("killed", shells, texts[:8])
    daemon.start()
    shells["with qacd"].read(2.5)
    _, ghosts = typed(shells["with qacd"], texts[:5])
    row("started again: ghost text after a key", ghosts)
    away = {
        "with qacd": Shell("zsh", daemon, start=start, QAC_SOCKET="/nowhere/qacd.sock"),
        "without": shells["without"],
    }
    compare("absent", away, texts[:8])
    for shell in [*shells.values(), away["with qacd"]]:
        shell.close()
    daemon.close()


def first_list(shell, text):
    """Seconds from Ctrl-R on `text` to the list below the line."""
    shell.send(text)
    shell.read(0.3)
    start = time.perf_counter()
    shell.send(CTRL_R)
    took = float("nan")
    while select.select([shell.descriptor], [], [], 0.2)[0]:
        data = os.read(shell.descriptor, 65536)
        if b" ago" in data or b"just now" in data or b"nothing" in data:
            took = time.perf_counter() - start
            break
    shell.read(0.1)
    shell.send(ESCAPE)
    shell.read(0.6)
    shell.send(CLEAR)
    shell.read(0.1)
    return took


main()
