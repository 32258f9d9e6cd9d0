#!/usr/bin/env python3
"""Shows what docs/scale.md promises of replicas: kills, partitions, deletions, swaps and figures.

    test.py [--only NAME ...] [--kills N] [--seed N] [--model N]

It starts PostgreSQL, three replicas and HAProxy by contrib/cluster/cluster in a directory of its own
and stops them at the end. `partition` puts a replica into a network namespace and needs root; `web`
needs qac-web (`make web`); `model` runs N sequences of the model test against two replicas, and needs
tests that were built with QAC_WITH=cluster. They are left out otherwise. A failure names the seed.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORT = 7461
# Longer than a statement may take, or HAProxy would end connections that wait for one.
LEASE = 7


class Gone(Exception):
    """The connection ended before the answer."""


class Client:
    """A connection; `address` is a port on this machine, or the path of a socket."""

    def __init__(self, address):
        unix = not isinstance(address, int)
        self.socket = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        self.socket.settimeout(30)
        try:
            self.socket.connect(str(address) if unix else ("127.0.0.1", address))
        except OSError as error:
            raise Gone from error
        self.lines = self.socket.makefile("rb")

    def call(self, method, **params):
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        try:
            self.socket.sendall(line.encode() + b"\n")
            answer = self.lines.readline()
        except OSError as error:
            raise Gone from error
        if not answer.endswith(b"\n"):
            raise Gone
        return json.loads(answer)

    def result(self, method, **params):
        answer = self.call(method, **params)
        if "result" not in answer:
            raise AssertionError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def close(self):
        self.lines.close()
        self.socket.close()


class Person(threading.Thread):
    """A person who records and completes through HAProxy, and retries when a connection ends."""

    def __init__(self, name, stop, seed):
        super().__init__(daemon=True)
        self.session = name
        self.stop = stop
        self.random = random.Random(f"{seed}{name}")
        self.acknowledged = []
        self.retries = 0
        self.most = 0
        self.failures = []
        self.requests = 0
        self.client = None

    def ask(self, check, method, **params):
        """One request, with as many retries as it takes; they are counted."""
        retries = 0
        while True:
            try:
                if self.client is None:
                    self.client = Client(PORT)
                answer = self.client.call(method, **params)
                break
            except Gone:
                self.client = None
                retries += 1
                if retries > 20:
                    self.failures.append(f"{method} never answered")
                    return None
                # A process that is killed closes its socket a moment after its connections.
                time.sleep(0.1)
        self.requests += 1
        self.retries += retries
        self.most = max(self.most, retries)
        if "error" in answer:
            self.failures.append(f"{method}: {answer['error']['message']}")
            return None
        check(answer["result"])
        return answer["result"]

    def run(self):
        number = 0
        previous = None
        while not self.stop.is_set():
            number += 1
            query = f"{self.session} query {number}"
            if self.ask(lambda _: None, "record", session=self.session, query=query):
                self.acknowledged.append(query)
                previous = query

            # Stateless: whatever replica answers knows the context, because the request has it.
            def knows(result, previous=previous):
                texts = [line["text"] for line in result["suggestions"]]
                if previous is not None and previous not in texts:
                    self.failures.append("the context was lost")

            if previous:
                self.ask(knows, "complete", prefix=previous[:-1], previous=[previous])
            time.sleep(self.random.uniform(0, 0.02))


class Cluster:
    def __init__(self, programs, directory):
        self.directory = Path(directory)
        self.environment = dict(
            os.environ, BIN=str(programs), PORT=str(PORT), LEASE=str(LEASE), LIVE_SESSIONS="2"
        )

    def do(self, *words):
        words = [ROOT / "contrib/cluster/cluster", *map(str, words), self.directory]
        subprocess.run(words, env=self.environment, check=True, timeout=120)

    def acknowledge(self, when):
        """Has every replica acknowledge records by `when`."""
        self.environment["ACKNOWLEDGE"] = when
        for number in self.replicas():
            os.kill(self.pid(number), signal.SIGTERM)
            self.until("it ends", lambda number=number: not Path(f"/proc/{self.pid(number)}").exists())
            self.do("run", number)
            self.current(number)
        time.sleep(1)

    def postgres(self):
        """The processes of PostgreSQL, the first one first."""
        first = (self.directory / "pg/postmaster.pid").read_text().split()[0]
        rest = subprocess.run(["pgrep", "-P", first], capture_output=True, text=True).stdout.split()
        return [int(pid) for pid in [first, *rest]]

    def hold(self, signal_number):
        """Holds PostgreSQL up, or lets it go on."""
        for pid in self.postgres():
            try:
                os.kill(pid, signal_number)
            except ProcessLookupError:
                pass

    def replicas(self):
        return sorted(int(path.name[1:]) for path in self.directory.glob("r[0-9]*"))

    def socket(self, number):
        return self.directory / f"r{number}/run/qacd.sock"

    def status(self, number):
        try:
            client = Client(self.socket(number))
            answer = client.result("status")["replica"]
            client.close()
            return answer
        except (Gone, OSError):
            return {"current": False, "applied": -1}

    def until(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"not within {seconds} s: {what}"
            time.sleep(0.02)

    def current(self, number):
        self.until(f"replica {number} serves", lambda: self.status(number)["current"])

    def sql(self, text):
        words = ["psql", "-h", self.directory / "pg-socket", "-U", "postgres", "-Atc", text]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

    def settle(self):
        head = int(self.sql("SELECT last FROM qacd.head"))
        for number in self.replicas():
            self.until(
                f"replica {number} applies {head}",
                lambda number=number: self.status(number)["applied"] >= head,
            )

    def pid(self, number):
        return int((self.directory / f"r{number}/pid").read_text())

    def exported(self, number, session):
        client = Client(self.socket(number))
        texts, after = [], {}
        while True:
            page = client.result("export", session=session, limit=100, **after)
            texts += [event["query"] for event in page["events"]]
            if not page.get("next"):
                return texts
            after = {"after": page["next"]}

    def holds(self, number, text):
        """Whether a file of the replica holds the text."""
        files = (self.directory / f"r{number}/state").glob("*")
        return any(text.encode() in path.read_bytes() for path in files)


def under_load(cluster, seed, work, people=6):
    """Does `work` while people type; nobody may see an error, or more than one retry."""
    stop = threading.Event()
    crowd = [Person(f"{work.__name__}-{i}", stop, seed) for i in range(people)]
    for person in crowd:
        person.start()
    try:
        work()
    finally:
        stop.set()
        for person in crowd:
            person.join()
    failures = [failure for person in crowd for failure in person.failures]
    assert not failures, f"{len(failures)} failures, the first: {failures[0]}"
    most = max(person.most for person in crowd)
    requests = sum(person.requests for person in crowd)
    retries = sum(person.retries for person in crowd)
    assert most <= 1, f"a client saw {most} retries of one request"
    cluster.settle()
    records = 0
    for person in crowd:
        for number in cluster.replicas():
            missing = set(person.acknowledged) - set(cluster.exported(number, person.session))
            assert not missing, f"{len(missing)} acknowledged records are lost at r{number}"
        records += len(person.acknowledged)
    return f"{requests} requests, {retries} retried once, {records} records, 0 lost"


def test_record(cluster, options):
    """One record through HAProxy and PostgreSQL is known to every replica."""
    client = Client(PORT)
    client.result("record", session="ada", query="blue heron")
    cluster.settle()
    for number in cluster.replicas():
        assert cluster.exported(number, "ada") == ["blue heron"]
    texts = client.result("complete", session="ada", prefix="blue h")["suggestions"]
    assert [line["text"] for line in texts] == ["blue heron"]
    return "known to all"


def kill_some(cluster, choose, count):
    """Kills `count` replicas, one after another, and lets each serve again."""
    for _ in range(count):
        number = choose.choice(cluster.replicas())
        time.sleep(choose.uniform(0, 0.3))
        os.kill(cluster.pid(number), signal.SIGKILL)
        time.sleep(choose.uniform(0, 0.5))
        cluster.do("run", number)
        cluster.current(number)


def test_kills(cluster, options):
    """Replicas are killed under load."""
    choose = random.Random(options.seed)

    def kills():
        kill_some(cluster, choose, options.kills)

    return f"{options.kills} kills: " + under_load(cluster, options.seed, kills)


def test_same(cluster, options):
    """Replicas that have applied the same numbers answer the same."""
    choose = random.Random(options.seed)
    words = ["blue", "grey", "heron", "kite", "red"]
    clients = [Client(cluster.socket(number)) for number in cluster.replicas()]
    for _ in range(300):
        client = choose.choice(clients)
        session = f"same-{choose.randrange(5)}"
        query = " ".join(choose.choices(words, k=2))
        if choose.random() < 0.1:
            client.result("forget", everyone=True, query=query)
        else:
            client.result("record", session=session, query=query)
    cluster.settle()
    compared = 0
    for session in [None] + [f"same-{i}" for i in range(5)]:
        for prefix in ["", "b", "g", "re", "h", "blue ", "kite r"]:
            params = {"prefix": prefix, "limit": 50} | ({"session": session} if session else {})
            answers = []
            for client in clients:
                lines = client.result("complete", **params)["suggestions"]
                answers.append([(line["text"], line["source"]) for line in lines])
            assert all(answer == answers[0] for answer in answers), f"{params} differ"
            compared += 1
    return f"{compared} answers, equal at {len(clients)} replicas"


def test_forget(cluster, options):
    """A forgotten query is gone everywhere, and at a replica that was down before it serves."""
    # No word of it is in another test's queries, so nothing of it can be composed again.
    text = f"forgotten ibis {options.seed}"
    client = Client(cluster.socket(1))
    for session in ("ada", "bob", "cleo"):
        client.result("record", session=session, query=text)
    cluster.settle()
    os.kill(cluster.pid(3), signal.SIGKILL)
    began = time.monotonic()
    assert client.result("forget", everyone=True, query=text)["forgotten"] == 3
    took = time.monotonic() - began
    for number in (1, 2):
        assert not cluster.holds(number, text), f"a file of r{number} holds it"
        answer = Client(cluster.socket(number)).result("complete", prefix="forgotten i")
        assert not answer["suggestions"]
    found = "SELECT count(*) FROM qacd.entry WHERE position('%s'::bytea IN body) > 0"
    assert cluster.sql(found % text) == "0", "PostgreSQL's table holds it"
    assert cluster.holds(3, text), "the replica that is down should not know yet"
    cluster.do("run", 3)
    while True:
        try:
            back = Client(cluster.socket(3))
            answer = back.result("complete", prefix="forgotten i", session="ada")
            assert not answer["suggestions"], f"it serves what is forgotten: {answer}"
            if back.result("status")["replica"]["current"]:
                break
        except Gone:
            pass
    assert not cluster.holds(3, text), "it serves before it has deleted"
    began = time.monotonic()
    client.result("record", session="ada", query=text)
    assert client.result("forget", everyone=True, query=text)["forgotten"] == 1
    return f"answered in {took:.1f} s with one replica dead, {time.monotonic() - began:.3f} s else"


def test_block(cluster, options):
    """A rule holds at every replica when it is answered."""
    clients = [Client(cluster.socket(number)) for number in cluster.replicas()]
    for session in ("ada", "bob"):
        clients[0].result("record", session=session, query="rude word")
    cluster.settle()
    for client in clients:
        assert client.result("complete", prefix="rude")["suggestions"]
    clients[1].result("block", kind="word", text="rude")
    for client in clients:
        assert not client.result("complete", prefix="rude")["suggestions"]
    return f"at {len(clients)} replicas"


def test_away(cluster, options):
    """Without PostgreSQL completions go on, and a record says so."""
    client = Client(PORT)
    client.result("record", session="ada", query="red kite")
    cluster.hold(signal.SIGSTOP)
    try:
        began = time.monotonic()
        answer = client.call("record", session="ada", query="blue kite")
        took = time.monotonic() - began
        assert "completions go on" in answer["error"]["message"] or "may or may not" in (
            answer["error"]["message"]
        ), answer
        assert took < LEASE + 6, f"a record waited {took:.1f} s"
        time.sleep(LEASE + 1)
        fresh = Client(PORT)
        assert "suggestions" in fresh.result("complete", session="ada", prefix="r")
        lines = fresh.result("complete", prefix="red k", previous=["red kite"])["suggestions"]
        assert [line["text"] for line in lines] == ["red kite"]
    finally:
        cluster.hold(signal.SIGCONT)
    for number in cluster.replicas():
        cluster.current(number)
    return f"a record was refused after {took:.1f} s"


def test_local(cluster, options):
    """With --acknowledge local a record needs PostgreSQL later, and a deletion reaches what waits."""
    choose = random.Random(options.seed)
    cluster.acknowledge("local")
    try:
        client = Client(cluster.socket(1))
        texts = [f"local {number}" for number in range(40)]
        cluster.hold(signal.SIGSTOP)
        try:
            times = []
            for text in texts:
                began = time.monotonic()
                client.result("record", session="local", query=text)
                times.append(time.monotonic() - began)
            client.result("record", session="rued", query="rued heron")
            assert cluster.holds(1, "rued heron")
            assert "error" in client.call("forget", session="rued")
            assert not cluster.holds(1, "rued heron"), "a file holds what is to be forgotten"
            os.kill(cluster.pid(1), signal.SIGKILL)
            time.sleep(0.5)
            cluster.do("run", 1)
        finally:
            cluster.hold(signal.SIGCONT)
        for number in cluster.replicas():
            cluster.current(number)
        cluster.until("the queue is empty", lambda: cluster.status(1)["queued"] == 0)
        cluster.settle()
        for number in cluster.replicas():
            assert cluster.exported(number, "local") == texts, f"r{number} has something else"
            assert cluster.exported(number, "rued") == []

        # A replica that is dead when something is deleted does not bring it back.
        client = Client(cluster.socket(2))
        cluster.hold(signal.SIGSTOP)
        try:
            client.result("record", session="late", query="late heron")
            os.kill(cluster.pid(2), signal.SIGKILL)
        finally:
            cluster.hold(signal.SIGCONT)
        cluster.current(1)
        client = Client(cluster.socket(1))
        client.result("forget", session="late")
        cluster.do("run", 2)
        cluster.current(2)
        cluster.until("the queue is empty", lambda: cluster.status(2)["queued"] == 0)
        cluster.settle()
        for number in cluster.replicas():
            assert cluster.exported(number, "late") == []
        assert not cluster.holds(2, "late heron"), "the replica that came back holds it"

        def local_kills():
            kill_some(cluster, choose, max(1, options.kills // 4))

        told = under_load(cluster, options.seed, local_kills)
    finally:
        cluster.acknowledge("log")
    most = max(times) * 1000
    return (
        f"{len(texts)} records without PostgreSQL, the slowest in {most:.0f} ms; "
        f"{max(1, options.kills // 4)} kills: {told}"
    )


def test_partition(cluster, options):
    """A replica that is cut off from PostgreSQL says nothing of sessions; the others go on."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "left out: it needs root and iproute2"
    run = lambda *words: subprocess.run(words, check=True)
    space = f"qac-{os.getpid()}"
    relay = None
    run("ip", "netns", "add", space)
    try:
        run("ip", "link", "add", "qac0", "type", "veth", "peer", "name", "qac1", "netns", space)
        run("ip", "addr", "add", "10.213.7.1/30", "dev", "qac0")
        run("ip", "link", "set", "qac0", "up")
        run("ip", "-n", space, "addr", "add", "10.213.7.2/30", "dev", "qac1")
        run("ip", "-n", space, "link", "set", "qac1", "up")
        # PostgreSQL listens on a socket; this carries it to the other side of the wire.
        relay = Relay(("10.213.7.1", 7432), cluster.directory / "pg-socket/.s.PGSQL.5432")
        place = cluster.directory / "cut"
        (place / "state").mkdir(parents=True)
        words = ["ip", "netns", "exec", space, f"{cluster.environment['BIN']}/qacd-cluster"]
        words += ["--postgres", "host=10.213.7.1 port=7432 dbname=postgres user=postgres"]
        words += ["--replica", "cut", "--lease", str(LEASE), "--index", place / "none.qaci"]
        words += ["--socket", place / "run/q.sock", "--database", place / "state/s.sqlite"]
        process = subprocess.Popen([*map(str, words)], stderr=(place / "log").open("w"))

        def current():
            try:
                return Client(place / "run/q.sock").result("status")["replica"]["current"]
            except (Gone, OSError):
                return False

        cluster.until("the replica beyond the wire serves", current)
        near = Client(cluster.socket(1))
        near.result("record", session="cut", query="cut heron")
        far = Client(place / "run/q.sock")
        cluster.until(
            "it knows the record",
            lambda: far.result("complete", session="cut", prefix="cut h")["suggestions"],
        )
        run("ip", "link", "set", "qac0", "down")
        began = time.monotonic()
        near.result("forget", session="cut")
        took = time.monotonic() - began
        # From now on nobody may tell of it, cut off or not.
        for _ in range(20):
            assert not far.result("complete", session="cut", prefix="cut h")["suggestions"]
            time.sleep(0.05)
        assert "error" in far.call("history", session="cut")
        run("ip", "link", "set", "qac0", "up")
        cluster.until("it has caught up", current)
        assert far.result("history", session="cut")["queries"] == []
        files = list((place / "state").glob("*"))
        assert not any(b"cut heron" in path.read_bytes() for path in files)
        process.terminate()
        process.wait(20)
        return f"forget took {took:.1f} s; the one that was cut off told nothing and caught up"
    finally:
        if relay:
            relay.close()
        subprocess.run(["ip", "link", "del", "qac0"], stderr=subprocess.DEVNULL)
        run("ip", "netns", "del", space)


