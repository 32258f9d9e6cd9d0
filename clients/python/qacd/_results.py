"""The results of calls, as objects. Members that this version does not know are ignored.

Every decoder takes what the daemon sent and raises InvalidAnswer if a known member has another type
than docs/protocol.md says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ._errors import InvalidAnswer

T = TypeVar("T")


@dataclass(slots=True)
class Feature:
    """One of the numbers that make a score, with `explain`."""

    name: str
    value: float
    weight: float


@dataclass(slots=True)
class Suggestion:
    """A completion. `score` means nothing across requests. The session's last use of it `failed`."""

    text: str
    score: float
    source: str
    match: str
    corrected: bool = False
    features: list[Feature] | None = None
    last: LastUse | None = None
    failed: bool = False


@dataclass(slots=True)
class LastUse:
    """When a text was last submitted, in unix seconds, how often, where, and how that ended."""

    at: int
    uses: int
    place: str | None = None
    outcome: str | None = None


@dataclass(slots=True)
class Hit(LastUse):
    """A text that a search found."""

    query: str = ""


@dataclass(slots=True)
class Hits:
    """Hits of a search, best first. `next` is the `before` of the next page, None if there is none."""

    hits: list[Hit]
    next: str | None = None


@dataclass(slots=True)
class Term:
    """An n-gram of a request that an item has, with `explain`."""

    kind: str
    text: str


@dataclass(slots=True)
class Item:
    """An item that a query means."""

    id: str
    title: str
    score: float
    payload: Any = None
    arm: str | None = None
    features: list[Feature] | None = None
    terms: list[Term] | None = None


@dataclass(slots=True)
class Completion:
    """Suggestions, best first, and items if the call asked for some."""

    suggestions: list[Suggestion]
    index: str
    took_us: int
    items: list[Item] | None = None


@dataclass(slots=True)
class Retrieval:
    """Items, best first."""

    items: list[Item]
    index: str
    took_us: int


@dataclass(slots=True)
class RecordedQuery:
    """A query of a session, when it was submitted, in unix seconds, and what else is known."""

    query: str
    at: int
    thread: str | None = None
    place: str | None = None
    outcome: str | None = None
    typed: str | None = None
    taken: int | None = None
    source: str | None = None
    person: str | None = None


@dataclass(slots=True)
class ImportCounts:
    """What `import` did: events that were added, were there, and are later than the clock."""

    recorded: int
    known: int
    ahead: int


@dataclass(slots=True)
class ExportedEvents:
    """A page of a session's events. `next` is the `after` of the next page, None if there is none.

    Each event is a dict as `import_events` takes it, without `session`, and is complete: members
    that this version does not know are in it.
    """

    events: list[dict[str, Any]]
    next: str | None = None


@dataclass(slots=True)
class RuleChange:
    """What adding or removing a rule did.

    `new` is None if the rule was removed, `existed` and `in_file` are None if it was added.
    """

    labels: int
    new: bool | None = None
    existed: bool | None = None
    in_file: bool | None = None
    items: int | None = None


@dataclass(slots=True)
class Rule:
    """A rule of `blocks`."""

    kind: str
    text: str
    source: str


@dataclass(slots=True)
class Pin:
    """A pin; `until` is in unix seconds."""

    prefix: str
    text: str
    until: int | None = None


@dataclass(slots=True)
class Boost:
    """A boost."""

    kind: str
    text: str
    factor: float


@dataclass(slots=True)
class AddedCounts:
    """What `items.add` did."""

    added: int
    replaced: int
    indexed: int


@dataclass(slots=True)
class ListedItem:
    """An item that was added or taken out."""

    id: str
    title: str
    state: str


def wrong(member: str) -> InvalidAnswer:
    return InvalidAnswer(f"the answer's {member} is missing or has another type", False)


def _optional(value: dict[str, Any], name: str, kind: type[T]) -> T | None:
    found = value.get(name)
    if found is None:
        return None
    if type(found) is not kind:
        raise wrong(name)
    return found


def text(value: Any, name: str) -> str:
    found = value.get(name)
    if type(found) is not str:
        raise wrong(name)
    return found


def whole(value: Any, name: str) -> int:
    found = value.get(name)
    if type(found) is not int:
        raise wrong(name)
    return found


def number(value: Any, name: str) -> float:
    found = value.get(name)
    if type(found) is float or type(found) is int:
        return found
    raise wrong(name)


def objects(value: Any, name: str, decode: Callable[[Any], T]) -> list[T]:
    found = value.get(name)
    if type(found) is not list:
        raise wrong(name)
    return [decode(each) for each in found]


