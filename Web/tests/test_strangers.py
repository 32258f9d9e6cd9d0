"""What a stranger on the web can and cannot do. docs/security-web.md names these tests."""

from __future__ import annotations

import concurrent.futures
import os
import socket
import sqlite3
import statistics
import time
import unittest
from pathlib import Path

from support import SiteTests, qacd

FREE = ("--session-rate", "0", "--network-rate", "0")
PROXY = (*FREE, "--address-header", "X-Forwarded-For")


def raw(port: int, data: bytes, seconds: float = 5) -> bytes:
    """What is answered to bytes; the end of the stream ends it."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except (TimeoutError, ConnectionError):
            pass
        return answer


class OtherPeopleTests(SiteTests):
    """Other people's queries."""

    options = PROXY

    def record(self, query: str, cookie: str, address: str) -> None:
        answer = self.site.ask("/record", {"query": query},
                               {"Cookie": cookie, "X-Forwarded-For": address})
        self.assertEqual(answer.status, 204, answer.body)

    def sees(self, prefix: str) -> list[str]:
        """What a person sees who was never here."""
        return self.site.ask(f"/complete?q={prefix}").texts

    def test_nobody_chooses_a_session(self) -> None:
        cookie = self.visit()
        self.record("zzown", cookie, "198.51.100.1")
        name, value = cookie.split("=", 1)
        guesses = [
            f"{name}={value[:-1]}{'A' if value[-1] != 'A' else 'B'}", f"{name}={'A' * 32}",
            f"{name}=ada", f"{name}=", f"{name}={value}x", f"x{name}={value}",
        ]
        for guess in guesses:
            answer = self.site.ask("/complete?q=zzown", headers={"Cookie": guess})
            self.assertEqual(answer.texts, [], guess)
        made = self.site.ask("/record", {"query": "zzmade"}, {"Cookie": f"{name}={'A' * 32}"})
        self.assertNotIn(made.cookie, (None, f"{name}={'A' * 32}"), "a made-up cookie is replaced")
        for path in ("session=ada", "session=web:x", "previous=a", "thread=t", "place=p", "at=1"):
            self.assertEqual(self.site.ask(f"/complete?q=zzown&{path}").texts, [])

    def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(self) -> None:
        self.assertIsNone(self.site.ask("/complete?q=a").cookie)
        given = self.site.ask("/record", {"query": "zzgiven"}).headers["Set-Cookie"]
        for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
            self.assertIn(part, given)
        values = {self.visit() for _ in range(20)}
        self.assertEqual(len(values), 20)
        self.assertTrue(all(len(value.split("=")[1]) == 32 for value in values))

    def test_many_cookies_of_one_network_are_one_person(self) -> None:
        for host in range(12):
            self.record("zznet lamp", self.visit(), f"203.0.113.{host}")
        self.assertEqual(self.sees("zznet"), [])
        for host in range(12):
            self.record("zzsix lamp", self.visit(), f"2001:db8:0:a{host:02x}::{host}")
        self.assertEqual(self.sees("zzsix"), [])
        for network in range(3):
            self.record("zzmany lamp", self.visit(), f"198.51.{network}.7")
        self.assertEqual(self.sees("zzmany"), ["zzmany lamp"])

    def test_one_network_stays_one_person_after_a_restart(self) -> None:
        for host in range(2):
            self.record("zzagain lamp", self.visit(), "192.0.2.1")
        self.site.stop_web()
        self.site.start_web()
        for host in range(2):
            self.record("zzagain lamp", self.visit(), "192.0.2.99")
        self.assertEqual(self.sees("zzagain"), [])
        # Nor is it more after the daemon has read its database again.
        self.site.stop_daemon()
        self.site.start_daemon()
        time.sleep(0.5)
        self.assertEqual(self.sees("zzagain"), [])

    def test_a_client_cannot_give_itself_an_address(self) -> None:
        # What a client sends stands before what the proxy adds.
        for host in range(3):
            self.record("zzspoof lamp", self.visit(), f"10.{host}.0.1, 192.0.2.50")
        self.assertEqual(self.sees("zzspoof"), [])

    def test_a_query_without_an_address_counts_for_its_own_session(self) -> None:
        cookies = [self.visit() for _ in range(5)]
        for cookie in cookies:
            self.record("zznone lamp", cookie, "unknown")
        self.assertEqual(self.sees("zznone"), [])
        own = self.site.ask("/complete?q=zznone", headers={"Cookie": cookies[0]})
        self.assertEqual(own.texts, ["zznone lamp"])

    def test_no_address_is_stored(self) -> None:
        self.record("zzstored", self.visit(), "203.0.113.77")
        with sqlite3.connect(f"file:{self.site.database}?mode=ro", uri=True) as database:
            people = [row[0] for row in database.execute("SELECT person FROM event")]
        self.assertTrue(people)
        kept = Path(self.site.database).read_bytes() + Path(
            f"{self.site.database}-wal").read_bytes()
        self.assertNotIn(b"203.0.113", kept)

    def test_forgetting_reaches_the_own_session_alone(self) -> None:
        one, other = self.visit(), self.visit()
        self.record("zzkeep one", one, "192.0.2.1")
        self.record("zzkeep two", other, "192.0.3.1")
        for body in ({"everyone": True}, {"session": "web:x"}, {"query": "zzkeep one"}, {}):
            answer = self.site.ask("/forget", body)
            self.assertEqual(answer.json, {"forgotten": 0})
        self.assertEqual(self.site.ask("/forget", {"everyone": True}, {"Cookie": other}).json,
                         {"forgotten": 1})
        self.assertEqual(
            self.site.ask("/complete?q=zzkeep", headers={"Cookie": one}).texts, ["zzkeep one"])

    def test_time_tells_nothing_of_what_one_other_submitted(self) -> None:
        """A query that one other person submitted is answered as one that nobody did, in as long."""
        self.record("zztime secret", self.visit(), "192.0.2.1")

        took: dict[str, list[float]] = {"zztime%20secret": [], "zztyme%20secret": []}
        for _ in range(400):
            # In turns, so that whatever else the machine does falls on both.
            for prefix, times in took.items():
                start = time.perf_counter()
                answer = self.site.ask(f"/suggest?q={prefix}")
                times.append(time.perf_counter() - start)
                self.assertEqual(answer.json[1], [])
        one, other = (statistics.median(times) for times in took.values())
        # A read of the database, or a search of other sessions, would be a multiple of this.
        self.assertLess(abs(one - other), 0.5 * min(one, other), f"{one} {other}")