class Relay:
    """Carries connections of a TCP address to a Unix socket."""

    def __init__(self, address, path):
        self.path = str(path)
        self.listener = socket.create_server(address)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.path)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    @staticmethod
    def carry(one, other):
        try:
            while data := one.recv(1 << 16):
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()


def test_swap(cluster, options):
    """Every replica in turn gets a new index, under load."""
    tool = options.tools / "qac-index"
    if not tool.exists():
        return f"left out: there is no {tool}"
    store = cluster.directory / "indexes"
    store.mkdir()
    swaps = 4
    for i in range(swaps):
        log = cluster.directory / f"log-{i}.tsv"
        words = ["simulate", "--out", log, "--users", "40", "--days", "2", "--labels", "60"]
        subprocess.run([tool, *words, "--seed", str(i + 1)], check=True, capture_output=True)
        words = ["build", "--log", log, "--out", cluster.directory / f"{i}.qaci"]
        subprocess.run([tool, *words], check=True, capture_output=True)

    def swap():
        for i in range(swaps):
            os.replace(cluster.directory / f"{i}.qaci", cluster.directory / "current.qaci")
            for number in cluster.replicas():
                Client(cluster.socket(number)).result("reload", force=True)
                time.sleep(0.3)

    return f"{swaps} indexes: " + under_load(cluster, options.seed, swap)


