"""Stored pages: ready to send in every encoding, in memory per process and in files shared by the processes."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import logging
import os
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

import brotli

from articles.generations import Seen, Stamp

log = logging.getLogger(__name__)

Headers = list[tuple[str, str]]

LARGEST = 2_000_000  # bytes of a body that is stored; a larger one is passed on
OVERHEAD = 2_000  # bytes that a page costs beside its bodies
FILES = 4_096  # of the second level; a page that falls on another's file replaces it
_SMALLEST = 256  # bytes from which on compression is worth a header
_PACKED = ("text/", "application/json", "application/xml", "application/rss", "application/atom", "application/feed")


@dataclass(slots=True)
class Answer:
    """One encoding of a page, with its final headers."""

    etag: str
    headers: Headers
    body: bytes


@dataclass(slots=True)
class Page:
    """A response as it is sent, and what tells whether it may still be."""

    key: str
    status: str
    headers: Headers  # without those that follow from the encoding
    body: bytes
    stamp: Stamp
    slots: tuple[int, ...]
    due: float  # Unix time at which the clock itself changes what it shows; never sent from then on
    recheck: float  # Unix time from which it is rendered anew although nothing is known to have changed
    release: str
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)
    modified: float | None = None  # Unix time of Last-Modified, where the view gave one

    def pack(self) -> None:
        """Make the answers: identity, and gzip and Brotli where they are smaller."""
        if not self.answers:
            kind = next((value for name, value in self.headers if name.lower() == "content-type"), "")
            bodies = {"identity": self.body}
            if len(self.body) >= _SMALLEST and (kind.startswith(_PACKED) or "+xml" in kind or "+json" in kind):
                bodies["gzip"] = gzip.compress(self.body, 6, mtime=0)
                bodies["br"] = brotli.compress(self.body, quality=5)
            self.set_answers({name: body for name, body in bodies.items() if len(body) <= len(self.body)})

    def set_answers(self, bodies: dict[str, bytes]) -> None:
        """Give each encoding its headers and a strong validator of its own (RFC 9110, 8.8.3)."""
        digest = hashlib.sha256(self.body).hexdigest()[:22]
        for name, body in bodies.items():
            etag = f'"{digest}"' if name == "identity" else f'"{digest}-{name}"'
            own = [("ETag", etag), ("Content-Length", str(len(body)))]
            if name != "identity":
                own.append(("Content-Encoding", name))
            self.answers[name] = Answer(etag, [*self.headers, *own], body)

    @property
    def size(self) -> int:
        return OVERHEAD + sum(len(answer.body) for answer in self.answers.values())

    @property
    def is_minor(self) -> bool:
        """Whether anybody can make as many of these as they like: misses, redirects, searches, later pages."""
        return not self.status.startswith("200") or "?" in self.key


class Memory:
    """The pages of one process, bounded by bytes; what was not asked for longest goes first.

    Minor pages have a quarter of the room to themselves: nobody can push the front page out by asking for
    thousands of addresses that do not exist.
    """

    def __init__(self, room: int) -> None:
        self._room = {False: room - room // 4, True: room // 4}
        self._used = {False: 0, True: 0}
        self._pages: dict[bool, OrderedDict[str, Page]] = {False: OrderedDict(), True: OrderedDict()}
        self._where: dict[str, bool] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Page | None:
        with self._lock:
            where = self._where.get(key)
            if where is None:
                return None
            pages = self._pages[where]
            pages.move_to_end(key)
            return pages[key]

    def put(self, page: Page) -> None:
        minor = page.is_minor
        with self._lock:
            self._drop(page.key)
            self._pages[minor][page.key] = page
            self._where[page.key] = minor
            self._used[minor] += page.size
            while self._used[minor] > self._room[minor]:
                self._drop(next(iter(self._pages[minor])))

    def clear(self) -> None:
        with self._lock:
            for minor in (False, True):
                self._pages[minor].clear()
                self._used[minor] = 0
            self._where.clear()

    @property
    def used(self) -> int:
        return sum(self._used.values())

    def __len__(self) -> int:
        return len(self._where)

    def _drop(self, key: str) -> None:
        where = self._where.pop(key, None)
        if where is not None:
            self._used[where] -= self._pages[where].pop(key).size


class Files:
    """The second level: a page that one process rendered need not be rendered by the next.

    A fixed number of files bounds the room. Every file carries a checksum; one that is cut off, changed or of
    another release is passed over, and a disk that is full means rendering, not failing.
    """

    _MAGIC = b"newspage"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str, release: str) -> Page | None:
        try:
            raw = self._path(key).read_bytes()
        except OSError:
            return None
        if raw[:8] != self._MAGIC or zlib.crc32(raw[12:]) != int.from_bytes(raw[8:12], "big"):
            return None
        size = int.from_bytes(raw[12:16], "big")
        meta = json.loads(raw[16 : 16 + size])
        if meta["key"] != key or meta["release"] != release:
            return None
        bodies, at = {}, 16 + size
        for name, length in meta["bodies"]:
            bodies[name] = raw[at : at + length]
            at += length
        page = Page(
            key=key,
            status=meta["status"],
            headers=[(name, value) for name, value in meta["headers"]],
            body=bodies["identity"],
            stamp=Stamp(*meta["stamp"]),
            slots=tuple(meta["slots"]),
            due=meta["due"],
            recheck=meta["recheck"],
            release=release,
            modified=meta["modified"],
        )
        page.set_answers(bodies)
        return page

    def put(self, page: Page) -> None:
        meta = {
            "key": page.key,
            "release": page.release,
            "status": page.status,
            "headers": page.headers,
            "stamp": list(page.stamp),
            "slots": page.slots,
            "due": page.due,
            "recheck": page.recheck,
            "modified": page.modified,
            "bodies": [(name, len(answer.body)) for name, answer in page.answers.items()],
        }
        head = json.dumps(meta).encode()
        rest = len(head).to_bytes(4, "big") + head + b"".join(answer.body for answer in page.answers.values())
        path = self._path(page.key)
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh.write_bytes(self._MAGIC + zlib.crc32(rest).to_bytes(4, "big") + rest)
            os.replace(fresh, path)
        except OSError as error:
            log.warning("A page could not be shared with the other processes: %s", error.strerror)
            with contextlib.suppress(OSError):
                fresh.unlink()

    def _path(self, key: str) -> Path:
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % FILES
        return self.folder / f"{number >> 6:02x}" / f"{number:03x}.page"
