"""What can go wrong between a client and its daemon. No message holds text of a request."""

from __future__ import annotations

from typing import Any

# The codes of docs/protocol.md whose requests may succeed later.
_AGAIN = frozenset((-32002, -32003, -32004, -32005, -32007))


class QACError(Exception):
    """Any failure of a call.

    `code` is the daemon's error code, or None if the failure is not the daemon's answer.
    `retryable` says whether sending the same call again does no harm and may succeed.
    """

    code: int | None = None

    def __init__(self, message: str, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (str(self), self.retryable))


class Refused(QACError):
    """The daemon answered with an error. Nothing was carried out."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message, code in _AGAIN)
        self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        return (Refused, (self.code or 0, str(self)))


class DeadlineExceeded(QACError):
    """The deadline passed. Not retryable if a change may have been carried out."""


class ConnectionLost(QACError):
    """The connection ended before the answer. Not retryable if a change may be carried out."""


class Unavailable(QACError):
    """No connection could be made. Nothing was sent."""


class InvalidAnswer(QACError):
    """What came is no answer of the protocol."""


class RequestTooLong(QACError):
    """The request does not fit into a line of the protocol. Nothing was sent."""