def test_add(cluster, options):
    """A replica that is added takes at most 40 % of the sessions."""

    def places():
        found = {}
        for i in range(300):
            client = Client(PORT)
            client.result("complete", session=f"place-{i}", prefix="a")
            found[i] = client.result("status")["replica"]["name"]
            client.close()
        return found

    time.sleep(2)
    before = places()
    assert before == places(), "a session is not where it was"
    cluster.do("add")
    time.sleep(2)
    after = places()
    moved = sum(before[i] != after[i] for i in before) / len(before)
    assert len(set(after.values())) == len(cluster.replicas())
    assert moved <= 0.4, f"{moved:.0%} of the sessions moved"
    return f"{moved:.0%} of the sessions moved to replica {cluster.replicas()[-1]}"


class Door:
    """A person on the web: each request is a connection of its own, with the person's cookie."""

    def __init__(self, port):
        self.port = port
        self.cookie = None
        self.retries = 0

    def ask(self, method, path, body=None):
        headers = {"Cookie": f"qac={self.cookie}"} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                connection.request(method, path, json.dumps(body) if body else None, headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                answer = None
            finally:
                connection.close()
            if answer is not None and answer.status < 500:
                break
            self.retries += 1
            assert self.retries <= 20, f"{path} is never answered"
            time.sleep(0.1)
        assert answer.status in (200, 204), f"{path}: {answer.status} {text[:200]}"
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.split("=", 1)[1].split(";")[0]
        return answer.getheader("X-Door"), json.loads(text) if text else None


def test_web(cluster, options):
    """People of the web stay at one door by their cookie, and elsewhere they are known, too."""
    if not options.web.exists():
        return f"left out: there is no {options.web}; make web builds it"
    port = PORT + 20
    doors = {}

    def open_door(number):
        words = [options.web, "--socket", cluster.socket(number), "--listen", f"127.0.0.1:{port + number}"]
        words += ["--secret", cluster.directory / "web.secret", "--address-header", "X-Real-IP"]
        log = (cluster.directory / f"web{number}.log").open("a")
        doors[number] = subprocess.Popen([*map(str, words)], stderr=log, stdout=log)

    text = (ROOT / "contrib/haproxy/web.cfg").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("  server ")]
    text = "\n".join(lines).replace("bind :8080", f"bind 127.0.0.1:{port}")
    # Only so that the test sees who answered.
    text += "\n  http-response set-header X-Door %s\n"
    for number in cluster.replicas():
        text += f"  server w{number} 127.0.0.1:{port + number}\n"
    configuration = cluster.directory / "web.cfg"
    configuration.write_text(text)
    balancer = None
    try:
        # The first one makes the secret.
        for number in cluster.replicas():
            open_door(number)
            cluster.until("the door opens", lambda number=number: is_open(port + number))
        balancer = subprocess.Popen(["haproxy", "-db", "-f", configuration])
        cluster.until("HAProxy listens", lambda: is_open(port))
        time.sleep(2)
        people = [Door(port) for _ in range(30)]
        places = {}
        for i, person in enumerate(people):
            person.ask("POST", "/record", {"query": f"person {i} heron"})
            assert person.cookie, "the first record sets no cookie"
            places[i], _ = person.ask("POST", "/record", {"query": f"person {i} kite"})
        cluster.settle()

        def known():
            found = {}
            for i, person in enumerate(people):
                texts = []
                for bird in ("heron", "kite"):
                    path = f"/complete?q=person%20{i}%20{bird[0]}"
                    found[i], answer = person.ask("GET", path)
                    texts += [line["text"] for line in answer["completions"]]
                for bird in ("heron", "kite"):
                    assert f"person {i} {bird}" in texts, f"{found[i]} does not know person {i}"
            return found

        assert known() == places, "a person did not stay at one door"
        assert len(set(places.values())) == len(doors), "a door has nobody"
        victim = cluster.replicas()[-1]
        gone = f"w{victim}"
        doors[victim].kill()
        doors[victim].wait()
        moved = known()
        assert all(moved[i] == places[i] for i in places if places[i] != gone)
        assert gone not in moved.values()
        open_door(victim)
        cluster.until("the door opens", lambda: is_open(port + victim))
        time.sleep(3)
        assert known() == places, "people did not come back to their door"
        # A person has their queries forgotten at one door, and no door knows them.
        _, answer = people[0].ask("POST", "/forget", {})
        assert answer == {"forgotten": 2}, answer
        for number in cluster.replicas():
            direct = Door(port + number)
            direct.cookie = people[0].cookie
            _, answer = direct.ask("GET", "/complete?q=person%200%20h")
            assert not answer["completions"], answer
    finally:
        for process in [*doors.values(), balancer]:
            if process and process.poll() is None:
                process.terminate()
                process.wait(20)
    retries = sum(person.retries for person in people)
    share = sum(moved[i] != places[i] for i in places)
    return f"{len(people)} people at {len(doors)} doors; {share} moved when one died, {retries} retries"


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def test_model(cluster, options):
    """Two replicas over PostgreSQL are what their model is."""
    if not options.model:
        return "left out: --model says how many sequences"
    for number in range(options.model):
        cluster.sql(f"CREATE DATABASE model{number}")
    place = f"host={cluster.directory}/pg-socket user=postgres dbname=model%"
    words = ["swift", "test", "--skip-build", "--explicit-target-dependency-import-check", "error"]
    words += ["--filter", "twoReplicasAreWhatTheirModelIs"]
    environment = dict(
        os.environ, QAC_WITH="cluster", QAC_POSTGRES=place, QAC_SEQUENCES=str(options.model * 10)
    )
    done = subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]
    used = sum(
        int(cluster.sql(f"SELECT count(*) FROM pg_stat_database WHERE datname = 'model{number}' "
                        "AND xact_commit > 0"))
        for number in range(options.model)
    )
    assert used == options.model, f"{used} databases were used"
    return f"{options.model} sequences"


