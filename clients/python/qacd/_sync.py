"""The blocking client.

Invariant: `_socket` is connected and at a boundary between requests, or None. `_owed` holds the ids
whose calls were given up, but whose answers may still come; they are dropped when they do. Any
number of threads may share a client: one lock is held while a call runs, and a call's deadline
includes its wait for the lock.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from . import _wire as wire
from . import calls
from ._errors import InvalidAnswer, QACError
from ._paths import default_socket
from .calls import Call

P = ParamSpec("P")
T = TypeVar("T")

# Bytes of one read. Much more would have the allocator map and unmap memory for each.
_CHUNK = 1 << 16
_LONGEST_WAIT = threading.TIMEOUT_MAX

# How many forks this process is away from the one that imported the module. A client that was made
# in another generation must not touch its connection, which the parent goes on using.
_generation = 0
_fork_lock = threading.Lock()


def _after_fork() -> None:
    global _generation, _fork_lock
    _generation += 1
    _fork_lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


class _Gone(Exception):
    """The connection ended."""


class _Late(Exception):
    """The deadline passed."""


def _method(make: Callable[P, Call[T]]) -> Callable[Concatenate[Client, P], T]:
    @wraps(make)
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.run(make(*args, **kwargs))

    return method


class Client:
    """Talks to one daemon, over one connection that is made when it is needed.

    `socket_path` is the daemon's socket, and None the one that qac-cli uses. `deadline` is how many
    seconds a call may take that names no deadline: connecting, sending and waiting together.

    A completion, and any other call that changes nothing, is sent once more if the connection ends
    before the answer; so is `import_events`, which adds nothing twice. Any other call that changes
    something never is: ConnectionLost then says that nobody knows whether it was carried out. Safe
    to share between threads, and to use after fork.
    """

    def __init__(self, socket_path: str | None = None, *, deadline: float = 5.0) -> None:
        self.socket_path = default_socket() if socket_path is None else os.fspath(socket_path)
        self.deadline = wire.checked_deadline(deadline)
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._poll = select.poll()
        self._lines = wire.Lines()
        self._owed: set[int] = set()
        self._last = 0
        self._made = _generation

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection; the next call makes another."""
        self._follow_fork()
        with self._lock:
            self._drop()

    complete = _method(calls.complete)
    retrieve = _method(calls.retrieve)
    record = _method(calls.record)
    record_outcome = _method(calls.record_outcome)
    history = _method(calls.history)
    search = _method(calls.search)
    forget = _method(calls.forget)
    import_events = _method(calls.import_events)
    export_events = _method(calls.export_events)
    block = _method(calls.block)
    unblock = _method(calls.unblock)
    blocks = _method(calls.blocks)
    pin = _method(calls.pin)
    unpin = _method(calls.unpin)
    pins = _method(calls.pins)
    boost = _method(calls.boost)
    unboost = _method(calls.unboost)
    boosts = _method(calls.boosts)
    add_items = _method(calls.add_items)
    remove_items = _method(calls.remove_items)
    items = _method(calls.items)
    status = _method(calls.status)
    metrics = _method(calls.metrics)
    reload = _method(calls.reload)
    ping = _method(calls.ping)
    method = _method(calls.method)

    def run(self, call: Call[T]) -> T:
        """Sends a call of `qacd.calls`, and returns its result or raises QACError."""
        seconds = self.deadline if call.deadline is None else wire.checked_deadline(call.deadline)
        until = time.monotonic() + seconds
        found: list[Any] = [None]
        self._locked_attempts([call], found, seconds, until)
        if isinstance(found[0], QACError):
            raise found[0]
        result: T = found[0]
        return result

    def pipeline(
        self, pending: Sequence[Call[T]], *, deadline: float | None = None
    ) -> list[T | QACError]:
        """Sends many calls of `qacd.calls` without waiting in between.

        Returns the result of each, or its QACError, in the order of the calls. `deadline` is for
        all of them; the calls' own deadlines do not count here.
        """
        seconds = self.deadline if deadline is None else wire.checked_deadline(deadline)
        found: list[Any] = [None] * len(pending)
        self._locked_attempts(pending, found, seconds, time.monotonic() + seconds)
        return found

    def _locked_attempts(
        self, pending: Sequence[Call[Any]], found: list[Any], seconds: float, until: float
    ) -> None:
        if self._made != _generation:
            self._follow_fork()
        lock = self._lock
        if not lock.acquire(False) and not lock.acquire(timeout=min(seconds, _LONGEST_WAIT)):
            found[:] = [wire.too_late(call, False) for call in pending]
            return
        try:
            left = self._attempt(pending, found, range(len(pending)), until, False)
            if left:
                self._attempt(pending, found, left, until, True)
        finally:
            lock.release()

    def _attempt(
        self,
        pending: Sequence[Call[Any]],
        found: list[Any],
        left: Sequence[int],
        until: float,
        is_last: bool,
    ) -> list[int]:
        """Sends the calls `left` on one connection, and returns those that are to be sent again."""
        waiting: dict[int, int] = {}
        data = bytearray()
        is_safe = True
        for at in left:
            call = pending[at]
            self._last += 1
            try:
                data += wire.line(call, self._last)
            except QACError as error:
                found[at] = error
                continue
            waiting[self._last] = at
            is_safe = is_safe and call.safe
        if not waiting:
            return []
        sent = False
        try:
            # What is safe may find out by itself that the connection has ended.
            connection = self._socket
            if connection is None or not is_safe:
                connection = self._connected(until)
            sent = True
            self._exchange(connection, data, waiting, pending, found, until)
            return []
        except _Late:
            if data:
                # The daemon has part of a line: nothing else can be said on this connection.
                self._drop()
            else:
                self._owed.update(waiting)
            for at in waiting.values():
                found[at] = wire.too_late(pending[at], sent)
            return []
        except _Gone:
            self._drop()
            again = [] if is_last else [at for at in waiting.values() if pending[at].safe]
            for at in waiting.values():
                if at not in again:
                    found[at] = wire.lost(pending[at], sent)
            return again
        except QACError as error:
            self._drop()
            for at in waiting.values():
                found[at] = error
            return []
        except BaseException:
            # Such as KeyboardInterrupt: nobody knows how much was sent.
            self._drop()
            raise

    def _connected(self, until: float) -> socket.socket:
        """The connection, which is alive as far as the kernel knows."""
        connection = self._socket
        if connection is not None:
            try:
                while self._poll.poll(0):
                    # Nothing was asked: this is the end of the stream, or a late answer.
                    self._receive(connection, {}, (), [])
                return connection
            except (_Gone, QACError):
                self._drop()
        connection = wire.new_socket(self.socket_path)
        try:
            while True:
                try:
                    connection.connect(self.socket_path)
                    break
                except BlockingIOError:
                    # The queue of connections is full, and Linux has nothing to wait for.
                    if time.monotonic() >= until:
                        raise wire.queue_full(self.socket_path) from None
                    time.sleep(0.002)
                except OSError as error:
                    raise wire.unavailable(self.socket_path, error) from None
        except BaseException:
            connection.close()
            raise
        self._socket = connection
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)
        self._lines = wire.Lines()
        self._owed.clear()
        return connection

    def _exchange(
        self,
        connection: socket.socket,
        data: bytearray,
        waiting: dict[int, int],
        pending: Sequence[Call[Any]],
        found: list[Any],
        until: float,
    ) -> None:
        """Sends `data`, of which it leaves what is not sent, and receives what is `waiting`."""
        poll = self._poll
        events = select.POLLIN
        while waiting:
            if data:
                try:
                    del data[: connection.send(data, socket.MSG_NOSIGNAL)]
                except BlockingIOError:
                    pass
                except OSError:
                    # What the daemon said before it closed is still to be read.
                    data.clear()
            wanted = select.POLLIN | select.POLLOUT if data else select.POLLIN
            if wanted != events:
                poll.modify(connection, wanted)
                events = wanted
            # The time is in milliseconds, and Python rounds it up to a whole number.
            ready = poll.poll(max(0.0, (until - time.monotonic()) * 1000))
            if not ready:
                if time.monotonic() >= until:
                    poll.modify(connection, select.POLLIN)
                    raise _Late
            elif ready[0][1] & ~select.POLLOUT:
                self._receive(connection, waiting, pending, found)
                # A daemon that trickles an answer keeps the connection ready.
                if waiting and time.monotonic() >= until:
                    raise _Late

    def _receive(
        self,
        connection: socket.socket,
        waiting: dict[int, int],
        pending: Sequence[Call[Any]],
        found: list[Any],
    ) -> None:
        """Reads once, and takes what is `waiting` out as its answers come."""
        try:
            received = connection.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            raise _Gone from None
        if not received:
            raise _Gone
        for line in self._lines.feed(received):
            identity, result, error = wire.answer(line)
            if identity is None and error is not None:
                # The daemon refuses the connection, or could not tell what a line was.
                raise error
            if type(identity) is not int:
                continue
            self._owed.discard(identity)
            at = waiting.pop(identity, None)
            if at is None:
                continue
            if error is not None:
                found[at] = error
                continue
            try:
                found[at] = pending[at].decode(result)
            except InvalidAnswer as fault:
                found[at] = fault

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._owed.clear()

    def _follow_fork(self) -> None:
        if self._made == _generation:
            return
        with _fork_lock:
            if self._made != _generation:
                # Closing this process's copy leaves the parent's connection alone. The lock may
                # have been held by a thread that does not exist here.
                if self._socket is not None:
                    self._socket.close()
                self._begin()

    def __reduce__(self) -> tuple[type[Client], tuple[str], dict[str, float]]:
        # Multiprocessing sends clients to other processes: each makes a connection of its own.
        return (Client, (self.socket_path,), {"deadline": self.deadline})

    def __setstate__(self, state: dict[str, float]) -> None:
        self.deadline = state["deadline"]
