"""A daemon and qac-web before it, for tests: started, stopped, and asked by any program.

The programs come from the directory QAC_BIN_DIR.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("QAC_BIN_DIR", ROOT / ".build/release"))
sys.path.insert(0, str(ROOT / "clients" / "python"))
sys.path.insert(0, str(ROOT / "clients" / "conformance"))

import qacd  # noqa: E402


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition: Any, what: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


class Index:
    """One index of the shipped log for all tests of a run."""

    made: str | None = None
    folder: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def path(cls) -> str:
        if cls.made is None:
            cls.folder = tempfile.TemporaryDirectory(prefix="qac-web.")
            given = os.environ.get("QAC_WEB_INDEX")
            cls.made = given or f"{cls.folder.name}/shop.qaci"
            if not given:
                data = ROOT / "data"
                subprocess.run(
                    [BIN / "qac-index", "build", "--log", data / "shop-simulated.events.tsv.gz"]
                    + ["--items", data / "shop-items.tsv.gz", "--out", cls.made],
                    check=True,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
        return cls.made


class Site:
    """A daemon, and qac-web before it."""

    def __init__(self, *options: str, live_sessions: int = 3) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="qac-web.")
        os.mkdir(f"{self.folder.name}/run", 0o700)
        self.socket = f"{self.folder.name}/run/qacd.sock"
        self.resp = f"{self.folder.name}/run/resp.sock"
        self.scrape = f"{self.folder.name}/run/metrics.sock"
        self.database = f"{self.folder.name}/sessions.sqlite"
        self.log = f"{self.folder.name}/web.log"
        self.port = free_port()
        self.options = options
        self.live_sessions = live_sessions
        self.daemon: subprocess.Popen[bytes] | None = None
        self.web: subprocess.Popen[bytes] | None = None
        try:
            self.start_daemon()
            self.start_web()
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_daemon(self) -> None:
        with open(f"{self.folder.name}/qacd.log", "ab") as log:
            self.daemon = subprocess.Popen(
                [BIN / "qacd", "--index", Index.path(), "--socket", self.socket]
                + ["--database", self.database, "--live-sessions", str(self.live_sessions)],
                stderr=log,
            )
        until(self.daemon_answers, "the daemon answers")

    def daemon_answers(self) -> bool:
        try:
            with qacd.Client(self.socket, deadline=2) as client:
                client.ping()
            return True
        except qacd.QACError:
            return False

    def start_web(self) -> None:
        with open(self.log, "ab") as log:
            self.web = subprocess.Popen(
                [BIN / "qac-web", "--socket", self.socket, "--listen", f"127.0.0.1:{self.port}"]
                + ["--resp", self.resp, "--metrics", self.scrape]
                + ["--secret", f"{self.folder.name}/web.secret", *self.options],
                stderr=log,
                stdout=log,
            )
        until(self.is_ready, "qac-web answers")

    def is_ready(self) -> bool:
        assert self.web is not None and self.web.poll() is None, Path(self.log).read_text()
        try:
            return b"qac_web_daemon_up 1" in self.metrics()
        except OSError:
            return False

    def metrics(self) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(self.scrape)
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer

    def stop_daemon(self, number: int = signal.SIGTERM) -> None:
        if self.daemon is not None:
            self.daemon.send_signal(number)
            self.daemon.wait(20)
            self.daemon = None

    def stop_web(self) -> int | None:
        if self.web is None:
            return None
        self.web.terminate()
        status = self.web.wait(20)
        self.web = None
        return status

    def stop(self) -> None:
        self.stop_web()
        self.stop_daemon()
        self.folder.cleanup()

    # Requests

    def ask(
        self,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        method: str | None = None,
    ) -> Answer:
        """One request on a connection of its own. A body that is no bytes is sent as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            sent = dict(headers or {})
            if body is not None and not isinstance(body, bytes):
                body = json.dumps(body).encode()
                sent.setdefault("Content-Type", "application/json")
            name = method or ("GET" if body is None else "POST")
            connection.request(name, path, body=body, headers=sent)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


class Answer:
    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def texts(self) -> list[str]:
        return [each["text"] for each in self.json["completions"]]

    @property
    def cookie(self) -> str | None:
        """What a browser would send back."""
        given = self.headers.get("Set-Cookie")
        return given.split(";")[0] if given else None


class SiteTests(unittest.TestCase):
    """Tests that share one site; a class names its options."""

    options: tuple[str, ...] = ()
    site: Site

    @classmethod
    def setUpClass(cls) -> None:
        cls.site = Site(*cls.options)
        cls.addClassCleanup(cls.site.stop)

    def visit(self, **headers: str) -> str:
        """A person whose session holds nothing; returns their cookie."""
        answer = self.site.ask("/record", {"query": "first"}, headers)
        self.assertEqual(answer.status, 204, answer.body)
        assert answer.cookie is not None
        gone = self.site.ask("/forget", {}, {**headers, "Cookie": answer.cookie})
        self.assertEqual(gone.json, {"forgotten": 1})
        return answer.cookie


def have(program: str) -> bool:
    return shutil.which(program) is not None
