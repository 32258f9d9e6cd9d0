"""The client for asyncio.

Invariant: `_link` is the connection of the running loop, or None. A call gives up the loop before
it writes only if there is no connection: one call then connects, and those that came after it wait
for it and go on in their order.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from . import _sync, calls
from . import _wire as wire
from ._errors import ConnectionLost, QACError
from ._paths import default_socket
from .calls import Call

P = ParamSpec("P")
T = TypeVar("T")
# Bytes that may wait for a daemon that reads nothing, while calls wait for it as well.
_MAXIMUM_UNSENT = 16 * 1024 * 1024


def _method(make: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncClient, P], Awaitable[T]]:
    @wraps(make)
    def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        return self.run(make(*args, **kwargs))

    return method


class _Link(asyncio.Protocol):
    """One connection."""

    def __init__(self, loop: asyncio.AbstractEventLoop, connection: socket.socket) -> None:
        self.loop = loop
        self.connection = connection
        self.generation = _sync._generation
        self.transport: asyncio.Transport | None = None
        self.waiting: dict[int, asyncio.Future[Any]] = {}
        self.lines = wire.Lines()
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            for line in self.lines.feed(data):
                identity, result, error = wire.answer(line)
                if identity is None and error is not None:
                    raise error
                waiter = self.waiting.pop(identity, None) if type(identity) is int else None
                if waiter is None or waiter.done():
                    continue
                if error is None:
                    waiter.set_result(result)
                else:
                    waiter.set_exception(error)
        except QACError as error:
            self.end(error)

    def eof_received(self) -> bool:
        self.end(None)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(None)

    def end(self, error: QACError | None) -> None:
        """Closes the connection, and fails all that waits for it."""
        self.is_open = False
        if self.transport is not None:
            self.transport.abort()
        waiting, self.waiting = self.waiting, {}
        for waiter in waiting.values():
            if not waiter.done():
                waiter.set_exception(error or ConnectionLost("", True))

    def has_ended(self) -> bool:
        """Whether the daemon has closed the connection, though the loop may not know it yet."""
        if not self.is_open or self.transport is None or self.transport.is_closing():
            return True
        if self.waiting:
            return False
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True


class AsyncClient:
    """Talks to one daemon from asyncio. Calls that run at the same time share its connection.

    Parameters, deadlines and repetition are those of `Client`. A client may be used by one loop
    after another, and after fork; by one loop at a time.
    """

    def __init__(self, socket_path: str | None = None, *, deadline: float = 5.0) -> None:
        self.socket_path = default_socket() if socket_path is None else os.fspath(socket_path)
        self.deadline = wire.checked_deadline(deadline)
        self._link: _Link | None = None
        self._last = 0
        self._opening: asyncio.Future[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._generation = _sync._generation

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connection; the next call makes another."""
        self._follow(asyncio.get_running_loop())
        if self._link is not None:
            self._link.end(None)
            self._link = None

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

    async def pipeline(
        self, pending: Sequence[Call[T]], *, deadline: float | None = None
    ) -> list[T | QACError]:
        """Runs many calls at once; returns each one's result or QACError, in their order."""
        tasks = [asyncio.ensure_future(self.run(call, deadline=deadline)) for call in pending]
        try:
            found = await asyncio.gather(*tasks, return_exceptions=True)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            raise
        for each in found:
            if isinstance(each, BaseException) and not isinstance(each, QACError):
                raise each
        return found  # type: ignore[return-value]

    async def run(self, call: Call[T], *, deadline: float | None = None) -> T:
        """Sends a call of `qacd.calls`, and returns its result or raises QACError."""
        seconds = call.deadline if deadline is None else deadline
        seconds = self.deadline if seconds is None else wire.checked_deadline(seconds)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        self._follow(loop)
        for attempt in range(2):
            link = self._link
            # What is safe may find out by itself that the connection has ended.
            if link is None or not call.safe or not link.is_open:
                link = await self._connected(loop, until)
            self._last += 1
            identity = self._last
            line = wire.line(call, identity)
            waiter: asyncio.Future[Any] = loop.create_future()
            link.waiting[identity] = waiter
            timer = loop.call_at(until, self._expire, link, identity, waiter, call)
            assert link.transport is not None
            link.transport.write(line)
            try:
                return call.decode(await waiter)
            except ConnectionLost:
                if attempt == 1 or not call.safe:
                    raise wire.lost(call, True) from None
                if loop.time() >= until:
                    raise wire.too_late(call, True) from None
            finally:
                timer.cancel()
                # If the task was cancelled: the answer is dropped when it comes.
                link.waiting.pop(identity, None)
        raise AssertionError("unreachable")

    def _expire(
        self, link: _Link, identity: int, waiter: asyncio.Future[Any], call: Call[Any]
    ) -> None:
        link.waiting.pop(identity, None)
        if not waiter.done():
            waiter.set_exception(wire.too_late(call, True))
        # A daemon that reads nothing: what is not sent yet must not pile up.
        unsent = link.transport.get_write_buffer_size() if link.transport is not None else 0
        if unsent > (_MAXIMUM_UNSENT if link.waiting else 0):
            link.end(None)

    async def _connected(self, loop: asyncio.AbstractEventLoop, until: float) -> _Link:
        """The connection, which is alive as far as the kernel knows."""
        while True:
            link = self._link
            if link is not None and not link.has_ended():
                return link
            opening = self._opening
            if opening is None:
                break
            # Another call is connecting. Its failure is not ours: then we try ourselves.
            if not (await asyncio.wait([opening], timeout=until - loop.time()))[0]:
                raise wire.queue_full(self.socket_path)
        if link is not None:
            link.end(None)
        self._link = None
        opening = self._opening = loop.create_future()
        try:
            self._link = await self._connect(loop, until)
            return self._link
        finally:
            if self._opening is opening:
                self._opening = None
            opening.set_result(None)

    async def _connect(self, loop: asyncio.AbstractEventLoop, until: float) -> _Link:
        connection = wire.new_socket(self.socket_path)
        try:
            while True:
                try:
                    connection.connect(self.socket_path)
                    break
                except BlockingIOError:
                    if loop.time() >= until:
                        raise wire.queue_full(self.socket_path) from None
                    await asyncio.sleep(0.002)
                except OSError as error:
                    raise wire.unavailable(self.socket_path, error) from None
            _, link = await loop.create_unix_connection(
                lambda: _Link(loop, connection), sock=connection
            )
            return link
        except BaseException:
            connection.close()
            raise

    def _follow(self, loop: asyncio.AbstractEventLoop) -> None:
        """Leaves a connection behind that belongs to another loop or to the parent process."""
        if self._loop is loop and self._generation == _sync._generation:
            return
        if self._link is not None:
            if self._generation == _sync._generation and not self._link.loop.is_closed():
                self._link.end(None)
            else:
                # The transport would take the descriptor out of the parent's epoll, which both
                # processes share, or ask a loop that is closed. The socket itself does neither.
                self._link.is_open = False
                self._link.connection.close()
        self._link = None
        self._opening = None
        self._loop = loop
        self._generation = _sync._generation
