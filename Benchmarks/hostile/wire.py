"""A daemon of its own, connections to it, and what is sent on them."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
BATCH = 100
BATCH_BYTES = 64_000


def request(method: str, identity: int | None = 1, **params: object) -> bytes:
    """One line; a notification where `identity` is None."""
    message: dict[str, object] = {"jsonrpc": "2.0"}
    if identity is not None:
        message["id"] = identity
    message["method"] = method
    if params:
        message["params"] = params
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def batches(requests: Iterable[bytes]) -> Iterable[bytes]:
    """`requests` in as few lines as the protocol allows."""
    pending: list[bytes] = []
    size = 0
    for line in requests:
        line = line.rstrip(b"\n")
        if pending and (len(pending) == BATCH or size + len(line) > BATCH_BYTES):
            yield b"[" + b",".join(pending) + b"]\n"
            pending, size = [], 0
        pending.append(line)
        size += len(line) + 1
    if pending:
        yield b"[" + b",".join(pending) + b"]\n"


class Peer:
    """A connection."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.rest = b""

    def close(self) -> None:
        self.socket.close()

    def send(self, line: bytes) -> None:
        self.socket.sendall(line)

    def answer(self) -> bytes:
        """The next line."""
        parts = [self.rest]
        while b"\n" not in parts[-1]:
            data = self.socket.recv(1 << 20)
            if not data:
                raise ConnectionError("the daemon closed the connection")
            parts.append(data)
        line, _, self.rest = b"".join(parts).partition(b"\n")
        return line

    def ask(self, line: bytes) -> bytes:
        self.send(line)
        return self.answer()

    def result(self, method: str, **params: object) -> dict:
        answer = json.loads(self.ask(request(method, **params)))
        if "result" not in answer:
            raise ValueError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def pour(self, lines: Iterable[bytes]) -> None:
        """Sends `lines` as fast as they are taken and reads until each is answered by a line."""
        source = iter(lines)
        pending, owed, left = b"", 0, True
        while left or pending or owed > 0:
            if left and not pending:
                part = []
                for line in source:
                    part.append(line)
                    if len(part) == 16:
                        break
                pending, left = b"".join(part), len(part) == 16
                owed += len(part)
            reading, writing, _ = select.select([self.socket], [self.socket] if pending else [], [])
            if reading:
                data = self.socket.recv(1 << 20)
                if not data:
                    raise ConnectionError("the daemon closed the connection")
                owed -= data.count(b"\n")
            if writing:
                pending = pending[self.socket.send(pending, socket.MSG_DONTWAIT) :]


def storm(path: str, payloads: list[bytes], until: float, reads: bool = True) -> None:
    """One connection for each payload, sent over and over as fast as it is taken, until then.

    Answers are thrown away, or left unread.
    """
    poll = select.poll()
    state: dict[int, list] = {}
    for payload in payloads:
        peer = socket.socket(socket.AF_UNIX)
        peer.connect(path)
        peer.setblocking(False)
        state[peer.fileno()] = [peer, payload, 0]
        poll.register(peer, select.POLLOUT | (select.POLLIN if reads else 0))
    while time.monotonic() < until and state:
        for descriptor, events in poll.poll(100):
            entry = state[descriptor]
            peer, payload, offset = entry
            try:
                if events & select.POLLIN and not peer.recv(1 << 18):
                    raise ConnectionError
                if events & select.POLLOUT:
                    offset += peer.send(memoryview(payload)[offset : offset + (1 << 16)])
                    entry[2] = 0 if offset == len(payload) else offset
                if events & (select.POLLERR | select.POLLHUP) and not events & select.POLLIN:
                    raise ConnectionError
            except BlockingIOError:
                pass
            except OSError:
                # Refused or closed, as a daemon may do to such clients.
                poll.unregister(peer)
                peer.close()
                del state[descriptor]
    for peer, _, _ in state.values():
        peer.close()


def processor_seconds(pid: int) -> float:
    """What the process has used so far, the system's time for it included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Daemon:
    """A daemon with files of its own; it may be stopped and started anew with other flags."""

    def __init__(self, programs: Path, directory: Path, index: Path) -> None:
        self.programs, self.directory, self.index = programs, directory, index
        self.socket = str(directory / "run" / "q")
        self.metrics_socket = str(directory / "run" / "m")
        self.log = directory / "log"
        self.process: subprocess.Popen | None = None

    def start(self, flags: Iterable[str] = ()) -> None:
        command = [
            str(self.programs / "qacd"), "--index", str(self.index), "--socket", self.socket,
            "--database", str(self.directory / "state" / "sessions"), "--slow-ms", "20", *flags,
        ]  # fmt: skip
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
        while True:
            try:
                return Peer(self.socket).close()
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit(f"the daemon ended: {self.log.read_text()}") from None
                time.sleep(0.01)

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
