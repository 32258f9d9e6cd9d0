#!/usr/bin/env python3
"""Measures how a rebuild reads and aggregates a log: events a second and core, and memory.

    measure.py --tool .build/release/qac-index --log 'DIR/day-*.tsv' [--memory 2048] [--threads 2]

Runs `qac-index rebuild --count` twice in an empty store: once reading everything, once finding it known.
Events a second and core are the events by the processor time of the whole program, the system's
for it included. Peaks are of all resident pages, of which those of mapped files can be taken away
at any time, and of the program's own (RssAnon in proc(5), looked at ten times a second).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time

GOAL_RATE = 500_000
GOAL_BYTES = 8 << 30


def own_peak(pid: int, ended: threading.Event, found: list[int]) -> None:
    """The greatest RssAnon of a process, in bytes, until it ends."""
    while not ended.wait(0.1):
        try:
            with open(f"/proc/{pid}/status") as file:
                for line in file:
                    if line.startswith("RssAnon:"):
                        found[0] = max(found[0], int(line.split()[1]) * 1024)
        except OSError:
            return


def run(arguments: list[str]) -> tuple[str, float, float, int, int]:
    """What a program says, its seconds by the clock and of processor, its peaks."""
    start = time.monotonic()
    child = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    ended, found = threading.Event(), [0]
    watcher = threading.Thread(target=own_peak, args=(child.pid, ended, found))
    watcher.start()
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    ended.set()
    watcher.join()
    if child.returncode != 0:
        sys.exit(f"measure.py: {arguments[0]} ended with {child.returncode}")
    return output, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, found[0]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--tool", required=True, help="the program qac-index, optimised")
    add("--log", required=True, help="pattern of the log's files")
    add("--now", default="1769904000", help="unix seconds that count as now (1769904000)")
    add("--memory", default="2048", help="MiB that reading and sorting may take (2048)")
    add("--threads", default="2", help="threads (2)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qac-nights-") as directory:
        command = [arguments.tool, "rebuild", "--count", "--dir", directory, "--log", arguments.log]
        for name in ["now", "memory", "threads"]:
            command += [f"--{name}", getattr(arguments, name)]
        for title in ["everything read", "everything known"]:
            output, seconds, processor, peak, own = run(command)
            events = int(next(x for x in output.splitlines() if x.startswith("events")).split()[-1])
            rate = events / processor
            if title == "everything read":
                print(output)
                verdict = f" ({'met' if rate >= GOAL_RATE else 'missed'}: at least {GOAL_RATE:,})"
                bound = f" ({'met' if peak <= GOAL_BYTES else 'missed'}: at most {GOAL_BYTES >> 20:,})"
            else:
                verdict = bound = ""
            print(
                f"{title}: {seconds:.1f} s, {processor:.1f} s of processor, "
                f"{rate:,.0f} events a second and core{verdict}; "
                f"peak {peak >> 20:,} MiB{bound}, of them its own {own >> 20:,} MiB"
            )


if __name__ == "__main__":
    main()
