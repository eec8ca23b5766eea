"""Parts of pages, rendered once per process: after a change only what it touched is rendered again.

A part is kept with the keys that it carries, like a page, and is valid by the same generations, and like a page for a
while only, in case that an expiry was never told. It works only while the page cache renders a page, whose stamp it
takes; elsewhere a part is simply made.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from articles import pagecache
from articles.generations import Seen, Stamp, slot_of
from articles.pagecache import Notes, rendering, shared_generations

ROOM = 16_000_000  # bytes of a process


@dataclass(slots=True)
class _Part:
    html: SafeString
    keys: frozenset[str]
    since: float
    until: float
    stamp: Stamp
    slots: tuple[int, ...]
    seen: Seen


_parts: OrderedDict[str, _Part] = OrderedDict()
_used = 0
_lock = threading.Lock()


def part(name: str, make: Callable[[], str]) -> SafeString:
    """Return a part of the page being rendered: the kept one while it is right, else the one that ``make`` makes.

    The name says all that the part depends on beside the keys that it ``carries()`` while it is made; what it
    carries, the page carries.
    """
    page = rendering.get()
    if page is None or page.stamp is None:
        return mark_safe(make())  # noqa: S308 - the templates that make parts escape what they print
    kept = _parts.get(name)
    if kept is None or not _holds(kept):
        kept = _made(page.stamp, page.until, make)
        _keep(name, kept)
    page.keys |= kept.keys
    page.since = min(page.since, kept.since)
    page.until = min(page.until, kept.until)
    return kept.html


def _holds(kept: _Part) -> bool:
    now = time.time()
    if now >= kept.until or now >= kept.since + pagecache.KEPT_FOR:
        return False
    return shared_generations().holds(kept.stamp, kept.slots, kept.seen)


def _made(stamp: Stamp, due: float, make: Callable[[], str]) -> _Part:
    notes = Notes(stamp, due)
    token = rendering.set(notes)
    try:
        html = mark_safe(make())  # noqa: S308 - as above
    finally:
        rendering.reset(token)
    slots = tuple(sorted({slot_of(key) for key in (*notes.keys, "layout")}))
    return _Part(html, frozenset(notes.keys), notes.since, notes.until, stamp, slots, Seen())


def _keep(name: str, made: _Part) -> None:
    global _used
    with _lock:
        old = _parts.pop(name, None)
        _used += len(made.html) - (len(old.html) if old else 0)
        _parts[name] = made
        while _used > ROOM:
            _used -= len(_parts.popitem(last=False)[1].html)


def forget() -> None:
    """Forget every part of this process."""
    global _used
    with _lock:
        _parts.clear()
        _used = 0