class NoOptionTests(SiteTests):
    """Everything from this machine, and no option that says who is behind it."""

    options = FREE

    def test_it_says_so_and_counts_nobody(self) -> None:
        self.assertIn("people cannot be told apart", Path(self.site.log).read_text())
        for host in range(5):
            # The header means nothing without the option.
            self.site.ask("/record", {"query": "zzlocal lamp"},
                          {"Cookie": self.visit(), "X-Forwarded-For": f"10.{host}.0.1"})
        self.assertEqual(self.site.ask("/complete?q=zzlocal").texts, [])

    def test_no_method_of_the_operator_is_reachable(self) -> None:
        for name in ("status", "metrics", "reload", "block", "unblock", "pin", "boost", "history",
                     "import", "export", "items", "items.add", "items.remove", "retrieve", "ping"):
            for method in ("GET", "POST", "PUT", "DELETE"):
                answer = self.site.ask(f"/{name}", {} if method != "GET" else None, method=method)
                self.assertEqual(answer.status, 404, f"{method} {name}")
        call = {"jsonrpc": "2.0", "id": 1, "method": "status"}
        self.assertEqual(self.site.ask("/", call).status, 405)

    def test_a_query_that_looks_like_the_protocol_is_a_query(self) -> None:
        evil = 'a","id":9}\n{"jsonrpc":"2.0","id":1,"method":"forget","params":{"everyone":true}}\n'
        cookie = {"Cookie": self.visit()}
        self.assertEqual(self.site.ask("/record", {"query": evil}, cookie).status, 204)
        self.assertEqual(self.site.ask("/forget", {"query": evil}, cookie).json, {"forgotten": 1})

    def test_why_is_told_only_if_the_operator_allows_it(self) -> None:
        first = self.site.ask("/complete?q=runn&explain=true").json["completions"][0]
        self.assertEqual(set(first), {"text", "match"})

    def test_nothing_is_kept_by_caches(self) -> None:
        for path in ("/complete?q=a", "/suggest?q=a", "/openapi.json", "/nothing", "/forget"):
            answer = self.site.ask(path)
            self.assertEqual(answer.headers["Cache-Control"], "no-store", path)
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff", path)
        # Nothing in an answer comes from a header that a cache may leave out of its key.
        evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example",
                "X-Original-URL": "/evil", "User-Agent": "evil"}
        for path in ("/complete?q=a", "/openapi.json", "/opensearch.xml", "/forget"):
            answer = self.site.ask(path, headers=evil)
            self.assertNotIn(b"evil", answer.body + str(answer.headers).encode(), path)

    def test_no_text_in_errors_logs_or_metrics(self) -> None:
        self.site.ask("/complete?q=zzword1&limit=zzword1")
        self.site.ask("/record", {"query": "zzword2", "kind": "zzword2"})
        self.site.ask("/zzword3?zzword3=zzword3", headers={"Cookie": "qac=zzword3"})
        for answer in (self.site.ask("/complete?q=zzword4&items=zzword4"),
                       self.site.ask("/record", b'{"query":"zzword4",zzword4}'),
                       self.site.ask("/zzword4"), self.site.ask("/_search", {"zzword4": 1})):
            self.assertGreaterEqual(answer.status, 400)
            self.assertNotIn(b"zzword", answer.body)
        logs = "".join(path.read_text() for path in Path(self.site.folder.name).glob("*.log"))
        self.assertNotIn("zzword", logs + self.site.metrics().decode())


