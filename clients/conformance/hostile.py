#!/usr/bin/env python3
"""A fake daemon that behaves as badly as a test wants it to. Python's standard library alone.

A behaviour is a function `behaviour(peer, number)`: it serves one connection, the `number`th from
0, and the connection is closed when it returns. `BEHAVIOURS` names those that need no arguments, so
that clients in other languages can be tried by hand:

    hostile.py SOCKET BEHAVIOUR

Whatever it does, the fake checks what the client sends against the protocol, and keeps what is
wrong in `faults`.
"""

import json
import os
import socket
import sys
import threading
import time

MAXIMUM_LINE = 65536
HOSTILE_TEXT = '<b>\u2028\u2029\t"\\\u00e9\U0001f600\u0001'


class Peer:
    """The fake's end of one connection."""

    def __init__(self, daemon, connection, number):
        self.daemon = daemon
        self.connection = connection
        self.number = number
        self.pending = b""
        self.ids = set()

    def line(self):
        """The next line without its newline; None at the end of the stream."""
        while b"\n" not in self.pending:
            try:
                chunk = self.connection.recv(65536)
            except OSError:
                return None
            if not chunk:
                return None
            self.pending += chunk
        line, self.pending = self.pending.split(b"\n", 1)
        return line

    def request(self):
        """The next request, checked and noted; None at the end of the stream."""
        line = self.line()
        if line is None:
            return None
        self.daemon.lines.append((self.number, line))
        try:
            request = json.loads(line.decode("utf-8"))
        except (UnicodeDecodeError, ValueError):
            self.daemon.faults.append(f"no JSON: {line[:80]!r}")
            return self.request()
        if len(line) > MAXIMUM_LINE:
            self.daemon.faults.append(f"a line of {len(line)} bytes")
        if not isinstance(request, dict) or request.get("jsonrpc") != "2.0":
            self.daemon.faults.append(f"no request: {line[:80]!r}")
            return self.request()
        identity = request.get("id")
        if not isinstance(identity, (str, int)) or isinstance(identity, bool):
            self.daemon.faults.append(f"an id that cannot be told apart: {identity!r}")
        elif identity in self.ids:
            self.daemon.faults.append(f"the id {identity!r} twice on one connection")
        self.ids.add(identity if isinstance(identity, (str, int)) else None)
        if not isinstance(request.get("method"), str):
            self.daemon.faults.append("a method that is no string")
        if not isinstance(request.get("params", {}), dict):
            self.daemon.faults.append("params that are no object")
        return request

    def send(self, data):
        """Sends bytes; a peer that has gone is no error here."""
        try:
            self.connection.sendall(data)
        except OSError:
            pass

    def answer(self, request):
        self.send(encode(answer_to(request)))

    def serve(self):
        """Answers every request as a daemon should."""
        while (request := self.request()) is not None:
            self.answer(request)

    def wait_for_end(self):
        """Reads and answers nothing until the client closes, or the fake is stopped."""
        while self.line() is not None:
            pass


