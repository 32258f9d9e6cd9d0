"""Where the daemon's socket is, found as qac-cli finds it."""

from __future__ import annotations

import os
from collections.abc import Mapping


def default_socket(environment: Mapping[str, str] | None = None) -> str:
    """`$XDG_RUNTIME_DIR/qacd/qacd.sock`, or `/tmp/qacd-UID/qacd.sock`.

    As the XDG Base Directory Specification demands, a relative path in the variable is ignored.
    """
    directory = (os.environ if environment is None else environment).get("XDG_RUNTIME_DIR", "")
    if directory.startswith("/"):
        return directory.rstrip("/") + "/qacd/qacd.sock"
    return f"/tmp/qacd-{os.getuid()}/qacd.sock"
