"""A small HTTP server for the tests of qac.js: the files of web/, and qacd behind /search.

It answers what docs/web.md says, by the Python client. The session is a random cookie. It has none
of the bounds and checks that a server for strangers needs: it is for tests alone.
"""

from __future__ import annotations

import http.cookies
import json
import secrets
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(WEB.parent / "clients" / "python"))

import qacd  # noqa: E402

TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8"}
# As strict as a careful site is: no markup from elsewhere, and no inline script or style.
POLICY = "default-src 'none'; " + "; ".join(
    f"{kind} 'self'" for kind in ("script-src", "connect-src", "style-src", "form-action")
)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, socket_path: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.client = qacd.Client(socket_path, deadline=2)
        self.requests: list[tuple[str, Any]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: Any) -> None:
        """A browser gives requests up: that is no error."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self.client.close()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(address.query, keep_blank_values=True)
        if address.path == "/search/complete":
            self.complete(query)
        elif address.path == "/found":
            self.reply(200, b"<!doctype html><title>found</title><p id=found>", TYPES[".html"])
        elif address.path == "/favicon.ico":
            self.reply(204, b"", None)
        else:
            name = address.path.strip("/") or "page.html"
            file = (WEB if name == "qac.js" else WEB / "tests") / Path(name).name
            if not file.is_file() or file.suffix not in TYPES:
                return self.reply(404, b"", "text/plain")
            self.reply(200, file.read_bytes(), TYPES[file.suffix])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/search/record":
            return self.reply(404, b"", "text/plain")
        given = json.loads(body)
        self.server.requests.append(("record", given))
        try:
            self.server.client.record(self.session(), given["query"], item=given.get("item"))
            self.reply(204, b"", None)
        except qacd.QACError:
            self.reply(503, b"", None)

    def complete(self, query: dict[str, list[str]]) -> None:
        text = query["q"][0]
        self.server.requests.append(("complete", text))
        items = query.get("items", [None])[0]
        try:
            found = self.server.client.pipeline(
                [
                    qacd.calls.complete(
                        text,
                        session=self.session(),
                        limit=int(query["limit"][0]),
                        items=int(items) if items else None,
                    )
                ]
            )[0]
            if isinstance(found, qacd.QACError):
                raise found
        except qacd.QACError:
            return self.reply(503, b'{"completions":[]}', "application/json")
        answer: dict[str, Any] = {
            "completions": [
                {"text": each.text, "match": each.match, "corrected": each.corrected}
                for each in found.suggestions
            ]
        }
        if found.items is not None:
            answer["items"] = [{"id": each.id, "title": each.title} for each in found.items]
        self.reply(200, json.dumps(answer).encode(), "application/json")

    def session(self) -> str:
        cookies = http.cookies.SimpleCookie(self.headers.get("Cookie", ""))
        if "session" in cookies:
            return cookies["session"].value
        self.made = secrets.token_urlsafe(16)
        return self.made

    def reply(self, status: int, body: bytes, kind: str | None) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if hasattr(self, "made"):
            self.send_header("Set-Cookie", f"session={self.made}; HttpOnly; SameSite=Lax; Path=/")
            del self.made
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Queries belong in no log."""