class Daemon:
    """A fake daemon on a Unix socket, in threads of its own."""

    def __init__(self, path, behaviour, backlog=64):
        self.path = path
        self.behaviour = behaviour
        self.backlog = backlog
        self.lines = []
        self.faults = []
        self.connections = 0
        self.peers = []
        self.listener = None

    def start(self):
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            pass
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(self.backlog)
        if self.behaviour is not None:
            threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()
        return self

    def stop(self):
        """Stops listening, closes every connection and removes the socket."""
        if self.listener is not None:
            # close(2) alone does not wake a thread that is in accept(2).
            try:
                self.listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.listener.close()
            self.listener = None
        self.hang_up()
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            pass

    def hang_up(self):
        """Closes every connection, and listens on."""
        for peer in list(self.peers):
            try:
                peer.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        deadline = time.monotonic() + 5
        while self.peers and time.monotonic() < deadline:
            time.sleep(0.002)

    def methods(self):
        """The methods of all requests that arrived, in order."""
        return [json.loads(line)["method"] for _, line in list(self.lines)]

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            peer = Peer(self, connection, self.connections)
            self.connections += 1
            self.peers.append(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            self.behaviour(peer, peer.number)
        finally:
            peer.connection.close()
            self.peers.remove(peer)


def encode(answer):
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def suggestion(text):
    return {"text": text, "score": -0.5, "source": "index", "match": "prefix"}


def answer_to(request):
    """What a daemon might answer; a completion's text tells which prefix it is for."""
    parameters = request.get("params", {})
    method = request.get("method")
    results = {
        "complete": lambda: {
            "suggestions": [suggestion(f"{parameters.get('prefix')}!")],
            "index": "5f0c9a1e",
            "took_us": 38,
        },
        "retrieve": lambda: {"items": [], "index": "5f0c9a1e", "took_us": 112},
        "record": lambda: recorded(parameters),
        "history": lambda: {"queries": [{"query": "pond", "at": 1767225660}]},
        "search": lambda: {"hits": [{"query": "pond", "at": 1767225660, "uses": 1}]},
        "forget": lambda: {"forgotten": 1},
        "import": lambda: {"recorded": len(parameters["events"]), "known": 0, "ahead": 0},
        "export": lambda: {"events": [{"query": "pond", "at": 1767225660}]},
        "ping": lambda: {"protocol": 1},
        "status": lambda: {"protocol": 1, "index": "5f0c9a1e"},
    }
    if method in results:
        return {"jsonrpc": "2.0", "id": request.get("id"), "result": results[method]()}
    return refusal(request.get("id"), -32601, "no such method")


def recorded(parameters):
    """The answer to each form of `record`."""
    if "id" in parameters:
        return {"found": True}
    return {} if "item" in parameters else {"id": "1767225660.0.0b1d"}


def refusal(identity, code, message):
    return {"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": message}}


# Behaviours. Those with arguments return one.


def good(peer, _):
    peer.serve()


def split(peer, _):
    """Every byte of an answer in a packet of its own."""
    while (request := peer.request()) is not None:
        for byte in encode(answer_to(request)):
            peer.send(bytes([byte]))


def joined(count):
    """`count` answers in one packet, between empty lines, some with a carriage return."""

    def behaviour(peer, _):
        while True:
            data = b"\n\r\n"
            for at in range(count):
                request = peer.request()
                if request is None:
                    return
                line = encode(answer_to(request))
                data += line[:-1] + (b"\r\n\n" if at % 2 else b"\n")
            peer.send(data)

    return behaviour


def reordered(count):
    """Collects `count` requests and answers the last one first."""

    def behaviour(peer, _):
        while True:
            requests = []
            for _ in range(count):
                request = peer.request()
                if request is None:
                    return
                requests.append(request)
            for request in reversed(requests):
                peer.answer(request)

    return behaviour


def stalls_first(peer, _):
    """Never answers the first request of a connection."""
    peer.request()
    peer.serve()


def answers_late(peer, number):
    """Answers the first request of all together with the second one, before that one."""
    if number == 0:
        first = peer.request()
        second = peer.request()
        if second is None:
            return
        peer.answer(first)
        peer.answer(second)
    peer.serve()


def trickles(peer, _):
    """One byte of an answer that never ends, every 20 ms."""
    peer.request()
    peer.send(b'{"jsonrpc":"2.0","id":1,"result":{"text":"')
    try:
        while True:
            peer.connection.sendall(b"a")
            time.sleep(0.02)
    except OSError:
        pass


def floods(peer, _):
    """Answers to ids that nobody asked for, without end."""
    peer.request()
    part = encode({"jsonrpc": "2.0", "id": 987654321, "result": {}}) * 500
    try:
        while True:
            peer.connection.sendall(part)
    except OSError:
        pass


def ends(times, prefix=b""):
    """Closes the first `times` connections after one request, and part of an answer."""

    def behaviour(peer, number):
        if number >= times:
            return peer.serve()
        if peer.request() is not None:
            peer.send(prefix)

    return behaviour


def ends_in_an_answer(peer, number):
    """Closes the first connection in the middle of an answer."""
    if number > 0:
        return peer.serve()
    request = peer.request()
    if request is not None:
        peer.send(encode(answer_to(request))[:-9])