def processor(pids):
    """Seconds of processor time that processes, and those they started, have taken."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_cost(cluster, options):
    """What HAProxy and PostgreSQL add to a request."""
    postmaster = (cluster.directory / "pg/postmaster.pid").read_text().split()[0]
    lines = []
    balancer = int((cluster.directory / "haproxy.pid").read_text())
    for method, people, count in (
        ("complete", 1, 3000), ("record", 1, 500), ("record", 16, 200)
    ):
        for name, address in (("direct", cluster.socket(1)), ("HAProxy", PORT)):
            backends = subprocess.run(
                ["pgrep", "-P", postmaster], capture_output=True, text=True
            ).stdout.split()
            groups = {
                "replicas": [cluster.pid(number) for number in cluster.replicas()],
                "HAProxy": [balancer], "PostgreSQL": backends,
            }
            start = {group: processor(pids) for group, pids in groups.items()}
            times = []

            def work(person):
                client = Client(address)
                for i in range(count):
                    began = time.perf_counter()
                    if method == "complete":
                        client.result("complete", session=f"cost-{person}", prefix="gar")
                    else:
                        client.result("record", session=f"cost-{person}", query=f"cost {i}")
                    times.append(time.perf_counter() - began)

            threads = [threading.Thread(target=work, args=(i,)) for i in range(people)]
            began = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            took = time.perf_counter() - began
            times.sort()
            spent = ", ".join(
                f"{group} {(processor(pids) - start[group]) / len(times) * 1e6:.0f}"
                for group, pids in groups.items()
            )
            lines.append(
                f"  {method} x{people} {name}: median {times[len(times) // 2] * 1e6:.0f} us, "
                f"99 % {times[len(times) * 99 // 100] * 1e6:.0f} us, {len(times) / took:.0f}/s; "
                f"processor us per request: {spent}"
            )
    return "\n" + "\n".join(lines)


ORDER = [
    "record", "same", "forget", "block", "away", "partition", "local", "kills", "swap", "web", "add",
    "model", "cost",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, default=ROOT / ".build/release")
    parser.add_argument("--tools", type=Path, default=ROOT / ".build/release")
    parser.add_argument("--only", nargs="+", default=ORDER, choices=ORDER, metavar="NAME")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--web", type=Path, default=ROOT / ".build/release/qac-web")
    parser.add_argument("--model", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="qac-cluster-") as directory:
        os.chmod(directory, 0o711)
        cluster = Cluster(options.programs, directory)
        try:
            cluster.do("start")
            for name in options.only:
                began = time.monotonic()
                try:
                    told = globals()[f"test_{name}"](cluster, options)
                    print(f"{name}: {told} ({time.monotonic() - began:.0f} s)", flush=True)
                except Exception as error:  # Every failure is told, and the next part goes on.
                    failed += 1
                    print(f"{name}: FAILED, seed {options.seed}: {error!r}", flush=True)
                    for number in cluster.replicas():
                        if not cluster.status(number)["current"]:
                            cluster.do("kill", number)
                            cluster.do("run", number)
                            cluster.current(number)
        finally:
            if failed and os.environ.get("KEEP"):
                shutil.copytree(
                    directory, os.environ["KEEP"], dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("*.sock", "pg*", "run"))
            cluster.do("stop")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
