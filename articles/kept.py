"""Values that many requests need and that seldom change, read once per process: settings of the desk, word lists.

They live by the same generations as pages: whoever changes what a value is made of expires its key, and the next
request of every process reads it anew. An expiry that was never told costs half a minute.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from articles import pagecache
from articles.generations import Seen, Stamp, slot_of
from articles.pagecache import rendering, shared_generations

T = TypeVar("T")

_values: dict[str, tuple[object, Stamp, Seen, float]] = {}
_lock = threading.Lock()


def kept(key: str, make: Callable[[], T]) -> T:
    """Return what ``make`` makes, kept until ``expire(key)``.

    Inside a transaction it is always made: what the transaction itself has changed is not kept yet and may never
    be. So a request asks for it before it opens one.
    """
    if connection.in_atomic_block:
        return make()
    generations = shared_generations()
    found = _values.get(key)
    now = time.time()
    if (
        found is not None
        and now < found[3] + pagecache.KEPT_FOR
        and generations.holds(found[1], (slot_of(key),), found[2])
    ):
        _age_page(found[3])
        return found[0]  # type: ignore[return-value]  # a key has one maker
    stamp = generations.stamp()
    value = make()
    if stamp is not None:
        with _lock:
            _values[key] = (value, stamp, Seen(), now)
    return value


def _age_page(since: float) -> None:
    """Let the page being rendered, if one is, be as old as the value that it shows."""
    page = rendering.get()
    if page is not None:
        page.since = min(page.since, since)


def forget() -> None:
    """Forget every value of this process."""
    with _lock:
        _values.clear()
