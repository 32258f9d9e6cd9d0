#!/usr/bin/env python3
"""What the client adds to a completion: its time beside that of the bare socket.

    benchmark.py SOCKET [--requests N] [--limit N]

Both ask the same daemon the same, in turns of 200 requests, so that what else the machine does
meets both. "Raw" writes a line that was made before and reads up to the newline; the client makes
the line, reads the answer and returns objects. For asyncio, "raw" uses its streams. The target is
at most twice the raw p50.
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


async def asyncio_turns(
    path: str, limit: int, turns: int, lines: list[bytes]
) -> tuple[list[float], list[float]]:
    """The times of asyncio's own streams, and those of the client, in turns."""
    raw: list[float] = []
    times: list[float] = []
    reader, writer = await asyncio.open_unix_connection(path)
    async with qacd.AsyncClient(path) as client:
        for _ in range(turns):
            for at in range(TURN):
                begun = time.perf_counter()
                writer.write(lines[at % len(lines)])
                await reader.readline()
                raw.append(time.perf_counter() - begun)
            for at in range(TURN):
                begun = time.perf_counter()
                await client.complete(PREFIXES[at % len(PREFIXES)], session="bench", limit=limit)
                times.append(time.perf_counter() - begun)
    writer.close()
    await writer.wait_closed()
    return raw, times


def print_rows(raw_name: str, raw: list[float], name: str, times: list[float]) -> None:
    base = sorted(raw)[len(raw) // 2]
    for each, found in ((raw_name, sorted(raw)), (name, sorted(times))):
        half, high = found[len(found) // 2], found[len(found) * 99 // 100]
        print(f"| {each} | {half * 1e6:.1f} | {high * 1e6:.1f} | {half / base:.2f} |")


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
    print("| what | p50, us | p99, us | p50 over raw |\n|---|---|---|---|")
    print_rows("raw socket", raw, "Client", times)
    raw, times = asyncio.run(asyncio_turns(options.socket, options.limit, turns, lines))
    print_rows("raw streams of asyncio", raw, "AsyncClient", times)


if __name__ == "__main__":
    main()
