#!/usr/bin/env python3
"""Types, and measures how long it waits for each answer, until SIGTERM; then prints what it found.

    typist.py SOCKET SESSION < TEXTS

What is still to be answered then is waited for, until SIGUSR1.

Two connections, so that each of two event loops has one, take turns: a request every 5 ms, whether
the last one is answered or not. The texts are typed key by key. What is measured is from before a
request is sent to after its answer is read; what is unanswered at the end counts as waited for
until then. The garbage collector is off, and nothing is computed before the end.
"""

from __future__ import annotations

import gc
import json
import select
import signal
import socket
import sys
import time

INTERVAL = 0.005
# Of one connection.
OUTSTANDING = 100
# "{"jsonrpc":"2.0","id":" comes before the number of an answer.
ID_AT = 22


def requests(texts: list[str], session: str) -> list[bytes]:
    """What is asked, in turn, without the number in front."""
    made = []
    for text in texts:
        for end in range(1, len(text) + 1):
            params = {"session": session, "prefix": text[:end]}
            made.append(b',"method":"complete","params":%s}\n' % json.dumps(params).encode())
    return made


def type_until_told(path: str, asked: list[bytes]) -> dict:
    stops = 0

    def stop(number: int, frame: object) -> None:
        nonlocal stops
        stops = max(stops, 1 if number == signal.SIGTERM else 2)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGUSR1, stop)
    peers = [socket.socket(socket.AF_UNIX) for _ in range(2)]
    for peer in peers:
        peer.connect(path)
    sent_at: dict[int, float] = {}
    owed = {peer: 0 for peer in peers}
    rest = {peer: b"" for peer in peers}
    waits: list[tuple[float, float]] = []
    late = []
    clock = time.perf_counter
    print("typing", flush=True)
    begin = due = clock()
    number = 0
    while stops == 0 or stops == 1 and sent_at:
        now = clock()
        if now >= due and stops == 0:
            late.append(now - due)
            peer = peers[number & 1]
            if owed[peer] < OUTSTANDING:
                line = b'{"jsonrpc":"2.0","id":%d' % number + asked[number % len(asked)]
                owed[peer] += 1
                sent_at[number] = clock()
                peer.sendall(line)
            number += 1
            due = max(due + INTERVAL, now)
        readable, _, _ = select.select(peers, [], [], max(0.0, min(0.1, due - clock())))
        now = clock()
        for peer in readable:
            data = peer.recv(1 << 16)
            if not data:
                stops = 2
                break
            lines = (rest[peer] + data).split(b"\n")
            rest[peer] = lines.pop()
            owed[peer] -= len(lines)
            for line in lines:
                started = sent_at.pop(int(line[ID_AT : line.index(b",", ID_AT)]))
                waits.append((now - started, started - begin))
    end = clock()
    waiting = [(end - started, started - begin) for started in sent_at.values()]
    return figures(waits, waiting, late, end - begin)


def figures(waits: list, waiting: list, late: list, seconds: float) -> dict:
    everything = sorted(waits + waiting)
    late.sort()

    def quantile(q: float) -> float:
        return everything[max(0, -int(-q * len(everything) // 1) - 1)][0] if everything else 0.0

    return {
        "requests": len(everything),
        "seconds": seconds,
        "p50": quantile(0.5),
        "p99": quantile(0.99),
        "p999": quantile(0.999),
        "worst": quantile(1),
        # Whether the longest wait had not ended yet.
        "unanswered": bool(waiting) and max(waiting)[0] >= quantile(1),
        # The longest waits, with when they began.
        "longest": [(round(at, 3), round(wait, 4)) for wait, at in everything[-8:]],
        # How late the client itself was woken.
        "late": late[-1] if late else 0.0,
    }


def main() -> None:
    asked = requests(sys.stdin.read().splitlines(), sys.argv[2])
    gc.collect()
    gc.disable()
    print(json.dumps(type_until_told(sys.argv[1], asked)))


main()
