#!/usr/bin/env python3
"""Kills a real daemon again and again while a client records and completes.

    kills.py [--kills N] [--seed N] DRIVER [ARGUMENT...]

A driver is that of run.py; the programs are taken from the directory QAC_BIN_DIR. At the end,
everything that was acknowledged is there, and nothing is there twice. A completion that fails must
be retryable, and completions must come back after every kill.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python"))

import qacd  # noqa: E402

# A session's history shows at most 100 queries.
PER_SESSION = 40


class Killed:
    """A daemon that is killed and started again."""

    def __init__(self, folder, index):
        self.command = [f"{os.environ['QAC_BIN_DIR']}/qacd", "--index", index]
        self.command += ["--socket", f"{folder}/run/qacd.sock"]
        self.command += ["--database", f"{folder}/sessions.sqlite", "--log-level", "critical"]
        self.start()

    def start(self):
        self.daemon = subprocess.Popen(self.command, stderr=subprocess.DEVNULL)

    def kill(self, seconds):
        """Kills the daemon after so many seconds, and starts it again."""
        time.sleep(seconds)
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()
        self.start()

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("driver", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qacd-kills.") as folder:
        os.mkdir(f"{folder}/run", 0o700)
        index = qacd.Index.build(
            ["garden hose", "pond"],
            out=f"{folder}/index.qaci",
            program=f"{os.environ['QAC_BIN_DIR']}/qac-index",
        )
        killed = Killed(folder, index.path)
        path = f"{folder}/run/qacd.sock"
        driver = subprocess.Popen(
            [*options.driver, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            sent, acknowledged, problems = talk(driver, killed, options.kills, options.seed)
            problems += check(path, sent, acknowledged)
        finally:
            driver.stdin.close()
            driver.wait()
            killed.stop()
    print(f"{options.kills} kills, {len(sent)} records, {len(acknowledged)} acknowledged")
    for problem in problems[:10]:
        print(f"seed {options.seed}: {problem}")
    print(f"{int(not problems)} passed, {len(problems)} failed")
    sys.exit(bool(problems))


def talk(driver, killed, kills, seed):
    """Records and completes; kills the daemon after some acknowledged records, each time."""
    chance = random.Random(seed)
    sent, acknowledged, problems = [], set(), []
    thread = None
    for _ in range(kills + 1):
        countdown = chance.randint(1, 6)
        while countdown > 0:
            number = len(sent)
            session, query = f"s{number // PER_SESSION}", f"query {number}"
            calls = [
                {"method": "record", "params": {"session": session, "query": query}},
                {"method": "complete", "params": {"session": session, "prefix": "gar"}},
            ]
            sent.append((session, query))
            line = json.dumps({"deadline_ms": 2000, "calls": calls}) + "\n"
            driver.stdin.write(line.encode())
            driver.stdin.flush()
            recorded, completed = json.loads(driver.stdout.readline())
            if "result" in recorded:
                acknowledged.add(query)
                countdown -= 1
            error = completed.get("error")
            if error and not error["retryable"]:
                problems.append(f"a completion is not retryable: {error}")
            if error and error["kind"] == "unavailable":
                time.sleep(0.01)
        if thread is not None:
            thread.join()
        # The next request is on its way when the daemon dies.
        thread = threading.Thread(target=killed.kill, args=(chance.uniform(0, 0.004),))
        thread.start()
    thread.join()
    return sent, acknowledged, problems


def wait(client):
    """Waits until the daemon, which was killed last, answers."""
    for _ in range(3000):
        try:
            client.ping()
            return
        except qacd.QACError:
            time.sleep(0.01)
    raise SystemExit("the daemon does not come back")


def check(path, sent, acknowledged):
    problems = []
    with qacd.Client(path, deadline=30) as client:
        wait(client)
        for session in sorted({session for session, _ in sent}):
            queries = [each.query for each in client.history(session, limit=100)]
            for query in {query for query in queries if queries.count(query) > 1}:
                problems.append(f"{query} was recorded twice")
            for owner, query in sent:
                if owner == session and query in acknowledged and query not in queries:
                    problems.append(f"{query} was acknowledged and is lost")
    return problems


if __name__ == "__main__":
    main()