def huge(size):
    """An answer of `size` bytes and somewhat more to `complete`."""

    def behaviour(peer, _):
        while (request := peer.request()) is not None:
            answer = answer_to(request)
            if request["method"] == "complete":
                count = 64
                part = size // count
                answer["result"]["suggestions"] = [
                    suggestion(f"{at}" + "ä" * (part // 2)) for at in range(count)
                ]
            peer.send(encode(answer))

    return behaviour


def endless(peer, _):
    """A line without an end, as fast as it is read."""
    peer.request()
    part = b"x" * 65536
    try:
        peer.connection.sendall(b'{"jsonrpc":"2.0","id":1,"result":{"text":"')
        for _ in range(4096):
            peer.connection.sendall(part)
    except OSError:
        pass


def unknown_members(peer, _):
    """Members that this version of the protocol does not have, everywhere."""
    new = {"deep": [1, 2.5e-3, {"a": None}], "flag": True}
    while (request := peer.request()) is not None:
        answer = {"new": new, **answer_to(request), "meta": [[[]]]}
        if "result" in answer:
            answer["result"] = {"unheard": new, **answer["result"], "of": "this"}
            for one in answer["result"].get("suggestions", []):
                one["colour"] = new
                one["source"] = "a source of next year"
                one["match"] = "a way of next year"
        peer.send(encode(answer))


def says(code, message="the daemon's words; do this", times=None):
    """Refuses the first `times` requests, or all."""

    def behaviour(peer, _):
        refused = 0
        while (request := peer.request()) is not None:
            if times is not None and refused >= times:
                peer.answer(request)
                continue
            refused += 1
            answer = refusal(request["id"], code, message)
            answer["error"]["data"] = {"unknown": [1]}
            peer.send(encode(answer))

    return behaviour


def garbage(data):
    """Sends `data` as the first connection's answer; later connections are served well."""

    def behaviour(peer, number):
        if number > 0:
            return peer.serve()
        if peer.request() is not None:
            peer.send(data)
            peer.wait_for_end()

    return behaviour


def foreign(peer, _):
    """Answers to ids that nobody asked for come before every answer."""
    while (request := peer.request()) is not None:
        for identity in (987654321, "1", -1, 1.5, [1], {"a": 1}):
            peer.send(encode({"jsonrpc": "2.0", "id": identity, "result": {"wrong": True}}))
        peer.answer(request)
        peer.answer(request)


def full(peer, number):
    """Refuses the first connection as a daemon with too many does: busy, with id null."""
    if number > 0:
        return peer.serve()
    peer.request()
    peer.send(encode(refusal(None, -32002, "too many connections; try again later")))


def deaf(peer, _):
    """Reads nothing and sends nothing."""
    peer.daemon.deaf = getattr(peer.daemon, "deaf", threading.Event())
    peer.daemon.deaf.wait(30)


def gives(result):
    """Answers every request with `result`."""

    def behaviour(peer, _):
        while (request := peer.request()) is not None:
            peer.send(encode({"jsonrpc": "2.0", "id": request["id"], "result": result}))

    return behaviour


def hostile_texts(peer, _):
    while (request := peer.request()) is not None:
        answer = answer_to(request)
        if request["method"] == "complete":
            answer["result"]["suggestions"] = [suggestion(HOSTILE_TEXT)]
        peer.send(encode(answer))


BEHAVIOURS = {
    "good": good,
    "split": split,
    "joined": joined(2),
    "reordered": reordered(2),
    "stalls-first": stalls_first,
    "answers-late": answers_late,
    "trickles": trickles,
    "floods": floods,
    "ends": ends(1),
    "ends-always": ends(1 << 30),
    "ends-in-an-answer": ends_in_an_answer,
    "huge": huge(4 << 20),
    "endless": endless,
    "unknown-members": unknown_members,
    "busy": says(-32002),
    "garbage": garbage(b"garbage\n"),
    "foreign": foreign,
    "full": full,
    "deaf": deaf,
    "hostile-texts": hostile_texts,
}


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in BEHAVIOURS:
        sys.exit(f"usage: hostile.py SOCKET BEHAVIOUR; one of {', '.join(BEHAVIOURS)}")
    daemon = Daemon(sys.argv[1], BEHAVIOURS[sys.argv[2]]).start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        daemon.stop()


if __name__ == "__main__":
    main()
