"""The driver of the conformance suite for this client: `driver.py sync|asyncio SOCKET`.

A method of the protocol is called by its own function, so that parameters and results are tried,
too. Results are written back as the protocol has them.
"""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import qacd  # noqa: E402

KINDS = {
    qacd.Refused: "refused",
    qacd.DeadlineExceeded: "timeout",
    qacd.ConnectionLost: "closed",
    qacd.Unavailable: "unavailable",
    qacd.InvalidAnswer: "invalid",
    qacd.RequestTooLong: "toolong",
}
NAMES = {
    "import": "import_events",
    "export": "export_events",
    "items.add": "add_items",
    "items.remove": "remove_items",
}
# Where the protocol wraps what a function returns as it is.
WRAPPED = {
    "history": "queries",
    "forget": "forgotten",
    "blocks": "rules",
    "pins": "rules",
    "boosts": "rules",
    "items": "items",
    "items.remove": "removed",
    "metrics": "text",
    "reload": "index",
    "ping": "protocol",
}


def call(method: str, params: dict[str, Any]) -> qacd.calls.Call[Any]:
    name = NAMES.get(method, method)
    if method == "record" and "id" in params:
        name = "record_outcome"
    make = getattr(qacd.calls, name, None)
    if make is None or not inspect.isfunction(make):
        return qacd.calls.method(method, params, safe=False)
    made: qacd.calls.Call[Any] = make(**params)
    return made


def plain(value: Any) -> Any:
    """A result as the protocol has it: without what is absent."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        members = {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
        return {
            name: each
            for name, each in members.items()
            if each is not None and (name, each) not in (("corrected", False), ("failed", False))
        }
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def outcome(method: str, found: Any) -> dict[str, Any]:
    if isinstance(found, qacd.QACError):
        kind = KINDS[type(found)]
        return {
            "error": {
                "kind": kind,
                "code": found.code,
                "retryable": found.retryable,
                "message": str(found),
            }
        }
    if found is None:
        return {"result": {}}
    if method == "record":
        return {"result": {"found" if isinstance(found, bool) else "id": found}}
    value = plain(found)
    return {"result": {WRAPPED[method]: value} if method in WRAPPED else value}


async def answer_all(client: qacd.AsyncClient) -> None:
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        made = [call(each["method"], each["params"]) for each in command["calls"]]
        found = await client.pipeline(made, deadline=command["deadline_ms"] / 1000)
        report(command, found)
    await client.close()


def report(command: dict[str, Any], found: list[Any]) -> None:
    pairs = zip(command["calls"], found, strict=True)
    print(json.dumps([outcome(each["method"], value) for each, value in pairs]), flush=True)


def main() -> None:
    kind, path = sys.argv[1:]
    if kind == "asyncio":
        asyncio.run(answer_all(qacd.AsyncClient(path)))
        return
    with qacd.Client(path) as client:
        for line in sys.stdin:
            command = json.loads(line)
            seconds = command["deadline_ms"] / 1000
            made = [call(each["method"], each["params"]) for each in command["calls"]]
            if len(made) == 1:
                made[0].deadline = seconds
                try:
                    report(command, [client.run(made[0])])
                except qacd.QACError as error:
                    report(command, [error])
            else:
                report(command, client.pipeline(made, deadline=seconds))


main()
