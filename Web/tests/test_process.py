"""The daemon goes away and comes back; qac-web starts and stops."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from support import BIN, ROOT, Site, SiteTests, free_port, have, until

SEARCH = {"suggest": {"a": {"prefix": "a", "completion": {"field": "f"}}}}
FREE = ("--session-rate", "0", "--network-rate", "0")


class AwayTests(SiteTests):
    options = FREE

    def test_the_daemon_goes_and_comes_back(self) -> None:
        cookie = {"Cookie": self.visit()}
        self.site.ask("/record", {"query": "zzaway lamp"}, cookie)
        for number in (signal.SIGTERM, signal.SIGKILL):
            self.site.stop_daemon(number)
            time.sleep(0.3)
            for path, body in (("/complete?q=zz", None), ("/suggest?q=zz%22", None),
                               ("/record", {"query": "a"}), ("/forget", {}),
                               ("/_search", SEARCH)):
                took = []
                for _ in range(20):
                    start = time.perf_counter()
                    answer = self.site.ask(path, body, cookie)
                    took.append(time.perf_counter() - start)
                    self.assertEqual(answer.status, 503, path)
                # The least, because other programs share the processor.
                self.assertLess(min(took), 0.05, path)
                if path.startswith("/suggest"):
                    self.assertEqual(answer.json, ['zz"', [], [], []])
                    kind = answer.headers["Content-Type"]
                    self.assertEqual(kind, "application/x-suggestions+json")
            self.assertIn(b"qac_web_daemon_up 0", self.site.metrics())
            self.site.start_daemon()
            until(lambda: self.site.ask("/suggest?q=run").status == 200, "it is back")
            self.assertEqual(self.site.ask("/complete?q=zzaway", headers=cookie).texts,
                             ["zzaway lamp"])

    def test_a_daemon_that_hangs_is_not_waited_for(self) -> None:
        assert self.site.daemon is not None
        self.site.daemon.send_signal(signal.SIGSTOP)
        try:
            # Each answer comes within its deadline, and once every thread stands still it is 503.
            until(lambda: self.site.ask("/suggest?q=run").status == 503, "it is given up")
        finally:
            self.site.daemon.send_signal(signal.SIGCONT)
        until(lambda: self.site.ask("/suggest?q=run").status == 200, "it is back")

    def test_metrics(self) -> None:
        self.site.ask("/suggest?q=metric")
        text = self.site.metrics().decode()
        self.assertIn("text/plain; version=0.0.4", text)
        self.assertIn('qac_web_requests_total{path="suggest",status="200"}', text)
        self.assertIn("qac_web_request_seconds_count", text)
        self.assertEqual(self.site.ask("/metrics").status, 404)


class StopTests(unittest.TestCase):
    def test_a_stop_loses_no_answer(self) -> None:
        site = Site(*FREE)
        self.addCleanup(site.stop)
        failures: list[str] = []
        count = [0]

        def ask() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
            try:
                while True:
                    connection.request("GET", "/suggest?q=run")
                    response = connection.getresponse()
                    body = response.read()
                    if response.status != 200 or not body.startswith(b'["run",["'):
                        failures.append(f"{response.status} {body[:50]!r}")
                    count[0] += 1
            except http.client.IncompleteRead as error:
                failures.append(repr(error))
            except (http.client.HTTPException, OSError):
                # Closed between two requests.
                pass

        crowd = [threading.Thread(target=ask) for _ in range(8)]
        for one in crowd:
            one.start()
        until(lambda: count[0] > 200, "requests are answered")
        # A connection that says nothing does not hold the stop up.
        idle = socket.socket(socket.AF_UNIX)
        self.addCleanup(idle.close)
        idle.connect(site.resp)
        idle.sendall(b"PING\r\n")
        self.assertEqual(idle.recv(100), b"+PONG\r\n")
        start = time.monotonic()
        self.assertEqual(site.stop_web(), 0)
        self.assertLess(time.monotonic() - start, 5)
        idle.settimeout(5)
        self.assertEqual(idle.recv(4096), b"")
        for one in crowd:
            one.join(20)
        self.assertEqual(failures, [])
        self.assertFalse(os.path.exists(site.resp))

    def test_systemd_hands_the_socket_over(self) -> None:
        site = Site(*FREE)
        self.addCleanup(site.stop)
        site.stop_web()
        # The parent of the program keeps listening, so that no connection is refused meanwhile.
        port = free_port()
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(16)
        starter = (
            "import os,sys\nos.dup2(int(sys.argv[1]),3,inheritable=True)\n"
            "os.environ.update(LISTEN_PID=str(os.getpid()),LISTEN_FDS='1',LISTEN_FDNAMES='http')\n"
            "os.execv(sys.argv[2],sys.argv[2:])"
        )
        site.port = port
        for _ in range(2):
            web = subprocess.Popen(
                [sys.executable, "-c", starter, str(listener.fileno()), BIN / "qac-web"]
                + ["--socket", site.socket, "--secret", f"{site.folder.name}/web.secret"],
                pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL,
            )
            until(lambda: site.ask("/suggest?q=run").status == 200, "it answers")
            web.terminate()
            self.assertEqual(web.wait(20), 0)

    def test_a_unix_socket_for_a_proxy(self) -> None:
        site = Site(*FREE)
        self.addCleanup(site.stop)
        path = f"{site.folder.name}/run/http.sock"
        command = [BIN / "qac-web", "--socket", site.socket, "--listen", path]
        command += ["--secret", f"{site.folder.name}/web.secret"]
        web = subprocess.Popen(command, stderr=subprocess.PIPE)
        self.addCleanup(web.stderr.close)  # type: ignore[union-attr]
        self.addCleanup(web.wait)
        self.addCleanup(web.kill)

        def answers() -> bool:
            done = subprocess.run(
                ["curl", "--silent", "--unix-socket", path, "http://a/suggest?q=run"],
                capture_output=True, check=False,
            )
            return done.stdout.startswith(b'["run",["')

        until(answers, "curl is answered")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o660)
        second = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(second.returncode, 73)
        self.assertIn("somebody listens", second.stderr)
        web.kill()
        web.wait()
        # What a killed process left is replaced.
        third = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        self.addCleanup(third.wait)
        self.addCleanup(third.kill)
        until(answers, "curl is answered again")

    def test_a_secret_that_others_may_read_is_refused(self) -> None:
        site = Site(*FREE)
        self.addCleanup(site.stop)
        secret = Path(site.folder.name) / "web.secret"
        self.assertEqual(secret.stat().st_mode & 0o777, 0o600)
        for mode, content, said in ((0o644, b"a" * 32, "others may read"),
                                    (0o600, b"a" * 31, "fewer than 32")):
            other = Path(site.folder.name) / f"other{mode}"
            other.write_bytes(content)
            other.chmod(mode)
            done = subprocess.run(
                [BIN / "qac-web", "--listen", f"127.0.0.1:{free_port()}", "--secret", other],
                capture_output=True, text=True, check=False,
            )
            self.assertEqual(done.returncode, 73)
            self.assertIn(said, done.stderr)

    def test_the_units_are_well_formed(self) -> None:
        if not have("systemd-analyze"):
            self.skipTest("there is no systemd-analyze")
        with tempfile.TemporaryDirectory(prefix="qac-web.") as folder:
            names = [f"{folder}/qac-web@.service", f"{folder}/qac-web@.socket"]
            for name in names:
                text = (ROOT / "data" / "systemd" / Path(name).name).read_text()
                Path(name).write_text(text.replace("/usr/local/bin", str(BIN)))
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", *names],
                                  capture_output=True, text=True, check=False)
            self.assertNotIn("qac-web@", done.stderr)

    def test_wrong_flags(self) -> None:
        for flags in (["--listen", "nowhere"], ["--base", "x"], ["--address-header", "a b"],
                      ["--url", "https://a"], ["--origin", "shop.example"], ["--loops", "0"],
                      ["--proxy", "shop"]):
            done = subprocess.run([BIN / "qac-web", "--secret", "/dev/null", *flags],
                                  capture_output=True, text=True, check=False, timeout=20)
            self.assertIn(done.returncode, (64, 73), flags)
            self.assertNotIn("Fatal", done.stderr)


if __name__ == "__main__":
    unittest.main()