def known(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise wrong("result")
    return value


def feature(value: Any) -> Feature:
    value = known(value)
    return Feature(text(value, "name"), number(value, "value"), number(value, "weight"))


def _features(value: dict[str, Any]) -> list[Feature] | None:
    return objects(value, "features", feature) if value.get("features") is not None else None


def term(value: Any) -> Term:
    value = known(value)
    return Term(text(value, "kind"), text(value, "text"))


def _last(value: dict[str, Any]) -> LastUse | None:
    last = value.get("last")
    if last is None:
        return None
    last = known(last)
    return LastUse(
        whole(last, "at"),
        whole(last, "uses"),
        _optional(last, "place", str),
        _optional(last, "outcome", str),
    )


def hits(value: Any) -> Hits:
    def hit(value: Any) -> Hit:
        value = known(value)
        return Hit(
            whole(value, "at"),
            whole(value, "uses"),
            _optional(value, "place", str),
            _optional(value, "outcome", str),
            text(value, "query"),
        )

    value = known(value)
    return Hits(objects(value, "hits", hit), _optional(value, "next", str))


def suggestion(value: Any) -> Suggestion:
    # Without the helpers above, because a client decodes some on every keystroke.
    if type(value) is not dict:
        raise wrong("suggestions")
    get = value.get
    shown, score, source, match = get("text"), get("score"), get("source"), get("match")
    if type(shown) is not str or type(source) is not str or type(match) is not str:
        raise wrong("suggestions")
    if type(score) is not float and type(score) is not int:
        raise wrong("suggestions")
    if len(value) == 4:
        return Suggestion(shown, score, source, match)
    return Suggestion(
        shown,
        score,
        source,
        match,
        get("corrected") is True,
        _features(value),
        _last(value),
        get("failed") is True,
    )


def item(value: Any) -> Item:
    value = known(value)
    return Item(
        text(value, "id"),
        text(value, "title"),
        number(value, "score"),
        value.get("payload"),
        _optional(value, "arm", str),
        _features(value),
        objects(value, "terms", term) if value.get("terms") is not None else None,
    )


def completion(value: Any) -> Completion:
    value = known(value)
    suggestions = value.get("suggestions")
    if type(suggestions) is not list:
        raise wrong("suggestions")
    return Completion(
        [suggestion(each) for each in suggestions],
        text(value, "index"),
        whole(value, "took_us"),
        objects(value, "items", item) if value.get("items") is not None else None,
    )


def retrieval(value: Any) -> Retrieval:
    value = known(value)
    return Retrieval(objects(value, "items", item), text(value, "index"), whole(value, "took_us"))


def queries(value: Any) -> list[RecordedQuery]:
    def query(value: Any) -> RecordedQuery:
        value = known(value)
        return RecordedQuery(
            text(value, "query"),
            whole(value, "at"),
            _optional(value, "thread", str),
            _optional(value, "place", str),
            _optional(value, "outcome", str),
            _optional(value, "typed", str),
            _optional(value, "taken", int),
            _optional(value, "source", str),
            _optional(value, "person", str),
        )

    return objects(known(value), "queries", query)


def recorded(value: Any) -> str | None:
    return _optional(known(value), "id", str)


def imported(value: Any) -> ImportCounts:
    value = known(value)
    return ImportCounts(whole(value, "recorded"), whole(value, "known"), whole(value, "ahead"))


def exported(value: Any) -> ExportedEvents:
    def event(value: Any) -> dict[str, Any]:
        members = known(value)
        text(members, "query")
        whole(members, "at")
        return members

    value = known(value)
    return ExportedEvents(objects(value, "events", event), _optional(value, "next", str))


def change(value: Any) -> RuleChange:
    value = known(value)
    return RuleChange(
        whole(value, "labels"),
        _optional(value, "new", bool),
        _optional(value, "existed", bool),
        _optional(value, "in_file", bool),
        _optional(value, "items", int),
    )


def rules(value: Any) -> list[Rule]:
    def rule(value: Any) -> Rule:
        value = known(value)
        return Rule(text(value, "kind"), text(value, "text"), text(value, "source"))

    return objects(known(value), "rules", rule)


def pins(value: Any) -> list[Pin]:
    def pin(value: Any) -> Pin:
        value = known(value)
        return Pin(text(value, "prefix"), text(value, "text"), _optional(value, "until", int))

    return objects(known(value), "rules", pin)


def boosts(value: Any) -> list[Boost]:
    def boost(value: Any) -> Boost:
        value = known(value)
        return Boost(text(value, "kind"), text(value, "text"), number(value, "factor"))

    return objects(known(value), "rules", boost)


def added(value: Any) -> AddedCounts:
    value = known(value)
    return AddedCounts(whole(value, "added"), whole(value, "replaced"), whole(value, "indexed"))


def listed_items(value: Any) -> list[ListedItem]:
    def listed(value: Any) -> ListedItem:
        value = known(value)
        return ListedItem(text(value, "id"), text(value, "title"), text(value, "state"))

    return objects(known(value), "items", listed)


def member(name: str) -> Callable[[Any], int]:
    return lambda value: whole(known(value), name)


def flag(name: str) -> Callable[[Any], bool]:
    def decode(value: Any) -> bool:
        found = known(value).get(name)
        if type(found) is not bool:
            raise wrong(name)
        return found

    return decode


def textual(name: str) -> Callable[[Any], str]:
    return lambda value: text(known(value), name)
