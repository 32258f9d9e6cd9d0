#!/usr/bin/env python3
"""How long a client that types waits while others mean ill.

    hostile.py --programs .build/release [--only NAME,…] [--quick] [--large-log FILE] [--verbose]

Each attack (attacks.py) meets a daemon of its own, on which one client types, a key every 5 ms
(typist.py). What is printed is how long that client waits, beside a control run: the same client of
the same daemon, while other processes do nothing but burn as much processor time as the attacker
and the daemon together used. An attack is withstood if the longest wait is below 20 ms, or at most
5 ms above that of its control run. One that has not ended after --timeout seconds is broken off:
"> 60 s" says that an answer had not come by then.

An attack marked large needs an index of 130,000 labels, of the log that --large-log or QAC_GEO
names (Benchmarks/geonames); without one it is left out, with a line that says so.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from attacks import ATTACKS, Attack, Stage
from wire import Daemon, processor_seconds

HERE = Path(__file__).resolve().parent
SHOP = HERE.parent.parent / "data" / "shop-simulated.events.tsv.gz"
GOAL = 0.020
MARGIN = 0.005
SETTLE = 1.0


@dataclass
class Run:
    """What the typing client saw."""

    p999: float
    worst: float
    unanswered: bool
    requests: int
    longest: list
    late: float

    def cell(self) -> str:
        worst = ("> " if self.unanswered else "") + duration(self.worst)
        return f"{duration(self.p999)} / {worst}"


def duration(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.1f} ms"


class Typist:
    """The client that types, a process of its own."""

    def __init__(self, stage: Stage) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "typist.py"), stage.daemon.socket, "typist"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.process.stdin.write("\n".join(stage.texts))
        self.process.stdin.close()
        # `communicate` must not touch it again.
        self.process.stdin = None
        if self.process.stdout.readline() != "typing\n":
            raise SystemExit("the typing client did not start")

    def end(self, patience: float) -> Run:
        """Has it end when all is answered, or after so many seconds."""
        self.process.send_signal(signal.SIGTERM)
        try:
            output, _ = self.process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGUSR1)
            output, _ = self.process.communicate()
        found = json.loads(output)
        return Run(
            *(found[k] for k in ("p999", "worst", "unanswered", "requests", "longest", "late"))
        )


class Failed(Exception):
    """An attacker could not do what it was to do."""


def fork(body: Callable[[], None]) -> int:
    """Runs `body` in a process of its own; its number."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setpgid(0, 0)
        body()
        code = 0
    except BaseException as error:
        print(f"hostile.py: the attacker: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        os._exit(code)


def wait(pid: int, seconds: float) -> tuple[bool, float]:
    """Whether the process ended by itself within so many seconds, and the processor time it used.

    An attacker that failed has shown nothing.
    """
    deadline = time.monotonic() + seconds
    ended = True
    while True:
        found, status, usage = os.wait4(pid, os.WNOHANG)
        if found:
            if ended and status != 0:
                raise Failed
            return ended, usage.ru_utime + usage.ru_stime
        if ended and time.monotonic() > deadline:
            ended = False
            os.killpg(pid, signal.SIGKILL)
        time.sleep(0.01)


def burn(share: float) -> None:
    """Uses so much of a processor."""
    period = 0.02
    while True:
        begin = time.perf_counter()
        while time.perf_counter() - begin < period * share:
            pass
        if share < 1:
            time.sleep(max(0.0, period - (time.perf_counter() - begin)))


class Bench:
    def __init__(self, options: argparse.Namespace, work: Path) -> None:
        self.options, self.work = options, work
        self.programs = options.programs.resolve()
        self.indexes: dict[bool, Path] = {}
        self.scale = 0.2 if options.quick else 1.0
        self.seconds = options.seconds or (3.0 if options.quick else 10.0)

    def index(self, large: bool) -> Path | None:
        """The shop's index, or the large one; built once."""
        if large not in self.indexes:
            log = self.options.large_log if large else SHOP
            if log is None or not log.exists():
                return None
            path = self.work / f"{'large' if large else 'shop'}.qaci"
            command = [self.programs / "qac-index", "build", "--quiet", "--format", "events"]
            subprocess.run([*command, "--log", log, "--out", path], check=True)
            self.indexes[large] = path
        return self.indexes[large]

    def stage(self, attack: Attack, name: str) -> Stage:
        """A daemon that is started."""
        directory = self.work / name
        directory.mkdir()
        daemon = Daemon(self.programs, directory, self.index(attack.large))
        stage = Stage(daemon, directory, [], self.scale, self.seconds)
        flags = [daemon.metrics_socket if flag == "METRICS" else flag for flag in attack.flags]
        if attack.rules:
            (directory / "rules").write_text(attack.rules(stage))
            flags += ["--block-list", str(directory / "rules")]
        daemon.start(flags)
        peer = stage.peer()
        for prefix in ["", *"abcdefghijklmnoprstuvw"]:
            found = peer.result("complete", prefix=prefix, limit=20)["suggestions"]
            stage.texts += [s["text"] for s in found if s["text"] not in stage.texts]
        self.greet(stage)
        peer.close()
        return stage

    def greet(self, stage: Stage) -> None:
        """Records what the typing client typed before."""
        stage.records(("typist", text) for text in stage.texts[:5])

    def end(self, stage: Stage, typist: Typist | None, others: list[int]) -> None:
        """Leaves nothing running."""
        for pid in others:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        if typist:
            typist.process.kill()
            typist.process.wait()
        stage.daemon.kill()

    def attacked(self, attack: Attack, name: str) -> tuple[Run, float, float, bool]:
        """What the client saw, the processor time used, for how long, and whether to the end."""
        stage = self.stage(attack, name)
        typist, others = None, []
        try:
            attack.prepare(stage)
            # So that nothing but the attack is new to the daemon.
            peer = stage.peer()
            peer.result("complete", session="typist", prefix="a")
            peer.close()
            typist = Typist(stage)
            time.sleep(SETTLE / 2)
            used, begin = processor_seconds(stage.daemon.pid), time.monotonic()
            others = [fork(lambda: attack.run(stage))]
            ended, seconds = wait(others[0], self.options.timeout)
            if ended:
                time.sleep(SETTLE)
            run = typist.end(self.options.timeout - (time.monotonic() - begin) if ended else 0)
            seconds += processor_seconds(stage.daemon.pid) - used
            wall = time.monotonic() - begin
            if self.options.verbose:
                print_slow(stage.daemon.log)
            return run, seconds, wall, ended
        finally:
            self.end(stage, typist, others)

    def alone(self, attack: Attack, name: str, load: float, seconds: float) -> Run:
        """What the client sees while so many processors are busy with nothing."""
        stage = self.stage(attack, name)
        typist, others = None, []
        try:
            typist = Typist(stage)
            time.sleep(SETTLE / 2)
            shares = [1.0] * int(load) + ([load % 1] if load % 1 > 0.01 else [])
            others = [fork(lambda share=share: burn(share)) for share in shares]
            time.sleep(seconds)
            return typist.end(self.options.timeout)
        finally:
            self.end(stage, typist, others)

    def measure(self, attack: Attack) -> str:
        """The row of the table."""
        rounds = range(self.options.rounds)
        run, used, wall, ended = min(
            (self.attacked(attack, f"{attack.name}-{i}") for i in rounds), key=lambda r: r[0].worst
        )
        load = min(used / wall, float(os.cpu_count() or 1))
        seconds = min(max(wall, 3.0), self.seconds)
        control = min(
            (self.alone(attack, f"{attack.name}-alone-{i}", load, seconds) for i in rounds),
            key=lambda r: r.worst,
        )
        holds = run.worst < GOAL or run.worst <= control.worst + MARGIN
        if self.options.verbose:
            for name, each in ("alone", control), ("attacked", run):
                print(
                    f"  {attack.name}, {name}: {each.requests} requests, itself woken late by "
                    f"up to {duration(each.late)}, longest (began, took) {each.longest}",
                    file=sys.stderr,
                )
        cells = [
            f"`{attack.name}`",
            attack.what,
            control.cell(),
            run.cell(),
            f"{used:.1f} s in {wall:.0f} s{'' if ended else ', broken off'}",
            "yes" if holds else "**no**",
        ]
        return f"| {' | '.join(cells)} |"


def print_slow(log: Path) -> None:
    for line in log.read_text(errors="replace").splitlines():
        if "slow request" in line:
            print(f"  {line}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--programs", type=Path, required=True, help="the directory of qacd, qac-cli and qac-index")
    add(
        "--only",
        default="",
        help="names of attacks, with commas between; a name's beginning will do with *",
    )
    add("--quick", action="store_true", help="a fifth of the sizes, three seconds each")
    add("--rounds", type=int, default=1, help="so often each; the round with the least wait counts")
    add("--timeout", type=float, default=60, help="seconds after which an attack is broken off")
    add("--seconds", type=float, help="how long an attack goes on that has no end of its own")
    geo = os.environ.get("QAC_GEO")
    add(
        "--large-log",
        type=Path,
        default=Path(geo) / "geo-130k.events.tsv.gz" if geo else None,
        help="a log of many labels; that of QAC_GEO otherwise",
    )
    add(
        "--verbose",
        action="store_true",
        help="tell the longest waits, and the daemon's slow requests",
    )
    add("--list", action="store_true", help="name the attacks and end")
    options = parser.parse_args()
    chosen = [a for a in ATTACKS if matches(a.name, options.only)]
    if not chosen:
        parser.error("no attack has such a name; --list names them")
    if options.list:
        for attack in chosen:
            print(f"{attack.name:24} {attack.what}")
        return
    # So that nothing is left running.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    # A crowd of connections.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard), hard))
    print(
        "| attack | what | alone: p99.9 / worst | attacked: p99.9 / worst | processor | withstood |"
    )
    print("|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="hostile-") as work:
        bench = Bench(options, Path(work))
        failed = False
        for attack in chosen:
            if bench.index(attack.large) is None:
                print(f"hostile.py: {attack.name} is left out: no large log", file=sys.stderr)
                continue
            try:
                print(bench.measure(attack), flush=True)
            except Failed:
                print(f"hostile.py: {attack.name} failed", file=sys.stderr)
                failed = True
    if failed:
        sys.exit(1)


def matches(name: str, only: str) -> bool:
    wanted = [w for w in only.split(",") if w]
    return not wanted or any(
        name == w or w.endswith("*") and name.startswith(w[:-1]) for w in wanted
    )


main()
