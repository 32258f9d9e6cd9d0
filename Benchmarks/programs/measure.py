#!/usr/bin/env python3
"""Measures what installed programs cost: their size, how long they take to start, their memory.

    measure.py [--runs 200] NAME=FOLDER ...

Each FOLDER holds qacd, qac-cli, qac-index and perhaps qac-web; NAME is a column of the table. Sizes
are of the files; a link costs nothing, and libraries that no package of Debian brings are added.
Starts are medians over the runs, the folders in turn, beside a C program that does nothing: the
time by the clock until the program has ended, and behind it the processor's time. The daemon serves
an index of the shipped log and is idle; qac-cli waits on a terminal for a key. Memory is what is
resident, and behind it what is the process's own (RssAnon in proc(5)); the rest are pages of files,
shared or to be had again. Needs cc and ldd. Measure on a quiet machine.
"""

from __future__ import annotations

import argparse
import os
import pty
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOG = ROOT / "data" / "shop-simulated.events.tsv.gz"
PROGRAMS = ["qacd", "qac-index", "qac-cli", "qac-web"]
SYSTEM = ("/lib/", "/lib64/", "/usr/lib/")


def own_libraries(program: Path) -> dict[str, int]:
    """The libraries that the program loads from folders that are not the system's; their sizes."""
    found = {}
    for line in subprocess.check_output(["ldd", program], text=True).splitlines():
        path = re.search(r"=> (/\S+)", line)
        if path and not path.group(1).startswith(SYSTEM):
            real = os.path.realpath(path.group(1))
            found[real] = os.path.getsize(real)
    return found


def sizes(folder: Path) -> dict[str, str]:
    """Megabytes of each file and of the libraries, and of all but the web together."""
    rows, files, libraries = {}, {}, {}
    for name in PROGRAMS:
        path = folder / name
        if not path.exists():
            continue
        if path.is_symlink():
            rows[f"size of {name}"] = f"in {path.resolve().name}"
        else:
            rows[f"size of {name}"] = megabytes(path.stat().st_size)
        if name != "qac-web":
            files[path.resolve()] = path.stat().st_size
            libraries |= own_libraries(path)
    rows["size of libraries that Debian has not"] = megabytes(sum(libraries.values()))
    rows["size together, without qac-web"] = megabytes(
        sum(files.values()) + sum(libraries.values()))
    return rows


def megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"


def start(arguments: list[str]) -> tuple[float, float]:
    """Milliseconds by the clock and of the processor until the program has ended."""
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, descriptor) for descriptor in (0, 1, 2)]
    before = time.perf_counter()
    pid = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    elapsed = time.perf_counter() - before
    os.close(null)
    if status != 0:
        sys.exit(f"measure.py: {' '.join(arguments)} ended with {status}; run it by hand")
    return elapsed * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3


def memory(pid: int) -> str:
    status = Path(f"/proc/{pid}/status").read_text()
    resident, own = (
        int(re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE).group(1)) * 1024
        for name in ("VmRSS", "RssAnon"))
    return f"{megabytes(resident)} ({megabytes(own)})"


class Daemon:
    """A daemon of `folder` that serves an index of the shipped log, with a client at a terminal."""

    def __init__(self, folder: Path, work: Path) -> None:
        self.socket = work / "socket"
        index = work / "index.qaci"
        subprocess.run(
            [folder / "qac-index", "build", "--quiet", "--log", LOG, "--out", index], check=True)
        self.process = subprocess.Popen(
            [folder / "qacd", "--index", index, "--socket", self.socket, "--database",
             work / "database"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(1000):
            if self.socket.exists():
                break
            time.sleep(0.05)
        if not self.socket.exists() or self.process.poll() is not None:
            sys.exit(f"measure.py: {folder}/qacd does not serve; run it by hand")
        self.client, self.terminal = pty.fork()
        if self.client == 0:
            os.execv(folder / "qac-cli", ["qac-cli", "--socket", str(self.socket)])
        time.sleep(2)

    def stop(self) -> None:
        os.kill(self.client, signal.SIGKILL)
        os.waitpid(self.client, 0)
        os.close(self.terminal)
        self.process.terminate()
        self.process.wait()


def empty_program(work: Path) -> Path:
    (work / "empty.c").write_text("int main(void) { return 0; }\n")
    subprocess.run(["cc", "-O2", "-o", work / "empty", work / "empty.c"], check=True)
    return work / "empty"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("folders", nargs="+", metavar="NAME=FOLDER")
    options = parser.parse_args()
    folders = {
        name: Path(folder).absolute()
        for name, folder in (text.split("=", 1) for text in options.folders)}
    columns = {name: sizes(folder) for name, folder in folders.items()}
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        commands = {("", "an empty program in C"): [str(empty_program(work))]}
        daemons = []
        for number, (name, folder) in enumerate(folders.items()):
            place = work / str(number)
            place.mkdir(mode=0o700)
            daemon = Daemon(folder, place)
            daemons.append(daemon)
            columns[name]["memory of an idle qacd"] = memory(daemon.process.pid)
            columns[name]["memory of qac-cli that waits"] = memory(daemon.client)
            cli, socket = str(folder / "qac-cli"), str(daemon.socket)
            commands[name, "qac-cli --help"] = [cli, "--help"]
            commands[name, "qac-cli complete"] = [cli, "complete", "--socket", socket, "--", "ru"]
            commands[name, "qacd --version"] = [str(folder / "qacd"), "--version"]
            commands[name, "qac-index --version"] = [str(folder / "qac-index"), "--version"]
        times = {key: [] for key in commands}
        for _ in range(options.runs):
            for key, arguments in commands.items():
                times[key].append(start(arguments))
        for daemon in daemons:
            daemon.stop()
    for (name, command), found in times.items():
        clock, processor = (statistics.median(values) for values in zip(*found))
        for column in [columns[name]] if name else columns.values():
            column[f"start of {command}"] = f"{clock:.1f} ms ({processor:.1f})"
    print("| | " + " | ".join(columns) + " |")
    print("|---|" + "--:|" * len(columns))
    for row in dict.fromkeys(row for column in columns.values() for row in column):
        print(f"| {row} | " + " | ".join(c.get(row, "") for c in columns.values()) + " |")


if __name__ == "__main__":
    main()
