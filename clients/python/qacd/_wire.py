"""Requests as lines, and lines as answers: what both clients share."""

from __future__ import annotations

import json
import math
import socket
from typing import Any

from ._errors import (
    ConnectionLost,
    DeadlineExceeded,
    InvalidAnswer,
    QACError,
    Refused,
    RequestTooLong,
    Unavailable,
)
from .calls import Call

MAXIMUM_REQUEST = 65536
MAXIMUM_ANSWER = 64 * 1024 * 1024
MAXIMUM_PATH = 107


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_encode_ascii = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_decode = json.JSONDecoder(parse_constant=_no_constant).decode
_decode_start = json.JSONDecoder(parse_constant=_no_constant).raw_decode


def line(call: Call[Any], identity: int) -> bytes:
    """The request as a line."""
    # The encoder makes itself ready anew for every value, which costs more than a short value
    # does. So what surrounds the parameters is written here.
    end = f'"id":{identity},"method":{_encode(call.method)},"jsonrpc":"2.0"}}\n'
    try:
        data = f'{{"params":{_encode(call.params)},{end}'.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair: the daemon reads it as U+FFFD if it is escaped.
        data = f'{{"params":{_encode_ascii(call.params)},{end}'.encode()
    if len(data) - 1 > MAXIMUM_REQUEST:
        raise RequestTooLong(
            f"the request has {len(data) - 1} bytes, and the protocol allows {MAXIMUM_REQUEST}; "
            "shorten its text",
            False,
        )
    return data


def answer(data: bytes | bytearray) -> tuple[Any, Any, Refused | None]:
    """The id, the result and the error of an answer line; raises InvalidAnswer.

    White space alone is no answer: its id is Ellipsis.
    """
    try:
        text = data.decode()
        if text.startswith("{"):
            value, end = _decode_start(text)
            if end != len(text) and text[end:].strip(" \t\r"):
                raise ValueError
        else:
            value = _decode(text)
    except (ValueError, RecursionError):
        if not data.strip(b" \t\r"):
            return ..., None, None
        raise InvalidAnswer("the daemon sent what is not JSON; is it qacd?", False) from None
    if type(value) is not dict or "id" not in value:
        raise InvalidAnswer("the daemon sent what is no answer; is it qacd?", False)
    identity = value["id"]
    error = value.get("error")
    if error is None:
        if "result" not in value:
            raise InvalidAnswer("an answer has neither result nor error; is it qacd?", False)
        return identity, value["result"], None
    if type(error) is not dict or type(error.get("code")) is not int:
        raise InvalidAnswer("an error has no code; is it qacd?", False)
    message = error.get("message")
    return identity, None, Refused(error["code"], message if type(message) is str else "refused")


def checked_deadline(seconds: float) -> float:
    if not (seconds >= 0 and math.isfinite(seconds)):
        raise ValueError("a deadline is a number of seconds, not negative; correct it")
    return seconds


def checked_path(path: str) -> str:
    if len(path.encode("utf-8", "surrogateescape")) > MAXIMUM_PATH or "\0" in path:
        raise Unavailable(
            f"a socket's path has at most {MAXIMUM_PATH} bytes; choose a shorter one", False
        )
    return path


def new_socket(path: str) -> socket.socket:
    """A socket that does not block, and is not connected yet."""
    checked_path(path)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.setblocking(False)
    return made


def unavailable(path: str, error: OSError) -> Unavailable:
    return Unavailable(
        f"no daemon answers at {path} ({error.strerror}); start one with: qacd --index FILE", True
    )


def queue_full(path: str) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"the daemon at {path} accepted no connection in time; try again later", True
    )


def too_late(call: Call[Any], sent: bool) -> QACError:
    return DeadlineExceeded(
        f"the daemon did not answer {call.method} in time; see its log, or allow more time",
        call.safe or not sent,
    )


def lost(call: Call[Any], sent: bool) -> QACError:
    return ConnectionLost(
        f"the connection ended before {call.method} was answered; see the daemon's log",
        call.safe or not sent,
    )


def too_long() -> InvalidAnswer:
    return InvalidAnswer(
        f"an answer has more than {MAXIMUM_ANSWER} bytes; ask for fewer suggestions", False
    )


class Lines:
    """Cuts what arrives into lines. Costs a look at each byte, however the bytes are cut."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` ends, without their newlines; raises InvalidAnswer."""
        if not self._parts and data.count(b"\n") == 1 and data.endswith(b"\n"):
            return [data[:-1]]
        if b"\n" not in data:
            self._size += len(data)
            if self._size > MAXIMUM_ANSWER:
                raise too_long()
            self._parts.append(data)
            return []
        self._parts.append(data)
        lines = b"".join(self._parts).split(b"\n")
        rest = lines.pop()
        self._parts = [rest] if rest else []
        self._size = len(rest)
        return lines
