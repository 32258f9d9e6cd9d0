"""Client of qacd, the session-aware query-autocompletion daemon.

    import qacd

    with qacd.Client() as client:
        for suggestion in client.complete("ru", session="ann").suggestions:
            print(suggestion.text)

`AsyncClient` is the same for asyncio, and `Index` builds and measures indexes with `qac-index`.
"""

from . import calls
from ._asyncio import AsyncClient
from ._errors import (
    ConnectionLost,
    DeadlineExceeded,
    InvalidAnswer,
    QACError,
    Refused,
    RequestTooLong,
    Unavailable,
)
from ._index import Index, IndexFailure, Report
from ._paths import default_socket
from ._results import (
    AddedCounts,
    Boost,
    Completion,
    ExportedEvents,
    Feature,
    Hit,
    Hits,
    ImportCounts,
    Item,
    LastUse,
    ListedItem,
    Pin,
    RecordedQuery,
    Retrieval,
    Rule,
    RuleChange,
    Suggestion,
    Term,
)
from ._sync import Client

__version__ = "0.2.0.dev0"

__all__ = [
    "AddedCounts",
    "AsyncClient",
    "Boost",
    "Client",
    "Completion",
    "ConnectionLost",
    "DeadlineExceeded",
    "ExportedEvents",
    "Feature",
    "Hit",
    "Hits",
    "ImportCounts",
    "Index",
    "IndexFailure",
    "InvalidAnswer",
    "Item",
    "LastUse",
    "ListedItem",
    "Pin",
    "QACError",
    "RecordedQuery",
    "Refused",
    "Report",
    "RequestTooLong",
    "Retrieval",
    "Rule",
    "RuleChange",
    "Suggestion",
    "Term",
    "Unavailable",
    "calls",
    "default_socket",
]