class OtherSitesTests(SiteTests):
    """Pages of other sites, in the browser of a person."""

    options = (*FREE, "--origin", "https://partner.example")

    def posts(self, headers: dict[str, str], path: str = "/record") -> int:
        return self.site.ask(path, {"query": "zzcross"}, headers).status

    def test_posts_of_other_sites_are_refused(self) -> None:
        cookie = self.visit()
        host = f"127.0.0.1:{self.site.port}"
        for wrong in (
            {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": f"http://{host}.evil"},
            {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
            {"Origin": f"http://{host}", "Sec-Fetch-Site": "cross-site"},
        ):
            for path in ("/record", "/forget", "/_search"):
                self.assertEqual(self.posts({**wrong, "Cookie": cookie}, path), 403, wrong)
        for right in ({"Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}, {},
                      {"Origin": "https://partner.example", "Sec-Fetch-Site": "cross-site"}):
            self.assertEqual(self.posts({**right, "Cookie": cookie}), 204, right)

    def test_a_form_of_another_site_cannot_send_json(self) -> None:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
            headers = {"Content-Type": kind} if kind else {}
            answer = self.site.ask("/record", b'{"query":"a"}', headers)
            self.assertEqual(answer.status, 415, kind)

    def test_answers_are_for_this_site_alone(self) -> None:
        answer = self.site.ask("/complete?q=a", headers={"Origin": "https://evil.example"})
        self.assertFalse(any(name.lower().startswith("access-control") for name in answer.headers))


class LimitTests(SiteTests):
    """Too much: the own share ends, and others notice nothing."""

    options = ("--session-rate", "10", "--network-rate", "40", "--address-header", "X-Real-IP",
               "--connections", "200")

    def test_a_session_has_its_share(self) -> None:
        cookie = self.visit(**{"X-Real-IP": "192.0.2.1"})
        statuses = [self.site.ask("/suggest?q=a", headers={"Cookie": cookie}).status
                    for _ in range(80)]
        self.assertIn(429, statuses)
        self.assertEqual(self.site.ask("/suggest?q=a").status, 200)
        limited = next(answer for answer in iter(
            lambda: self.site.ask("/suggest?q=a", headers={"Cookie": cookie}), None)
            if answer.status == 429)
        self.assertEqual(limited.headers["Retry-After"], "1")

    def test_a_network_has_its_share_however_many_cookies(self) -> None:
        def ask(host: int) -> int:
            return self.site.ask("/complete?q=a", headers={"X-Real-IP": f"198.51.100.{host}"}).status

        statuses = [ask(host % 250) for host in range(300)]
        self.assertIn(429, statuses)
        other = self.site.ask("/complete?q=a", headers={"X-Real-IP": "198.51.101.1"})
        self.assertEqual(other.status, 200)

    def test_records_have_a_smaller_share(self) -> None:
        cookie = self.visit(**{"X-Real-IP": "192.0.9.1"})
        headers = {"Cookie": cookie, "X-Real-IP": "192.0.9.1"}
        statuses = [self.site.ask("/record", {"query": f"zz{i}"}, headers).status
                    for i in range(30)]
        self.assertEqual(statuses[:6], [204] * 6)
        self.assertIn(429, statuses)

    def test_a_flood_of_one_costs_others_nothing(self) -> None:
        """Ten thousand cookies and a flood of one network, while another person types."""
        def flood(number: int) -> None:
            for i in range(500):
                cookie = f"qac={number}x{i}"
                self.site.ask("/complete?q=a",
                              headers={"Cookie": cookie, "X-Real-IP": "203.0.113.9"})

        slow = []
        with concurrent.futures.ThreadPoolExecutor(20) as crowd:
            done = [crowd.submit(flood, number) for number in range(20)]
            while not all(one.done() for one in done):
                start = time.perf_counter()
                answer = self.site.ask("/complete?q=run", headers={"X-Real-IP": "192.0.7.1"})
                slow.append(time.perf_counter() - start)
                self.assertEqual(answer.status, 200)
                time.sleep(0.1)
            for one in done:
                one.result()
        # The floods run in this program's own threads, which share its processor.
        self.assertLess(statistics.median(slow), 1)
        memory = Path(f"/proc/{self.site.web.pid}/status").read_text()  # type: ignore[union-attr]
        resident = int(memory.split("VmRSS:")[1].split()[0])
        self.assertLess(resident, 200_000)


class SlowTests(SiteTests):
    """Connections that say nothing, too little or too much."""

    options = (*FREE, "--connections", "80", "--network-connections", "60")

    def test_who_sends_slowly_costs_others_nothing(self) -> None:
        crowd = [socket.create_connection(("127.0.0.1", self.site.port)) for _ in range(50)]
        for connection in crowd:
            connection.sendall(b"GET /complete?q=a HTTP/1.1\r\nHost: a\r\n")
        start = time.monotonic()
        while time.monotonic() < start + 12:
            for connection in crowd:
                try:
                    connection.sendall(b"X: y\r\n")
                except OSError:
                    pass
            begin = time.perf_counter()
            self.assertEqual(self.site.ask("/complete?q=run").status, 200)
            self.assertLess(time.perf_counter() - begin, 1)
            time.sleep(1)
        # Ten seconds are enough for a head.
        for connection in crowd:
            connection.settimeout(5)
            try:
                self.assertEqual(connection.recv(1), b"")
            except ConnectionError:
                pass
            connection.close()

    def test_a_network_has_so_many_connections(self) -> None:
        crowd = [socket.create_connection(("127.0.0.1", self.site.port)) for _ in range(120)]
        time.sleep(0.5)
        closed = 0
        for connection in crowd:
            connection.settimeout(0.01)
            try:
                closed += connection.recv(1) == b""
            except TimeoutError:
                pass
            except ConnectionError:
                closed += 1
        self.assertGreaterEqual(closed, 60)
        for connection in crowd:
            connection.close()
        time.sleep(0.5)
        self.assertEqual(self.site.ask("/complete?q=a").status, 200)

    def test_what_is_too_large_is_refused(self) -> None:
        port = self.site.port
        self.assertEqual(self.site.ask("/record", {"query": "a" * 2049}).status, 400)
        self.assertEqual(self.site.ask("/record", {"query": "a", "x": "b" * 20_000}).status, 413)
        self.assertEqual(self.site.ask("/complete?q=" + "a" * 2049).status, 400)
        endless = b"POST /record HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" \
            b"Transfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b"a" * 4096 + b"\r\n"
        self.assertIn(b"413", raw(port, endless + (b"1000\r\n" + b"a" * 4096 + b"\r\n") * 20))
        head = b"GET / HTTP/1.1\r\nHost: a\r\n"
        cookies = b"Cookie: " + b"; ".join(b"qac=%d" % i for i in range(10_000)) + b"\r\n\r\n"
        for data in (head + cookies, head + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
                     head + b"".join(b"X%d: y\r\n" % i for i in range(2000)) + b"\r\n",
                     b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n"):
            answer = raw(port, data)
            self.assertFalse(answer.startswith(b"HTTP/1.1 200"), answer[:60])
        self.assertEqual(self.site.ask("/complete?q=a").status, 200)

    def test_bytes_that_are_no_http(self) -> None:
        for data in (b"\0" * 1000, os.urandom(4096), b"*1\r\n$4\r\nPING\r\n", b"GET\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                     b"POST /record HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /suggest?q=zz HTTP/1.1\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"):
            answer = raw(self.site.port, data, 3)
            self.assertNotIn(b"200 OK", answer, data[:40])
        self.assertEqual(self.site.ask("/complete?q=a").status, 200)

    def test_bytes_that_are_no_redis(self) -> None:
        for data in (b"*99999\r\n", b"*1\r\n$-5\r\n", os.urandom(4096) + b"\n", b"a" * 100_000):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(self.site.resp)
                try:
                    connection.sendall(data)
                    while connection.recv(65536):
                        pass
                except (TimeoutError, ConnectionError):
                    pass
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.site.resp)
            connection.sendall(b"PING\r\n")
            self.assertEqual(connection.recv(100), b"+PONG\r\n")


class ProxyTests(SiteTests):
    """Sessions that a trusted proxy names."""

    options = (*FREE, "--session-header", "X-Session")

    def test_the_proxy_says_whose_session_it_is(self) -> None:
        ada = {"X-Session": "ada"}
        self.assertEqual(self.site.ask("/record", {"query": "zzproxy"}, ada).status, 204)
        answer = self.site.ask("/complete?q=zzproxy", headers=ada)
        self.assertEqual((answer.texts, answer.cookie), (["zzproxy"], None))
        for other in ({}, {"X-Session": "ben"}, {"X-Session": ""}, {"X-Session": "a" * 200}):
            self.assertEqual(self.site.ask("/complete?q=zzproxy", headers=other).texts, [])
        self.assertEqual(self.site.ask("/record", {"query": "zzproxy"}).status, 400)
        # What a proxy calls a session is none of another door's.
        with qacd.Client(self.site.socket) as client:
            self.assertEqual(client.complete("zzproxy", session="ada").suggestions, [])



if __name__ == "__main__":
    unittest.main()
