#!/usr/bin/env python3
"""What the client adds to a completion: its time beside that of the bare socket.

    benchmark.py SOCKET [--requests N] [--limit N]

Both ask the same daemon the same, in turns of 200 requests, so that what else the machine does
meets both. "Raw" writes a line that was made before and reads up to the newline; the client makes
the line, reads the answer and returns objects. The target is at most twice the raw p50.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import qacd  # noqa: E402

PREFIXES = ["ru", "run", "running s", "gar", "shoe", "b", "wom", "tent", "led l", "coffee m"]
TURN = 200


def raw_turn(connection: socket.socket, lines: list[bytes], times: list[float]) -> None:
    for at in range(TURN):
        begun = time.perf_counter()
        connection.sendall(lines[at % len(lines)])
        data = connection.recv(65536)
        while not data.endswith(b"\n"):
            data += connection.recv(65536)
        times.append(time.perf_counter() - begun)


def client_turn(client: qacd.Client, limit: int, times: list[float]) -> None:
    for at in range(TURN):
        begun = time.perf_counter()
        client.complete(PREFIXES[at % len(PREFIXES)], session="bench", limit=limit)
        times.append(time.perf_counter() - begun)


async def asyncio_turns(path: str, limit: int, turns: int) -> list[float]:
    times: list[float] = []
    async with qacd.AsyncClient(path) as client:
        for at in range(turns * TURN):
            begun = time.perf_counter()
            await client.complete(PREFIXES[at % len(PREFIXES)], session="bench", limit=limit)
            times.append(time.perf_counter() - begun)
    return times


def row(name: str, times: list[float], raw: float) -> str:
    times = sorted(times)
    half, high = times[len(times) // 2], times[len(times) * 99 // 100]
    return f"| {name} | {half * 1e6:.1f} | {high * 1e6:.1f} | {half / raw:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("socket", nargs="?", default=qacd.default_socket())
    parser.add_argument("--requests", type=int, default=20000)
    parser.add_argument("--limit", type=int, default=10)
    options = parser.parse_args()
    turns = max(1, options.requests // TURN)
    lines = [
        json.dumps(
            {
                "jsonrpc": "2.0",
                "id": at,
                "method": "complete",
                "params": {"session": "bench", "prefix": prefix, "limit": options.limit},
            }
        ).encode()
        + b"\n"
        for at, prefix in enumerate(PREFIXES)
    ]
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(options.socket)
    raw: list[float] = []
    times: list[float] = []
    with qacd.Client(options.socket) as client:
        client_turn(client, options.limit, [])
        raw_turn(connection, lines, [])
        for _ in range(turns):
            raw_turn(connection, lines, raw)
            client_turn(client, options.limit, times)
    half = sorted(raw)[len(raw) // 2]
    print("| what | p50, us | p99, us | p50 over raw |\n|---|---|---|---|")
    print(row("raw socket", raw, half))
    print(row("Client", times, half))
    times = asyncio.run(asyncio_turns(options.socket, options.limit, turns))
    print(row("AsyncClient", times, half))


if __name__ == "__main__":
    main()
