"""The protocol's methods, each as a function that makes a `Call`.

`Client` and `AsyncClient` have a method for each of these, with the same parameters; `pipeline`
takes the calls themselves. Parameters are those of docs/protocol.md. `deadline` is in seconds, and
None stands for the client's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from . import _results as results
from ._results import (
    AddedCounts,
    Boost,
    Completion,
    ExportedEvents,
    Hits,
    ImportCounts,
    ListedItem,
    Pin,
    RecordedQuery,
    Retrieval,
    Rule,
    RuleChange,
)

T = TypeVar("T")


@dataclass(slots=True)
class Call(Generic[T]):
    """A request that was not sent yet, and how to read its answer.

    `safe` says that sending it twice has the same effect as sending it once.
    """

    method: str
    params: dict[str, Any]
    decode: Callable[[Any], T]
    deadline: float | None
    safe: bool


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def complete(
    prefix: str,
    *,
    session: str | None = None,
    thread: str | None = None,
    place: str | None = None,
    limit: int | None = None,
    previous: Sequence[str] | None = None,
    explain: bool | None = None,
    items: int | None = None,
    last: bool | None = None,
    at: int | None = None,
    deadline: float | None = None,
) -> Call[Completion]:
    """Asks for completions of `prefix`, best first; an empty one asks for likely next queries."""
    params: dict[str, Any] = {"prefix": prefix}
    if session is not None:
        params["session"] = session
    if thread is not None:
        params["thread"] = thread
    if place is not None:
        params["place"] = place
    if limit is not None:
        params["limit"] = limit
    if previous is not None:
        params["previous"] = list(previous)
    if explain is not None:
        params["explain"] = explain
    if items is not None:
        params["items"] = items
    if last is not None:
        params["last"] = last
    if at is not None:
        params["at"] = at
    return Call("complete", params, results.completion, deadline, True)


def retrieve(
    query: str,
    *,
    session: str | None = None,
    thread: str | None = None,
    limit: int | None = None,
    previous: Sequence[str] | None = None,
    explain: bool | None = None,
    at: int | None = None,
    deadline: float | None = None,
) -> Call[Retrieval]:
    """Asks for the items that `query` means, best first."""
    params = _given(
        query=query,
        session=session,
        thread=thread,
        limit=limit,
        previous=None if previous is None else list(previous),
        explain=explain,
        at=at,
    )
    return Call("retrieve", params, results.retrieval, deadline, True)


def record(
    session: str,
    query: str,
    *,
    thread: str | None = None,
    place: str | None = None,
    outcome: str | None = None,
    typed: str | None = None,
    taken: int | None = None,
    source: str | None = None,
    person: str | None = None,
    item: str | None = None,
    kind: str | None = None,
    at: int | None = None,
    deadline: float | None = None,
) -> Call[str | None]:
    """Records a submitted query, or the item that it led to; answered once it is durable.

    Returns the id of the query, which `record_outcome` takes. It is None with `item`, and from a
    daemon whose `status` does not name the feature `outcome`. `person` says as whom the query counts
    where people are counted: sessions of one person count once, and "" counts for nobody.
    """
    params = _given(
        session=session,
        query=query,
        thread=thread,
        place=place,
        outcome=outcome,
        typed=typed,
        taken=taken,
        source=source,
        person=person,
        item=item,
        kind=kind,
        at=at,
    )
    return Call("record", params, results.recorded, deadline, False)


def record_outcome(
    session: str, id: str, outcome: str, *, deadline: float | None = None
) -> Call[bool]:
    """Says how a query ended that `record` answered with `id`: `ok` or `failed`.

    Returns whether the query was found. Of several outcomes the last one counts, so this is not
    sent again by itself: a newer one may have come in between.
    """
    params = {"session": session, "id": id, "outcome": outcome}
    return Call("record", params, results.flag("found"), deadline, False)


def history(
    session: str, *, limit: int | None = None, deadline: float | None = None
) -> Call[list[RecordedQuery]]:
    """The session's queries, newest first."""
    params = _given(session=session, limit=limit)
    return Call("history", params, results.queries, deadline, True)


def search(
    session: str,
    query: str,
    *,
    limit: int | None = None,
    before: str | None = None,
    place: str | None = None,
    deadline: float | None = None,
) -> Call[Hits]:
    """Finds words, in any order, in everything that the session ever submitted, best first."""
    params = _given(session=session, query=query, limit=limit, before=before, place=place)
    return Call("search", params, results.hits, deadline, True)


def forget(
    *,
    session: str | None = None,
    everyone: bool | None = None,
    query: str | None = None,
    since: int | None = None,
    until: int | None = None,
    deadline: float | None = None,
) -> Call[int]:
    """Deletes recorded queries, and returns how many.

    `session` alone deletes everything that the session has submitted. Ask before you do that.
    """
    params = _given(session=session, everyone=everyone, query=query, since=since, until=until)
    return Call("forget", params, results.member("forgotten"), deadline, False)


