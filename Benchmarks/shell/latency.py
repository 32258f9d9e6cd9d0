"""How long the ghost text of zsh takes after a key, beside the echo of a plain zsh.

    dev/shells --latency [LOG]

types commands of LOG (events; the tests' commands without it) into two shells in turn, one with
qacd and one without, in one run. It prints for both how long a key takes to be echoed, and for the
first how long the ghost text takes; how much longer a paste of 4 KiB and a prompt take; and the
longest echo while the daemon is stopped. The figures hold for the machine and its load: compare them
within a run.
"""

import gzip
import os
import select
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/Shells"))
from terminal import COMMANDS, Daemon, Shell  # noqa: E402

GHOST = b"\x1b[90m"
CLEAR = "\x15"
COMMANDS_TYPED = 60
PASTED = "echo " + "pasted text " * 341


def commands(path):
    """Commands of a log that a keyboard can type."""
    if path is None:
        return COMMANDS * 4
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", errors="replace") as file:
        found = [line.rstrip("\n").split("\t")[2] for line in file]
    return [text for text in found if 5 < len(text) < 60 and text.isascii()][-COMMANDS_TYPED:]


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
    print(f"| {name} | {part(values, .5):.2f} | {part(values, .99):.2f} | {len(values)} |")


def main():
    texts = commands(sys.argv[1] if len(sys.argv) > 1 else None)[:COMMANDS_TYPED]
    daemon = Daemon()
    with_it = Shell("zsh", daemon)
    without = Shell("zsh", daemon, QAC_OFF="1")
    results = {"with": ([], []), "without": ([], [])}
    # In turn, so that what else the machine does meets both.
    for begin in range(0, len(texts), 5):
        for name, shell in (("with", with_it), ("without", without)):
            echoes, ghosts = typed(shell, texts[begin:begin + 5])
            results[name][0].extend(echoes)
            results[name][1].extend(ghosts)
    print("| milliseconds | p50 | p99 | keys |\n|---|---|---|---|")
    row("echo of a key, without qacd", results["without"][0])
    row("echo of a key, with qacd", results["with"][0])
    row("ghost text after a key", results["with"][1])
    pastes = {"with": [], "without": []}
    prompts = {"with": [], "without": []}
    for _ in range(9):
        for name, shell in (("with", with_it), ("without", without)):
            pastes[name].append(until_quiet(shell, "\x1b[200~" + PASTED + "\x1b[201~"))
            until_quiet(shell, CLEAR)
            prompts[name].append(until_quiet(shell, "true\r"))
    for what, times in (("a paste of 4 KiB", pastes), ("a command and its prompt", prompts)):
        for name in ("without", "with"):
            row(f"{what}, {name} qacd", times[name])
    daemon.stop()
    stopped, _ = typed(with_it, texts[:20])
    daemon.go_on()
    row("echo of a key while the daemon is stopped", stopped)
    print(f"\nlongest echo while the daemon is stopped: {max(stopped) * 1000:.1f} ms")
    with_it.close()
    without.close()
    daemon.close()


main()
