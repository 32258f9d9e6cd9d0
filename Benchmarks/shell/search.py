"""How long a search takes in a session of a million events, and who waits for it.

    QAC_BIN_DIR=.build/release python3 Benchmarks/shell/search.py [--events N] [LOG]

imports N events (1,000,000 unless told) of one session into a new daemon: the commands of LOG
(events) with numbers and names in them changed, so that about four in ten are distinct. Then it
searches: beginnings and words of commands, at a place and without, rare ones, frequent ones, words that
never occur together, pages. It prints the times of searches, and the times of another client's
completions meanwhile. The first search reads the session; its time is told by itself.
"""

import argparse
import gzip
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROGRAMS = os.environ["QAC_BIN_DIR"]
COMMANDS = [
    "git commit -m 'fix {n}'", "git checkout feature-{n}", "git push origin feature-{n}",
    "ssh host{n}.example.org", "docker run image:{n}", "vim src/module{n}/main.c", "make test",
    "git status", "ls -la", "cd project{n}", "grep -rn name{n} .", "kubectl logs pod-{n}",
    "curl https://example.org/item/{n}", "python3 run.py --seed {n}", "cat notes{n}.txt",
]


def log_commands(path):
    if path is None:
        return COMMANDS
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", errors="replace") as file:
        return [line.rstrip("\n").split("\t")[2] for line in file] + COMMANDS


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def call(self, method, **params):
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        start = time.perf_counter()
        self.socket.sendall(line.encode() + b"\n")
        answer = self.file.readline()
        took = time.perf_counter() - start
        return json.loads(answer)["result"], took


def events(count, commands, rng):
    now = int(time.time())
    for i in range(count):
        text = rng.choice(commands)
        if "{n}" in text:
            text = text.replace("{n}", str(rng.randrange(20000)))
        elif rng.random() < 0.35:
            text += f" {rng.choice(['-n', '--id', 'in', '#'])} {rng.randrange(100000)}"
        yield {"session": "one", "query": text[:2000], "at": now - (count - i) * 60,
               "place": f"/home/ada/project{int(rng.paretovariate(0.7)) % 300}",
               "outcome": "failed" if rng.random() < 0.1 else "ok"}


def share(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))] * 1000


def row(name, values):
    print(f"| {name} | {share(values, .5):.2f} | {share(values, .99):.2f} | "
          f"{max(values) * 1000:.2f} | {len(values)} |")


def memory(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("log", nargs="?")
    arguments = parser.parse_args()
    rng = random.Random(1)
    commands = log_commands(arguments.log)
    directory = tempfile.mkdtemp(prefix="qacd-search-")
    path = directory + "/qacd.sock"
    daemon = subprocess.Popen(
        [PROGRAMS + "/qacd", "--index", directory + "/none.qaci", "--socket", path, "--database",
         directory + "/sessions.sqlite", "--live-events", "1000"],
        stderr=subprocess.DEVNULL)
    while not os.path.exists(path):
        time.sleep(0.02)
    client = Connection(path)
    start = time.time()
    batch = []
    for event in events(arguments.events, commands, rng):
        batch.append(event)
        # A request has at most 64 KiB.
        if len(batch) == 250:
            client.call("import", events=batch)
            batch = []
    if batch:
        client.call("import", events=batch)
    print(f"{arguments.events} events imported in {time.time() - start:.0f} s, "
          f"database {os.path.getsize(directory + '/sessions.sqlite') >> 20} MiB, "
          f"daemon {memory(daemon.pid)} MiB", file=sys.stderr)
    first = client.call("search", session="one", query="")[1]
    held = memory(daemon.pid)

    queries = []
    for _ in range(150):
        words = rng.choice(commands).replace("{n}", str(rng.randrange(20000))).split()
        text = " ".join(words)
        queries += [text[:rng.randrange(1, len(text) + 1)], " ".join(rng.sample(words, len(words))),
                    words[-1][:2]]
    queries += ["", "g", "git docker", "ls kubectl", "zzzz", "e", "1", " ".join(["w%d" % i for i in range(300)])]
    times = {"a search": [], "a search at a place": [], "the second page": []}
    stop = threading.Event()
    completions = []

    def type_on():
        other = Connection(path)
        while not stop.is_set():
            for prefix in ("g", "gi", "git", "git c"):
                completions.append(other.call("complete", session="two", prefix=prefix)[1])
            time.sleep(0.002)

    typist = threading.Thread(target=type_on)
    typist.start()
    for query in queries:
        result, took = client.call("search", session="one", query=query)
        times["a search"].append(took)
        if "next" in result:
            times["the second page"].append(
                client.call("search", session="one", query=query, before=result["next"])[1])
        times["a search at a place"].append(client.call(
            "search", session="one", query=query, place="/home/ada/project1")[1])
    stop.set()
    typist.join()
    records = [client.call("record", session="one", query=f"make run {i}")[1] for i in range(200)]
    found = client.call("search", session="one", query="run 199 make")[0]["hits"]
    assert found and found[0]["query"] == "make run 199", found

    print("| milliseconds | p50 | p99 | longest | times |\n|---|---|---|---|---|")
    for name, values in times.items():
        row(name, values)
    row("a completion of another client meanwhile", completions)
    row("a record, durable", records)
    print(f"\nthe first search reads the session: {first * 1000:.0f} ms; the daemon then has "
          f"{held} MiB")
    daemon.terminate()
    daemon.wait()
    subprocess.run(["rm", "-r", directory], check=True)


main()