def import_events(
    events: Iterable[dict[str, Any]], *, deadline: float | None = None
) -> Call[ImportCounts]:
    """Adds 1 to 1000 events of before, each a dict with `session`, `query`, `at` and more.

    Number those that are equal by `occurrence`; then all of them may be sent again. The client does
    so if the connection ends: what the first sending added is `known` to the second.
    """
    return Call("import", {"events": list(events)}, results.imported, deadline, True)


def export_events(
    session: str,
    *,
    after: str | None = None,
    limit: int | None = None,
    deadline: float | None = None,
) -> Call[ExportedEvents]:
    """A page of everything that the session has recorded, oldest first.

    Equal events have no `occurrence` there: number them, across pages, before you import them.
    """
    params = _given(session=session, after=after, limit=limit)
    return Call("export", params, results.exported, deadline, True)


def block(kind: str, text: str, *, deadline: float | None = None) -> Call[RuleChange]:
    """Adds a rule: what it matches is never suggested."""
    return Call("block", {"kind": kind, "text": text}, results.change, deadline, False)


def unblock(kind: str, text: str, *, deadline: float | None = None) -> Call[RuleChange]:
    """Removes a rule that `block` made."""
    return Call("unblock", {"kind": kind, "text": text}, results.change, deadline, False)


def blocks(*, deadline: float | None = None) -> Call[list[Rule]]:
    """The rules that `block` made, then those of the daemon's file."""
    return Call("blocks", {}, results.rules, deadline, True)


def pin(
    prefix: str, text: str, *, until: int | None = None, deadline: float | None = None
) -> Call[RuleChange]:
    """Pins a text: it stands first for the prefix."""
    params = _given(prefix=prefix, text=text, until=until)
    return Call("pin", params, results.change, deadline, False)


def unpin(prefix: str, text: str, *, deadline: float | None = None) -> Call[RuleChange]:
    """Takes a pin back."""
    return Call("unpin", {"prefix": prefix, "text": text}, results.change, deadline, False)


def pins(*, deadline: float | None = None) -> Call[list[Pin]]:
    """The pins, in the order in which they were added."""
    return Call("pins", {}, results.pins, deadline, True)


def boost(
    kind: str, text: str, factor: float, *, deadline: float | None = None
) -> Call[RuleChange]:
    """Adds a boost: texts that it matches count `factor` times as likely."""
    params = {"kind": kind, "text": text, "factor": factor}
    return Call("boost", params, results.change, deadline, False)


def unboost(kind: str, text: str, *, deadline: float | None = None) -> Call[RuleChange]:
    """Takes a boost back."""
    return Call("unboost", {"kind": kind, "text": text}, results.change, deadline, False)


def boosts(*, deadline: float | None = None) -> Call[list[Boost]]:
    """The boosts, in the order in which they were added."""
    return Call("boosts", {}, results.boosts, deadline, True)


def add_items(
    items: Iterable[dict[str, Any]], *, deadline: float | None = None
) -> Call[AddedCounts]:
    """Adds items, each a dict with `id`, `title` and perhaps `text`, `weight`, `payload`."""
    return Call("items.add", {"items": list(items)}, results.added, deadline, False)


def remove_items(ids: Iterable[str], *, deadline: float | None = None) -> Call[int]:
    """Takes items out, and returns how many."""
    params = {"ids": list(ids)}
    return Call("items.remove", params, results.member("removed"), deadline, False)


def items(*, limit: int | None = None, deadline: float | None = None) -> Call[list[ListedItem]]:
    """What was added and taken out, by id."""
    return Call("items", _given(limit=limit), results.listed_items, deadline, True)


def status(*, deadline: float | None = None) -> Call[dict[str, Any]]:
    """What the daemon says of itself."""
    return Call("status", {}, results.known, deadline, True)


def metrics(*, deadline: float | None = None) -> Call[str]:
    """Counters and latencies in Prometheus' text format."""
    return Call("metrics", {}, results.textual("text"), deadline, True)


def reload(*, force: bool | None = None, deadline: float | None = None) -> Call[str]:
    """Loads the index and the block list again, and returns the identity of the index."""
    return Call("reload", _given(force=force), results.textual("index"), deadline, True)


def ping(*, deadline: float | None = None) -> Call[int]:
    """Asks whether the daemon answers, and returns the protocol's version."""
    return Call("ping", {}, results.member("protocol"), deadline, True)


def method(
    name: str,
    params: dict[str, Any],
    *,
    safe: bool = False,
    deadline: float | None = None,
) -> Call[Any]:
    """A method by its name, for what this version does not know; returns the result as it is.

    `safe` says that sending it twice does no harm, so that it may be sent again by itself.
    """
    return Call(name, params, lambda value: value, deadline, safe)
