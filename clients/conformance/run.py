#!/usr/bin/env python3
"""Runs the conformance suite against one client, which a driver makes available.

    run.py [--only NAME] [--times] DRIVER [ARGUMENT...]

The runner starts `DRIVER ARGUMENT... SOCKET` and writes to its standard input one JSON object per
line: `{"deadline_ms": N, "calls": [{"method": ..., "params": {...}}, ...]}`. The driver makes one
client for SOCKET, sends all calls of a line without waiting in between, and prints one line: an
array of the outcomes, in the order of the calls. The deadline is for all calls of a line. An
outcome is `{"result": ...}`, or `{"error": {"kind", "code", "retryable", "message"}}`, where kind
is

    refused      the daemon answered with an error, whose code is `code`
    timeout      the deadline passed
    closed       the connection ended before the answer came
    unavailable  there is no connection, and nothing was sent
    invalid      what came is no answer of the protocol
    toolong      the request does not fit into a line, and was not sent
"""

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import cases
import extract
import hostile

# A client that takes this much longer than its deadline has none.
PATIENCE = 10.0


class Failure(Exception):
    pass


class Tester:
    """What a case uses: a fake daemon, a client, and comparisons."""

    def __init__(self, command, folder):
        self.command = command
        self.path = os.path.join(folder, "qacd.sock")
        self.suite = extract.load()
        self.daemon = None
        self.driver = None
        self.what = ""

    def serve(self, behaviour, backlog=64, keep_client=False, what=""):
        """Starts a fake daemon in place of the present one, and unless told otherwise a client."""
        self.what = what
        self.stop_daemon()
        if not keep_client:
            self.stop_client()
        self.daemon = hostile.Daemon(self.path, behaviour, backlog).start()

    def client(self, path):
        """Starts a client for another socket."""
        self.stop_client()
        self.driver = subprocess.Popen(
            [*self.command, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def call(self, call, deadline_ms=5000):
        return self.calls([call], deadline_ms)[0]

    def calls(self, calls, deadline_ms=5000):
        """The outcomes of `calls`, which the client sends at once."""
        if self.driver is None:
            self.client(self.path)
        line = json.dumps({"deadline_ms": deadline_ms, "calls": calls}) + "\n"
        self.driver.stdin.write(line.encode())
        self.driver.stdin.flush()
        begun = time.monotonic()
        answer = self._line(begun + deadline_ms / 1000 + PATIENCE)
        outcomes = json.loads(answer)
        if len(outcomes) != len(calls):
            raise Failure(f"{len(outcomes)} outcomes of {len(calls)} calls")
        for outcome in outcomes:
            if outcome.get("error", {}).get("kind") == "timeout":
                if (waited := time.monotonic() - begun) < deadline_ms / 1000 - 0.05:
                    raise Failure(f"timed out after {waited:.3f} s of {deadline_ms} ms")
        return outcomes

    def _line(self, until):
        data = b""
        out = self.driver.stdout.fileno()
        while not data.endswith(b"\n"):
            ready, _, _ = select.select([out], [], [], max(0, until - time.monotonic()))
            if not ready:
                raise Failure("the client did not come back by its deadline")
            chunk = os.read(out, 1 << 20)
            if not chunk:
                raise Failure(f"the client ended: {self.driver.wait()}")
            data += chunk
        return data

    def equal(self, found, expected):
        if found != expected:
            raise Failure(f"{self.what} {str(found)[:600]}\n    is not {str(expected)[:600]}")

    def contains(self, text, part):
        if part not in text:
            raise Failure(f"{self.what} {text!r} lacks {part!r}")

    def fails(self, outcome, kind, code=None, retryable=None):
        error = outcome.get("error")
        if error is None:
            raise Failure(f"{self.what} a result instead of {kind}: {str(outcome)[:200]}")
        found = (error["kind"], error.get("code") if code is not None else None)
        if found != (kind, code):
            raise Failure(f"{self.what} {error} instead of {kind} {code}")
        if retryable is not None and error["retryable"] is not retryable:
            raise Failure(f"{self.what} retryable is wrong in {error}")
        if not error.get("message"):
            raise Failure(f"{self.what} an error without a message: {error}")

    def stop_daemon(self):
        if self.daemon is not None:
            if hasattr(self.daemon, "deaf"):
                self.daemon.deaf.set()
            self.daemon.stop()
            if self.daemon.faults:
                raise Failure(f"the client broke the protocol: {self.daemon.faults[:3]}")
            self.daemon = None

    def stop_client(self):
        if self.driver is not None:
            driver, self.driver = self.driver, None
            driver.stdin.close()
            try:
                status = driver.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                driver.kill()
                driver.wait()
                raise Failure("the client does not end when its input ends") from None
            finally:
                driver.stdout.close()
            if status != 0:
                raise Failure(f"the client ended with status {status}")


def example(request, answer):
    """A case: the client sends this example of the page, and makes of its answer what it says."""

    def run(t):
        def behaviour(peer, _):
            sent = peer.request()
            if sent is not None:
                t.sent = sent
                peer.send(hostile.encode({**answer, "id": sent["id"]}))
                peer.wait_for_end()

        t.serve(behaviour, keep_client=True)
        outcome = t.call({"method": request["method"], "params": request.get("params", {})})
        t.equal(t.sent["method"], request["method"])
        t.equal(t.sent.get("params", {}), request.get("params", {}))
        if "result" in answer:
            t.equal(outcome, {"result": answer["result"]})
        else:
            code = answer["error"]["code"]
            again = {error["code"]: error["again"] for error in t.suite["errors"]}[code]
            t.fails(outcome, "refused", code=code, retryable=again)
            t.contains(outcome["error"]["message"], answer["error"]["message"])

    return run


def every_case(suite):
    """The page's examples that are single requests, and the cases of cases.py."""
    for number, pair in enumerate(suite["examples"]):
        try:
            request = json.loads(pair["request"])
        except ValueError:
            continue
        if isinstance(request, dict):
            name = f"example_{number}_{request['method']}"
            yield cases.Case(name, "", example(request, json.loads(pair["answer"])))
    yield from cases.CASES


def main(arguments):
    only, times = None, False
    if arguments[:1] == ["--only"] and len(arguments) > 2:
        only, arguments = arguments[1], arguments[2:]
    if arguments[:1] == ["--times"]:
        times, arguments = True, arguments[1:]
    if not arguments or arguments[0].startswith("-"):
        sys.exit("usage: run.py [--only NAME] [--times] DRIVER [ARGUMENT...]")
    passed, failed = 0, 0
    driver = None
    folder = tempfile.mkdtemp(prefix="qacd-conformance.")
    try:
        for case in every_case(extract.load()):
            if only and only not in case.name:
                continue
            tester = Tester(arguments, folder)
            # The examples share a client, which has to get over a new daemon each time.
            tester.driver = driver
            if not case.name.startswith("example_"):
                tester.stop_client()
            begun = time.monotonic()
            try:
                case.run(tester)
                tester.stop_daemon()
                if not case.name.startswith("example_"):
                    tester.stop_client()
                driver = tester.driver
                passed += 1
            except Exception as error:
                failed += 1
                print(f"{case.name}: {error}")
                if not isinstance(error, Failure):
                    traceback.print_exc()
                driver = None
                if tester.driver is not None:
                    tester.driver.kill()
                    tester.driver.wait()
                try:
                    tester.stop_daemon()
                except Failure as fault:
                    print(f"  {fault}")
            if times:
                print(f"{case.name}: {time.monotonic() - begun:.2f} s")
    finally:
        if driver is not None:
            driver.kill()
            driver.wait()
        shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0 or passed == 0)


if __name__ == "__main__":
    main(sys.argv[1:])
