"""What strangers do to a daemon beside a client that types: the attacks of hostile.py.

An attack is what runs in a process of its own while the client types. Before that, its preparation
may fill the database and start the daemon anew; nobody is measured then. Sizes are multiplied by
`Stage.scale`, which `--quick` makes smaller.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import select
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from wire import Daemon, Peer, batches, request, storm

# One character that compatibility mappings turn into 18, four words; 3 bytes of UTF-8.
LIGATURE = "\ufdfa"
DAY = 86_400


@dataclass
class Stage:
    """What an attack is given."""

    daemon: Daemon
    directory: Path
    texts: list[str]
    """Labels of the index."""
    scale: float
    seconds: float
    """How long an attack goes on that has no end of its own."""

    def count(self, whole: int) -> int:
        return max(1, int(whole * self.scale))

    def peer(self) -> Peer:
        return Peer(self.daemon.socket)

    def until(self) -> float:
        return time.monotonic() + self.seconds

    def records(self, events: Iterable[tuple[str, str]], **more: object) -> None:
        """Records (session, query) pairs in batches."""
        lines = (request("record", session=s, query=q, **more) for s, q in events)
        self.peer().pour(batches(lines))

    def restart(self, flags: Iterable[str] = ()) -> None:
        self.daemon.stop()
        self.daemon.start(flags)


@dataclass
class Attack:
    name: str
    what: str
    run: Callable[[Stage], None]
    prepare: Callable[[Stage], None] = lambda stage: None
    flags: list[str] = field(default_factory=list)
    """Of the daemon."""
    rules: Callable[[Stage], str] | None = None
    """The text of a block list."""
    large: bool = False
    """Whether it needs the large index."""


ATTACKS: list[Attack] = []


def attack(name: str, what: str, **more: object) -> Callable:
    """Makes the function below it an attack."""

    def add(run: Callable[[Stage], None]) -> Callable[[Stage], None]:
        ATTACKS.append(Attack(name, what, run, **more))
        return run

    return add


def again(stage: Stage, step: Callable[[], object]) -> None:
    """Does `step` over and over."""
    until = stage.until()
    while time.monotonic() < until:
        step()


def storms(
    stage: Stage, lines: list[bytes], connections: int, reads: bool = True, most: int = 1 << 20
) -> None:
    """Connections that pipeline `lines` over and over, each beginning elsewhere."""
    payloads = []
    for i in range(connections):
        start = i * len(lines) // connections
        payload, size = [], 0
        for line in itertools.islice(itertools.cycle(lines), start, start + len(lines)):
            payload.append(line)
            size += len(line)
            if size > most:
                break
        payloads.append(b"".join(payload))
    storm(stage.daemon.socket, payloads, stage.until(), reads)


def words(seed: int) -> Iterable[str]:
    """Made-up words, as many as anybody wants."""
    chance = random.Random(seed)
    while True:
        yield "".join(chance.choice("abcdefghijklmnoprstuvwz") for _ in range(chance.randint(3, 8)))


def long_queries(count: int, bytes_each: int, seed: int = 1) -> list[str]:
    """Queries of made-up words."""
    source = words(seed)
    made = []
    for _ in range(count):
        text = next(source)
        while len(text) < bytes_each - 10:
            text += " " + next(source)
        made.append(text)
    return made


@attack("idle", "nobody")
def idle(stage: Stage) -> None:
    time.sleep(stage.seconds)


# Forgetting


def alternating(count: int) -> Callable[[Stage], None]:
    def run(stage: Stage) -> None:
        peer = stage.peer()
        pair = [
            request("record", session="mallory", query=q) for q in ("first thing", "second thing")
        ]
        peer.pour(batches(itertools.islice(itertools.cycle(pair), stage.count(count))))
        peer.ask(request("forget", session="mallory"))

    return run


attack("alternate-100k", "one session alternates two queries 100,000 times, and forgets itself")(
    alternating(100_000)
)
attack("alternate-262k", "the same, 262,144 times")(alternating(262_144))


def commands(stage: Stage, count: int) -> None:
    four = [
        request("record", session="mallory", query=q) for q in ("ls", "cd ..", "make", "git status")
    ]
    stage.peer().pour(batches(itertools.islice(itertools.cycle(four), count)))


@attack(
    "keep-events",
    "one session repeats four commands 300,000 times, of which 100,000 are kept",
    flags=["--keep-events", "100000"],
)
def keep_events(stage: Stage) -> None:
    # Less than the limit would show nothing.
    commands(stage, 300_000)


@attack("full-ring", "the same 60,000 times with room for 16,384", flags=["--live-events", "16384"])
def full_ring(stage: Stage) -> None:
    commands(stage, 60_000)


def spellings(stage: Stage) -> Iterable[tuple[str, str]]:
    """One query in 20,000 spellings, with another between two of them: repetitions do not count."""
    base = "abcdefghijklmno"
    for bits in range(stage.count(20_000)):
        yield "mallory", "".join(c.upper() if bits >> i & 1 else c for i, c in enumerate(base))
        yield "mallory", "another"


def record_spellings(stage: Stage) -> None:
    stage.records(spellings(stage))


@attack("spellings", "a query typed in 20,000 spellings is forgotten", prepare=record_spellings)
def forget_spellings(stage: Stage) -> None:
    stage.peer().ask(request("forget", session="mallory", query="abcdefghijklmno"))


@attack("spellings-everyone", "the same, of everyone", prepare=record_spellings)
def forget_spellings_of_all(stage: Stage) -> None:
    stage.peer().ask(request("forget", everyone=True, query="abcdefghijklmno"))


def distinct(sessions: int, count: int) -> Callable[[Stage], None]:
    """Prepares so many queries that nobody typed before, of so many sessions."""

    def prepare(stage: Stage) -> None:
        source = words(2)
        stage.records(
            (f"m{i % sessions}", f"{next(source)} {next(source)} {i}")
            for i in range(stage.count(count))
        )

    return prepare


@attack(
    "forget-distinct", "a session of 100,000 queries forgets itself", prepare=distinct(1, 100_000)
)
def forget_distinct(stage: Stage) -> None:
    stage.peer().ask(request("forget", session="m0"))


@attack(
    "forget-everyone",
    "everyone's queries that are not there are forgotten over and over, of 100,000 events",
    prepare=distinct(1000, 100_000),
)
def forget_everyone(stage: Stage) -> None:
    peer = stage.peer()
    again(stage, lambda: peer.ask(request("forget", everyone=True, query="never typed")))


@attack(
    "forget-times",
    "everyone's time ranges are forgotten over and over, of 100,000 events",
    prepare=distinct(1000, 100_000),
)
def forget_times(stage: Stage) -> None:
    peer = stage.peer()
    again(stage, lambda: peer.ask(request("forget", everyone=True, since=1000, until=2000)))


@attack(
    "forget-storm",
    "four connections pipeline a session's deletions of nothing, with 100,000 events there",
    prepare=distinct(1000, 100_000),
)
def forget_storm(stage: Stage) -> None:
    storms(stage, [request("forget", session=f"m{i}", query="nothing") for i in range(100)], 4)


@attack(
    "forget-all",
    "everything is forgotten, 100,000 events of 1,000 sessions",
    prepare=distinct(1000, 100_000),
)
def forget_all(stage: Stage) -> None:
    stage.peer().ask(request("forget", everyone=True))


# Text that grows


def ligatures(i: int) -> str:
    return LIGATURE * 675 + f" {i}"


@attack("ligature-previous", "U+FDFA, 2 KB of it 31 times as `previous`, over and over")
def ligature_previous(stage: Stage) -> None:
    line = request("complete", prefix="a", previous=[LIGATURE * 680] * 31)
    peer = stage.peer()
    again(stage, lambda: peer.ask(line))


@attack("ligature-previous-x4", "the same on four connections, pipelined")
def ligature_previous_often(stage: Stage) -> None:
    storms(stage, [request("complete", prefix="a", previous=[LIGATURE * 680] * 31)] * 16, 4)


def ligature_sessions(stage: Stage) -> None:
    stage.records((f"m{i // 256}", ligatures(i)) for i in range(1024))
    stage.restart()


@attack(
    "ligature-load",
    "four sessions of 256 such queries are loaded at once, with records beside, over and over",
    prepare=ligature_sessions,
)
def ligature_load(stage: Stage) -> None:
    peers = [stage.peer() for _ in range(4)]
    other = stage.peer()
    number = itertools.count()

    def step() -> None:
        for i, peer in enumerate(peers):
            # A deletion of nothing makes it leave the memory.
            peer.send(request("forget", session=f"m{i}", since=1, until=2))
            peer.send(request("complete", session=f"m{i}", prefix="a"))
        # Of many sessions all the while: whatever a load locks, one of them meets it.
        waiting = {peer.socket: 2 for peer in peers}
        while waiting:
            name = f"o{next(number) % 64}"
            other.send(request("record", None, session=name, query="something"))
            for ready in select.select(list(waiting), [], [], 0.005)[0]:
                waiting[ready] -= ready.recv(1 << 18).count(b"\n")
                if waiting[ready] == 0:
                    del waiting[ready]

    again(stage, step)


@attack(
    "ligature-forget",
    "one query of everyone is forgotten over and over while 1,024 such events exist",
    prepare=ligature_sessions,
)
def ligature_forget(stage: Stage) -> None:
    peer = stage.peer()
    again(stage, lambda: peer.ask(request("forget", everyone=True, query="never typed")))


@attack("ligature-record", "four connections record such queries")
def ligature_record(stage: Stage) -> None:
    storms(
        stage, [request("record", session=f"m{i % 4}", query=ligatures(i)) for i in range(400)], 4
    )


@attack("ligature-prefix", "four connections complete 2 KB of it")
def ligature_prefix(stage: Stage) -> None:
    storms(stage, [request("complete", prefix=LIGATURE * n) for n in range(500, 680)], 4)


# Rules


def many_patterns(stage: Stage) -> str:
    return "".join(f"pattern: *{'a' * 193}{i:04}b*\n" for i in range(1000))


def letter_sessions(stage: Stage) -> None:
    stage.records((f"m{i % 4}", "a" * 2000 + f" {i}") for i in range(1024))


@attack(
    "patterns",
    "1,000 patterns of 200 bytes, `*aaa…b*`; four sessions of 256 queries of 2 KB of `a` complete",
    rules=many_patterns,
    prepare=letter_sessions,
)
def patterns(stage: Stage) -> None:
    lines = [
        request("complete", session=f"m{i % 4}", prefix="a" * (1 + i), limit=100) for i in range(64)
    ]
    storms(stage, lines, 4)


@attack(
    "patterns-one",
    "the same, one completion after the other",
    rules=many_patterns,
    prepare=letter_sessions,
)
def patterns_one(stage: Stage) -> None:
    peer = stage.peer()
    again(stage, lambda: peer.ask(request("complete", session="m0", prefix="aa", limit=100)))


def many_rules(stage: Stage) -> str:
    source = words(3)
    return "".join(f"{'word' if i % 2 else 'exact'}: {next(source)} {i}\n" for i in range(100_000))


@attack("blocks", "four connections list 100,000 rules", rules=many_rules)
def list_rules(stage: Stage) -> None:
    storms(stage, [request("blocks")] * 16, 4)


@attack("blocks-one", "the same, one list after the other", rules=many_rules)
def list_rules_one(stage: Stage) -> None:
    peer = stage.peer()
    again(stage, lambda: peer.ask(request("blocks")))


@attack("reload-rules", "a block list of 100,000 rules is loaded over and over", rules=many_rules)
def reload_rules(stage: Stage) -> None:
    peer = stage.peer()
    again(stage, lambda: peer.ask(request("reload")))


def rule_changes(stage: Stage) -> None:
    peer = stage.peer()
    source = words(4)

    def step() -> None:
        word = next(source)
        for kind, text in (
            ("word", word[:3]),
            ("pattern", f"*{word[:2]}*{word[:1]}?"),
            ("prefix", word[:1]),
        ):
            peer.ask(request("block", kind=kind, text=text))
            peer.ask(request("unblock", kind=kind, text=text))

    again(stage, step)


attack("block-unblock", "rules of words, patterns and prefixes come and go")(rule_changes)
attack("block-unblock-large", "the same with a large index", large=True)(rule_changes)


# Many and long answers


@attack("explain", "six connections pipeline completions with `limit` 100 and `explain`")
def explain(stage: Stage) -> None:
    lines = [
        request("complete", prefix=text[: i % 3], limit=100, explain=True)
        for i, text in zip(range(400), itertools.cycle(stage.texts))
    ]
    storms(stage, lines, 6)


@attack(
    "explain-400", "six connections pipeline 400 of these each, and again when they are answered"
)
def explain_400(stage: Stage) -> None:
    peers = [stage.peer() for _ in range(6)]
    lines = [
        request("complete", prefix=text[: i % 3], limit=100, explain=True)
        for i, text in zip(range(400), itertools.cycle(stage.texts))
    ]
    whole = b"".join(lines)
    until = stage.until()
    while time.monotonic() < until:
        all_pour(peers, whole, len(lines))


def all_pour(peers: list[Peer], payload: bytes, answers: int) -> None:
    """Every peer sends `payload` and reads so many lines."""
    left = {peer.socket: [payload, answers] for peer in peers}
    while left:
        writing = [s for s, entry in left.items() if entry[0]]
        readable, writable, _ = select.select(list(left), writing, [])
        for s in writable:
            left[s][0] = left[s][0][s.send(left[s][0][: 1 << 16]) :]
        for s in readable:
            left[s][1] -= s.recv(1 << 18).count(b"\n")
            if left[s][1] <= 0:
                del left[s]


@attack("batches", "four connections send batches of 100 completions with `limit` 100")
def batches_of_100(stage: Stage) -> None:
    made = [
        request("complete", prefix=t[:1], limit=100)
        for t in itertools.islice(itertools.cycle(stage.texts), 400)
    ]
    storms(stage, list(batches(made)), 4)


@attack("batch-explain", "one connection sends batches of 100 of these with `explain`, one by one")
def batches_explained(stage: Stage) -> None:
    line = next(iter(batches([request("complete", prefix="", limit=100, explain=True)] * 100)))
    peer = stage.peer()
    again(stage, lambda: peer.ask(line))


@attack("notifications", "four connections pipeline completions that want no answer")
def notifications(stage: Stage) -> None:
    storms(stage, [request("complete", None, prefix=t[:2], limit=100) for t in stage.texts], 4)


def long_history(stage: Stage) -> None:
    stage.records(("mallory", text) for text in long_queries(100, 2040))


@attack("history", "eight connections ask for 100 queries of 2 KB", prepare=long_history)
def history(stage: Stage) -> None:
    storms(stage, [request("history", session="mallory", limit=100)] * 32, 8)


def controls(stage: Stage) -> None:
    stage.records(("mallory", "\u0001\u0002" * 1000 + f"{i}") for i in range(100))


@attack(
    "history-escapes", "the same of queries that are six times as long in JSON", prepare=controls
)
def history_escapes(stage: Stage) -> None:
    storms(stage, [request("history", session="mallory", limit=100)] * 32, 8)


@attack("metrics", "four connections ask for metrics")
def metrics(stage: Stage) -> None:
    storms(stage, [request("metrics")] * 64, 4)


@attack("status", "four connections ask for the status")
def status(stage: Stage) -> None:
    storms(stage, [request("status")] * 64, 4)


# Searching


def deep(stage: Stage) -> None:
    for session in range(4):
        queries = long_queries(256, 2040, seed=session)
        stage.records((f"m{session}", text) for text in queries)


@attack("deep-sessions", "four sessions of 256 queries of 2 KB complete", prepare=deep)
def deep_sessions(stage: Stage) -> None:
    letters = ["", *"abcdefghijklmno"]
    lines = [
        request("complete", session=f"m{i % 4}", prefix=letters[i % 16], limit=100)
        for i in range(64)
    ]
    storms(stage, lines, 4)


@attack("previous", "four connections complete with 30 `previous` of 2 KB")
def previous(stage: Stage) -> None:
    queries = long_queries(120, 2040, seed=9)
    lines = [
        request("complete", prefix="a", previous=queries[i * 30 : i * 30 + 30], limit=100)
        for i in range(4)
    ]
    storms(stage, lines, 4)


def mistyped(stage: Stage) -> list[bytes]:
    chance = random.Random(5)
    lines = []
    for text in itertools.islice(itertools.cycle(stage.texts), 400):
        letters = list((text + " " + chance.choice(stage.texts))[:60])
        for _ in range(2):
            i = chance.randrange(len(letters))
            letters[i] = chance.choice("abcdefghijklmnopqrstuvwxyz")
        lines.append(request("complete", prefix="".join(letters), limit=100))
    return lines


@attack("mistyped", "four connections complete long prefixes with two typing errors")
def corrections(stage: Stage) -> None:
    storms(stage, mistyped(stage), 4)


@attack("mistyped-large", "the same with a large index", large=True)
def corrections_large(stage: Stage) -> None:
    storms(stage, mistyped(stage), 4)


@attack("one-letter", "four connections complete 2 KB of one letter")
def one_letter(stage: Stage) -> None:
    storms(stage, [request("complete", prefix=c * 2048, limit=100) for c in "aeinrst"], 4)


@attack(
    "one-letter-words",
    "four connections complete 1,024 words of one letter, in a large index",
    large=True,
)
def one_letter_words(stage: Stage) -> None:
    storms(stage, [request("complete", prefix=f"{c} " * 1000 + c, limit=100) for c in "aeinrst"], 4)


@attack("large", "four connections complete short prefixes in a large index", large=True)
def large(stage: Stage) -> None:
    lines = [
        request("complete", prefix=t[: 1 + i % 4], limit=100) for i, t in enumerate(stage.texts)
    ]
    storms(stage, lines, 4)


def visible(stage: Stage) -> None:
    """Queries of one beginning that three sessions submitted, so that all may see them."""
    source = words(6)
    count = stage.count(40_000)
    made = [f"q{next(source)} {i}" for i in range(count)]
    stage.records((f"m{session}", text) for session in range(3) for text in made)


@attack(
    "overlay",
    "four connections complete among 40,000 new queries of one beginning",
    prepare=visible,
)
def overlay(stage: Stage) -> None:
    lines = [request("complete", prefix=p, limit=100) for p in ("q", "qa", "qx 1", "", "q" * 60)]
    storms(stage, lines * 8, 4)


@attack("record-sorted", "new queries in descending order, so that each is put before all others")
def record_sorted(stage: Stage) -> None:
    stage.records(("mallory", f"q{1_000_000 - i}") for i in range(stage.count(100_000)))


@attack("record-distinct", "100,000 new queries of one session")
def record_distinct(stage: Stage) -> None:
    distinct(1, 100_000)(stage)


# Upkeep


def aged(stage: Stage) -> None:
    flags = ["--clock", "client"]
    stage.restart(flags)
    then = int(time.time()) - 100 * DAY
    source = words(7)
    stage.records(
        (
            (f"m{i % 500}", f"{next(source)} {next(source)} {i}")
            for i in range(stage.count(200_000))
        ),
        at=then,
    )


@attack("forget-old", "200,000 events that are old are deleted by their time", prepare=aged)
def forget_old(stage: Stage) -> None:
    stage.peer().ask(request("forget", everyone=True, until=int(time.time()) - 30 * DAY))


@attack(
    "retention-number",
    "40,000 new queries of 1,000 sessions where the 100,000 that are kept are there already",
    flags=["--keep-events", "100000"],
    prepare=lambda stage: distinct(1000, int(99_000 / stage.scale))(stage),
)
def retention_number(stage: Stage) -> None:
    distinct(1000, int(40_000 / stage.scale))(stage)


@attack("log-copying", "records of 2 KB in bursts, with pauses in which SQLite's log is copied")
def log_copying(stage: Stage) -> None:
    queries = long_queries(300, 2040, seed=8)
    peer = stage.peer()

    def step() -> None:
        peer.pour(
            batches(request("record", session=f"m{i}", query=q) for i, q in enumerate(queries))
        )
        time.sleep(0.02)

    again(stage, step)


def reloads(stage: Stage) -> None:
    peer = stage.peer()
    again(stage, lambda: peer.ask(request("reload")))


attack("reload", "the index is loaded over and over")(reloads)
attack("reload-large", "a large index is loaded over and over", large=True)(reloads)
attack(
    "reload-live",
    "the index is loaded over and over, with 100,000 newer events",
    prepare=distinct(1000, 100_000),
)(reloads)


@attack("import", "qac-cli import of 100,000 events", flags=["--clock", "client"])
def import_log(stage: Stage) -> None:
    path = stage.directory / "import.tsv"
    source = words(10)
    now = int(time.time())
    with open(path, "w") as log:
        log.writelines(
            f"s{i // 5}\t{now + i // 5}\t{next(source)} {next(source)}\n"
            for i in range(stage.count(100_000))
        )
    subprocess.run(
        [
            stage.daemon.programs / "qac-cli",
            "import",
            "--socket",
            stage.daemon.socket,
            path,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


# Sessions in memory


@attack("many-sessions", "four connections complete for ever other sessions, which nobody recorded")
def many_sessions(stage: Stage) -> None:
    storms(
        stage,
        [request("complete", session=f"x{i}", prefix="a") for i in range(50_000)],
        4,
        most=4 << 20,
    )


@attack(
    "session-churn",
    "four connections complete for 4,000 sessions of 25 queries of 1 KB, more than are kept",
    prepare=lambda stage: stage.records(
        (f"m{i % 4000}", text)
        for i, text in zip(range(stage.count(100_000)), itertools.cycle(long_queries(997, 1000)))
    ),
)
def session_churn(stage: Stage) -> None:
    lines = [request("complete", session=f"m{i}", prefix="a") for i in range(stage.count(4000))]
    storms(stage, lines, 4)


# Connections


@attack("flood-500", "500 connections pipeline completions")
def flood(stage: Stage) -> None:
    lines = [request("complete", prefix=text[:2]) for text in stage.texts[:64]]
    storms(stage, lines, 500)


@attack("record-500", "500 connections pipeline records")
def record_flood(stage: Stage) -> None:
    storms(stage, [request("record", session=f"m{i}", query=f"q {i}") for i in range(64)], 500)


@attack("connect", "connections are opened, asked a thing and closed, over and over")
def connect(stage: Stage) -> None:
    line = request("ping")

    def step() -> None:
        peer = stage.peer()
        peer.ask(line)
        peer.close()

    again(stage, step)


@attack("connect-crowd", "1,000 connections at a time, more than are held, opened and closed")
def connect_crowd(stage: Stage) -> None:
    def step() -> None:
        peers = []
        for _ in range(1000):
            try:
                peers.append(stage.peer())
            except OSError:
                break
        for peer in peers:
            peer.close()

    again(stage, step)


@attack(
    "half-lines", "400 connections send half a line each and wait, others hang up within a line"
)
def half_lines(stage: Stage) -> None:
    half = request("complete", prefix="a")[:-10]
    waiting = [stage.peer() for _ in range(400)]
    for peer in waiting:
        peer.send(half)

    def step() -> None:
        peer = stage.peer()
        # It may be refused: there are nearly as many as are held.
        with contextlib.suppress(OSError):
            peer.send(half)
        peer.close()

    again(stage, step)


@attack("slow-readers", "100 connections ask for long answers and read none")
def slow_readers(stage: Stage) -> None:
    lines = [request("complete", prefix="", limit=100, explain=True)] * 400
    storms(stage, lines, 100, reads=False)


# Bytes


@attack("nested", "four connections send lines of 64 KB that nest to the limit")
def nested(stage: Stage) -> None:
    deepest = b"[" * 30 + b"]" * 30
    line = b'{"jsonrpc":"2.0","id":1,"method":"ping","x":[' + b",".join([deepest] * 1000) + b"]}\n"
    storms(stage, [line] * 16, 4)


@attack("overlong", "four connections send lines of 8 MB")
def overlong(stage: Stage) -> None:
    storms(stage, [b"x" * (8 << 20) + b"\n"], 4, most=16 << 20)


@attack(
    "bad-batches",
    "four connections send batches of 100 that are no requests, and lines that are none",
)
def bad_batches(stage: Stage) -> None:
    storms(stage, [b"[" + b",".join([b"7"] * 100) + b"]\n", b"{\n" * 1000, b"\n" * 4000], 4)


@attack("escapes", "four connections send queries all of escapes")
def escapes(stage: Stage) -> None:
    texts = b",".join([b'"' + b"\\u00e9" * 1020 + b'"'] * 10)
    line = (
        b'{"jsonrpc":"2.0","id":1,"method":"complete","params":{"prefix":"a","previous":['
        + texts
        + b"]}}\n"
    )
    storms(stage, [line] * 16, 4)


@attack(
    "scrape",
    "the metrics' socket is asked over and over",
    flags=["--metrics-socket", "METRICS"],
)
def scrape(stage: Stage) -> None:
    def step() -> None:
        peer = Peer(stage.daemon.metrics_socket)
        peer.send(b"GET /metrics HTTP/1.0\r\n\r\n")
        while peer.socket.recv(1 << 18):
            pass
        peer.close()

    again(stage, step)
