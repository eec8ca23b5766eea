"""When more comments arrive than can be written down, some are refused at once, politely, with their text.

Without this a crowd would wait in line, each a little longer than the one before, until browsers gave up, and readers
of stored pages would stand behind them: a process has four threads.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from newsblog.outage import what_was_sent

log = logging.getLogger(__name__)

ROOM = 3  # comments written at once by a process; its fourth thread refuses what is too much, and serves pages
PATIENCE = 1.0  # seconds without room before anything is refused: a few who press the button together only wait
CALM = 0.1  # seconds with room that end a crowd; in a crowd a place is taken again much sooner
RETRY_AFTER = 5  # seconds


class Gate:
    """Counts who is inside, and knows since when it has been full."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.inside = 0
        self._full_since = 0.0
        self._had_room_at = float("-inf")
        self._is_told = False
        self._lock = threading.Lock()

    def enter(self) -> bool:
        """Let somebody in, unless it has been full for too long; who was let in must leave."""
        with self._lock:
            now = self.clock()
            if self.inside >= ROOM and now - self._full_since > PATIENCE:
                if not self._is_told:  # a line for each would be a crowd in the log
                    log.warning("More comments arrive than can be written down; some are refused with their text.")
                self._is_told = True
                return False
            self.inside += 1
            if self.inside == ROOM and now - self._had_room_at > CALM:
                self._full_since, self._is_told = now, False
            return True

    def leave(self) -> None:
        with self._lock:
            if self.inside == ROOM:
                self._had_room_at = self.clock()
            self.inside -= 1


gate = Gate()
# SQLite lets one write at a time. Threads of one process that take turns at it hold each other up while they hold the
# database's lock, and everybody else with them.
turn = threading.Lock()


class CrowdMiddleware:
    """Stands at the gate for comments that are posted; everything else passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path.startswith("/comments/on/"):
            return self.get_response(request)
        if not gate.enter():
            return self._refused(request)
        try:
            if connection.vendor != "sqlite":
                return self.get_response(request)
            with turn:
                return self.get_response(request)
        finally:
            gate.leave()

    @staticmethod
    def _refused(request: HttpRequest) -> HttpResponse:
        page = render_to_string("503.html", {**what_was_sent(request), "crowd": True})
        response = HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
        add_never_cache_headers(response)
        response._has_been_logged = True  # type: ignore[attr-defined]  # Django would, as an error, each of them
        return response
