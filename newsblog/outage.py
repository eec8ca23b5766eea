"""What people get while the database does not answer: a clear 503, and their text back, with a button to resend."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
        page = render_to_string("503.html", what_was_sent(request))
        response = HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
        add_never_cache_headers(response)
        return response


@dataclass(frozen=True)
class Page:
    """A page that takes a reader's text: in which field, and what its button and the head above the text say."""

    path: str  # a pattern
    text: str
    head: str
    button: str


PAGES = (
    Page(r"/comments/on/.*", "comment", "Your comment is not posted yet", "Post comment"),
    Page(r"/comments/\d+/report/", "statement", "Your report is not sent yet", "Send the report"),
    Page(r"/comments/receipt/[^/]+/edit/", "comment", "Your change is not saved yet", "Save the change"),
    Page(r"/comments/receipt/[^/]+/appeal/", "text", "Your appeal is not sent yet", "Send the appeal"),
)


def what_was_sent(request: HttpRequest) -> dict[str, Any]:
    """Return what 503.html gives back: the page, and the fields that were being sent; nothing of any other page."""
    page = next((page for page in PAGES if re.fullmatch(page.path, request.path)), None)
    if request.method != "POST" or page is None:
        return {}
    try:
        sent = [(name, value) for name, value in fields(request).items() if isinstance(value, str)]
    except Unreadable:
        return {}
    return {"page": page, "sent": sent, "action": request.path}
