#!/usr/bin/env python3
"""The load that qac-web takes, beside an empty route of Hummingbird in the same run.

    make web-load, or Benchmarks/web/load.py --programs DIR --empty PROGRAM

`wrk` asks as fast as answers come, in turns with the empty route. `hey` asks at a fixed rate. Then
other clients are slow, flood, or send ten thousand cookies, while `hey` asks as before.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Web" / "tests"))


def wrk(url: str, seconds: int, connections: int) -> float:
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", HERE / "suggest.lua", url],
        capture_output=True, text=True, check=True,
    ).stdout
    if "Non-2xx" in said:
        sys.exit(f"load: {url} refuses requests:\n{said}")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", said).group(1))


def hey(url: str, rate: int, seconds: int, connections: int = 50) -> dict[str, float]:
    """Percentiles in milliseconds at a fixed rate, and what was reached of it."""
    said = subprocess.run(
        ["hey", "-z", f"{seconds}s", "-c", str(connections), "-q", str(rate / connections),
         "-o", "csv", url],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()[1:]
    rows = [line.split(",") for line in said if line.count(",") >= 6]
    times = sorted(float(row[0]) * 1000 for row in rows)
    wrong = sum(row[6] != "200" for row in rows)
    if not times or wrong:
        sys.exit(f"load: {wrong} of {len(rows)} requests failed")

    def at(share: float) -> float:
        return times[min(len(times) - 1, int(share * len(times)))]

    return {"rate": len(times) / seconds, "p50_ms": at(0.5), "p99_ms": at(0.99),
            "p999_ms": at(0.999), "max_ms": times[-1]}


class Trouble:
    """Other clients, from processes of their own."""

    def __init__(self, kind: str, port: int) -> None:
        self.ends = threading.Event()
        self.thread = threading.Thread(target=getattr(self, kind), args=(port,), daemon=True)

    def __enter__(self) -> Trouble:
        self.thread.start()
        time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        self.ends.set()
        self.thread.join(30)

    def slow(self, port: int) -> None:
        crowd = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
        while not self.ends.wait(0.2):
            for connection in crowd:
                try:
                    connection.sendall(b"G")
                except OSError:
                    pass

    def flood(self, port: int) -> None:
        """One network asks far above its rate, and is refused."""
        while not self.ends.is_set():
            subprocess.run(
                ["wrk", "-t1", "-c8", "-d1s", "-H", "X-Real-IP: 203.0.113.9",
                 f"http://127.0.0.1:{port}/suggest?q=a"], capture_output=True, check=False)

    def cookies(self, port: int) -> None:
        """Ten thousand cookies, one after another, at a thousand a second."""
        connection = socket.create_connection(("127.0.0.1", port))
        number = 0
        while not self.ends.is_set():
            for _ in range(10):
                number += 1
                connection.sendall(
                    b"GET /complete?q=a HTTP/1.1\r\nHost: a\r\nCookie: qac=%032d\r\n"
                    b"X-Real-IP: 203.0.113.9\r\n\r\n" % number)
                connection.recv(65536)
            time.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--empty", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rate", type=int, default=5000)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    os.environ["QAC_BIN_DIR"] = options.programs
    from support import Site, free_port

    site = Site("--session-rate", "0", "--network-rate", "200", "--address-header", "X-Real-IP")
    port = free_port()
    empty = subprocess.Popen([options.empty, str(port)])
    result: dict[str, object] = {}
    try:
        time.sleep(1)
        ours, theirs = f"{site.url}/suggest?q=run", f"http://127.0.0.1:{port}/suggest?q=run"
        rates: dict[str, list[float]] = {"qac-web": [], "empty route": []}
        for _ in range(options.rounds):
            rates["empty route"].append(wrk(theirs, options.seconds, options.connections))
            rates["qac-web"].append(wrk(ours, options.seconds, options.connections))
        medians = {name: statistics.median(each) for name, each in rates.items()}
        result["wrk requests/s"] = rates
        result["share of the empty route"] = medians["qac-web"] / medians["empty route"]
        result[f"hey at {options.rate}/s"] = hey(ours, options.rate, options.seconds)
        result[f"hey at {options.rate}/s, empty route"] = hey(theirs, options.rate, options.seconds)
        calm = hey(ours, 500, options.seconds, 10)
        result["hey at 500/s"] = calm
        for kind in ("slow", "flood", "cookies"):
            with Trouble(kind, site.port):
                result[f"hey at 500/s beside {kind}"] = hey(ours, 500, options.seconds, 10)
    finally:
        empty.terminate()
        empty.wait()
        site.stop()
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
