"""What people get while the database does not answer: a clear 503, and their comment back, with a button to resend."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from comments.intake import Unreadable, fields

log = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds


class OutageMiddleware:
    """Answers for the views where the database is gone or locked; stored pages never come as far as this."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        log.error("The database does not answer: %s", type(exception).__name__, exc_info=exception)
        # The page asks the database nothing, and the template has no context processors.
        page = render_to_string("503.html", {"sent": sent_comment(request), "action": request.path})
        response = HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
        add_never_cache_headers(response)
        return response


def sent_comment(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a comment that was being sent; none for anything else."""
    if request.method != "POST" or not request.path.startswith("/comments/on/"):
        return []
    try:
        return [(name, value) for name, value in fields(request).items() if isinstance(value, str)]
    except Unreadable:
        return []
