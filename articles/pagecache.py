"""Whole-page cache for readers who are not signed in: one stored copy serves all, and is right at once.

A WSGI layer in front of Django that knows no model. Views say which keys their page ``carries()`` while it renders,
model methods say which they ``expire()``, and ``until()`` names a moment at which the clock alone changes a page.
``articles/generations.py`` tells whether a stored page is still valid, ``articles/pagestore.py`` keeps it.

What is stored: answers 200, 301, 404 and 410 to GET and HEAD without a session, that set no cookie, are neither
private nor ``no-store``, and carry at least one key. Everything else passes through untouched.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from django.conf import settings
from django.db import transaction
from django.utils.http import parse_http_date_safe

from articles.generations import Generations, Stamp, generations, slot_of
from articles.pagestore import LARGEST, Answer, Files, Headers, Memory, Page

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

ALLOWED = frozenset({"page", "sort", "q", "section"})  # the only parameters that a public page reads
LONGEST_QUERY = 600  # characters; a longer one is rendered and not stored
# A crash between a commit and its expiry is the one way to miss a change; this bounds it.
LIFE = 60.0  # seconds, counted from the reading of the oldest thing that a page shows
KEPT_FOR = LIFE / 2  # seconds that a part or a value is kept; the page that takes it has the rest of the life
WAIT = 10.0  # seconds for somebody else's rendering of the same page, then one of one's own
STORED = ("200", "301", "404", "410")
# For browsers: ask each time, and be answered by a 304 in a tenth of a millisecond.
CACHE_CONTROL = "public, max-age=0, must-revalidate"

_SECOND = "newsblog.second"  # of the clock, in the environment of a request
_DROPPED = frozenset({"content-length", "content-encoding", "etag", "cache-control", "vary", "expires", "set-cookie"})


class Notes:
    """What the page being rendered says of itself, and what the counters said before its first query."""

    __slots__ = ("keys", "since", "stamp", "until")

    def __init__(self, stamp: Stamp | None, due: float | None) -> None:
        self.stamp = stamp
        self.since = time.time()  # the oldest moment at which something that it shows was read
        self.keys: set[str] = set()
        self.until = float("inf") if due is None else due


class _Turn:
    """One thread renders a page; those that wait for it learn whether there is a copy to share."""

    __slots__ = ("done", "in_vain")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.in_vain = True


rendering: ContextVar[Notes | None] = ContextVar("rendering", default=None)


def carries(*keys: str) -> None:
    """Say that the page being rendered shows the things behind these keys; nothing happens elsewhere."""
    notes = rendering.get()
    if notes is not None:
        notes.keys.update(keys)


def until(moment: datetime | None) -> None:
    """Say that the clock changes the page being rendered at this moment; None says nothing."""
    notes = rendering.get()
    if notes is not None and moment is not None:
        notes.until = min(notes.until, moment.timestamp())


def expire(*keys: str) -> None:
    """Once the running transaction is committed, no stored page that carries one of these keys is valid."""
    if keys:
        transaction.on_commit(partial(_bump, keys))


def _bump(keys: tuple[str, ...]) -> None:
    shared_generations().bump(keys)


def shared_generations() -> Generations:
    """Return the generations of this site, as every process of it sees them."""
    return generations(settings.VAR, settings.REDIS_URL)


@lru_cache(maxsize=512)
def accepted_encoding(header: str) -> tuple[str, ...]:
    """Return which of our encodings an Accept-Encoding header admits, the best first (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in header.lower().split(",")[:20]:
        name, _, parameters = part.partition(";")
        weight = 1.0
        for parameter in parameters.split(";"):
            label, _, value = parameter.partition("=")
            if label.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        weights[name.strip()] = weight
    anything = weights.get("*", 0.0)
    return tuple(name for name in ("br", "gzip") if weights.get(name, anything) > 0)


def canonical_query(query: str) -> str:
    """Return the parameters that a public page reads, each once (the last one counts), sorted."""
    try:
        # Django reads a query as UTF-8 and replaces what is not; so does this.
        raw = query.encode("latin-1").decode(errors="replace")  # PEP 3333 gives bytes as such letters
        given = parse_qsl(raw, keep_blank_values=True, errors="replace", max_num_fields=200)
    except ValueError:
        return ""
    kept = {name: value for name, value in given if name in ALLOWED}
    return "&".join(f"{name}={quote_plus(value)}" for name, value in sorted(kept.items()))


class PageCache:
    """The layer. ``next_due`` returns the moment at which the next scheduled article becomes public, or None.

    ``is_session`` tells whether a cookie's value is a session that this site made. Paths that begin with one of
    ``private`` are never looked at: they are the desk's, or a reader's own.
    """

    def __init__(
        self,
        application: Application,
        *,
        next_due: Callable[[], datetime | None],
        is_session: Callable[[str], bool],
        private: tuple[str, ...] = ("/admin/", "/comments/", "/-/", "/media/", "/static/"),
        folder: Path | None = None,
        release: str = "",
        known: Generations | None = None,
    ) -> None:
        self.application = application
        self.next_due = next_due
        self.is_session = is_session
        self.private = private
        self.release = release
        self.generations = known or shared_generations()
        self.memory = Memory(settings.PAGECACHE_BYTES)
        self.files = Files(folder or settings.VAR / "pages")
        self.shows = settings.PAGECACHE_SHOW
        self.behind_proxy = bool(settings.TRUSTED_PROXIES)
        self.session_cookie = settings.SESSION_COOKIE_NAME + "="
        self._turns: dict[str, _Turn] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or path.startswith(self.private)
            or ("HTTP_COOKIE" in environ and self._is_signed_in(environ["HTTP_COOKIE"]))
        ):
            return self._pass(environ, start_response)
        if self.behind_proxy:
            # Now, before anything is looked at: a page that was right in this second may be kept to its end, and no
            # longer, however long the answer takes.
            environ[_SECOND] = int(time.time())
        query = environ.get("QUERY_STRING", "")
        if query:
            query = canonical_query(query)
            if len(query) > LONGEST_QUERY:
                return self._pass(environ, start_response)
        key = self._key(environ, path, query)
        page = self.memory.get(key)
        if page is not None and time.time() < page.recheck and self._holds(page):
            return self._send(page, environ, start_response, "hit")
        return self._miss(key, query, environ, start_response)

    # Finding.

    def _key(self, environ: Environ, path: str, query: str) -> str:
        # Everything that Django derives an address or a redirect from is part of the key, so that nobody can have
        # their own version stored under another's.
        secure = environ.get("wsgi.url_scheme") == "https"  # gunicorn's word, who knows the trusted proxies
        host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
        if "?" in path:
            path = path.replace("?", "%3F")
        key = f"{secure:d}\n{host}\n{environ.get('SCRIPT_NAME', '')}\n{path}"
        return f"{key}?{query}" if query else key

    def _is_signed_in(self, cookies: str) -> bool:
        """Whether a cookie holds a session that this site signed; anybody can send some cookie."""
        for cookie in cookies.split(";"):
            cookie = cookie.strip()
            if cookie.startswith(self.session_cookie):
                return self.is_session(cookie[len(self.session_cookie) :].strip('"'))
        return False

    def _holds(self, page: Page) -> bool:
        return time.time() < page.due and self.generations.holds(page.stamp, page.slots, page.seen)

    def _miss(self, key: str, query: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Find the page in the files, wait for whoever renders it, or render it."""
        stop = time.monotonic() + WAIT
        while True:
            page = self.memory.get(key)
            holds = page is not None and self._holds(page)
            if page is None or not holds or time.time() >= page.recheck:
                # Another process may have rendered it anew by now.
                shared = self.files.get(key, self.release)
                is_newer = page is None or not holds or (shared is not None and shared.recheck > page.recheck)
                if shared is not None and is_newer and self._holds(shared):
                    page, holds = shared, True
                    self.memory.put(shared)
            if page is not None and holds and time.time() < page.recheck:
                return self._send(page, environ, start_response, "hit")
            with self._lock:
                other = self._turns.get(key)
                if other is None:
                    turn = self._turns[key] = _Turn()
                    break
            if page is not None and holds:
                # Its life ran out, but nothing is known to have changed: the last copy serves meanwhile.
                return self._send(page, environ, start_response, "hit")
            if not other.done.wait(stop - time.monotonic()) or other.in_vain:
                return self._render(key, query, environ, start_response, page)
            # Rendered by now; but an expiry after it began is not in it, so it is looked at like any other.
        try:
            # Between the look and the turn somebody else may have finished.
            fresh = self.memory.get(key)
            if fresh is not None and fresh is not page and time.time() < fresh.recheck and self._holds(fresh):
                turn.in_vain = False
                return self._send(fresh, environ, start_response, "hit")
            return self._render(key, query, environ, start_response, page, turn)
        finally:
            with self._lock:
                self._turns.pop(key, None)
            turn.done.set()

    # Rendering.

    def _render(
        self,
        key: str,
        query: str,
        environ: Environ,
        start_response: StartResponse,
        last: Page | None,
        turn: _Turn | None = None,
    ) -> Iterable[bytes]:
        stamp = self.generations.stamp()  # before the first query
        notes = Notes(stamp, None)
        token = rendering.set(notes)
        begun: list[tuple[str, Headers]] = []
        try:
            due = self._due()  # it may be kept: then the page is as old as it
            notes.until = due or 0.0
            asked = {**environ, "REQUEST_METHOD": "GET", "QUERY_STRING": query}
            # A conditional or partial answer is made from the stored copy, never stored.
            for name in (
                "HTTP_IF_NONE_MATCH",
                "HTTP_IF_MODIFIED_SINCE",
                "HTTP_IF_MATCH",
                "HTTP_RANGE",
                "HTTP_IF_RANGE",
            ):
                asked.pop(name, None)
            written: list[bytes] = []
            body, closing = self._called(asked, begun, written)
            try:
                content = b"".join([*written, *body])
            finally:
                if closing is not None:
                    closing()
        finally:
            rendering.reset(token)
        status, headers = begun[-1]
        if status.startswith("404"):
            notes.keys.add("published")
        storable = stamp is not None and due is not None and self._is_storable(status, headers, notes, content)
        if turn is not None:
            turn.in_vain = not storable
        if status.startswith("5") and last is not None and self._holds(last):
            log.warning("An error was answered with the last copy of the page, which is still right.")
            return self._send(last, environ, start_response, "stale")
        if not storable or stamp is None:
            self._show(headers, "miss")
            start_response(status, headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]
        page = Page(
            key=key,
            status=status,
            headers=self._final(headers),
            body=content,
            stamp=stamp,
            slots=tuple(sorted({slot_of(name) for name in (*notes.keys, "layout")})),
            due=notes.until,
            recheck=notes.since + LIFE,
            release=self.release,
            modified=_date(headers),
        )
        page.pack()
        self.memory.put(page)
        if not page.is_minor:
            self.files.put(page)
        return self._send(page, environ, start_response, "miss")

    def _called(
        self, environ: Environ, begun: list[tuple[str, Headers]], written: list[bytes]
    ) -> tuple[Iterable[bytes], Callable[[], None] | None]:
        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
            begun.append((status, list(headers)))
            return written.append

        body = self.application(environ, start)
        return body, getattr(body, "close", None)

    def _due(self) -> float | None:
        """Return the site's next due time as Unix time; None where the database does not say."""
        try:
            moment = self.next_due()
        except Exception:
            log.warning("The next due time could not be read; the page is not stored.")
            return None
        return moment.timestamp() if moment else float("inf")

    @staticmethod
    def _is_storable(status: str, headers: Headers, notes: Notes, content: bytes) -> bool:
        if not status.startswith(STORED) or not notes.keys or len(content) > LARGEST:
            return False
        for name, value in headers:
            name, value = name.lower(), value.lower()
            if name == "set-cookie" or (name == "vary" and ("cookie" in value or "*" in value)):
                return False
            if name == "cache-control" and ("private" in value or "no-store" in value):
                return False
            if name == "content-encoding":
                return False
        return True

    @staticmethod
    def _final(headers: Headers) -> Headers:
        kept = [(name, value) for name, value in headers if name.lower() not in _DROPPED]
        return [*kept, ("Cache-Control", CACHE_CONTROL), ("Vary", "Accept-Encoding")]

    # Sending.

    def _send(self, page: Page, environ: Environ, start_response: StartResponse, how: str) -> Iterable[bytes]:
        answers = page.answers
        answer = answers["identity"]
        for name in accepted_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")):
            if name in answers:
                answer = answers[name]
                break
        headers = answer.headers
        if self.shows:
            headers = [*headers, ("X-Cache", how)]
        if self.behind_proxy:
            # nginx may keep it for the rest of the second in which it was asked for, which is the promise behind a
            # proxy; it takes the header away. First, since nginx before 1.23 lets the Cache-Control that it reads
            # earlier win.
            headers = [("X-Accel-Expires", f"@{environ[_SECOND]}"), *headers]
        if _is_known(answer, page, environ):
            unchanged = [(name, value) for name, value in headers if name not in ("Content-Length", "Content-Type")]
            start_response("304 Not Modified", unchanged)
            return []
        # A copy: whoever stands outside may add to the list.
        start_response(page.status, list(headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _pass(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not self.shows:
            return self.application(environ, start_response)

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            self._show(headers, "bypass")
            return start_response(status, headers, *([exc_info] if exc_info else []))

        return self.application(environ, start)

    def _show(self, headers: Headers, how: str) -> None:
        if self.shows:
            headers.append(("X-Cache", how))


def _is_known(answer: Answer, page: Page, environ: Environ) -> bool:
    """Whether the reader has this very answer already (RFC 9110, 13.1.2 and 13.1.3)."""
    if not page.status.startswith("200"):
        return False
    if given := environ.get("HTTP_IF_NONE_MATCH"):
        tags = {tag.strip().removeprefix("W/") for tag in given.split(",")}
        return answer.etag in tags or "*" in tags
    if page.modified is not None and (since := environ.get("HTTP_IF_MODIFIED_SINCE")):
        moment = parse_http_date_safe(since)
        return moment is not None and moment >= page.modified
    return False


def _date(headers: Headers) -> float | None:
    for name, value in headers:
        if name.lower() == "last-modified":
            return parse_http_date_safe(value)
    return None


def release_digest(*folders: Path) -> str:
    """Return a digest of code, templates, static names and settings: pages of another release are not believed."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if (
                file.suffix in (".py", ".html", ".txt", ".xml", ".json", ".css", ".js")
                and "__pycache__" not in file.parts
            ):
                at = file.stat()
                digest.update(f"{file.name} {at.st_size} {at.st_mtime_ns}\n".encode())
    for name in sorted(dir(settings)):
        if name.isupper():
            digest.update(f"{name}={getattr(settings, name)!r}\n".encode())
    return digest.hexdigest()[:20]
