"""What no page of the desk can be asked for: a character that no database column holds."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class DeskMiddleware:
    """Answers 400 where an address of the desk holds NUL, which PostgreSQL refuses in the middle of a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.path_info + unquote(request.META.get("QUERY_STRING", ""))
        if request.path_info.startswith("/admin/") and "\x00" in asked:
            raise BadRequest("NUL in an address of the desk.")
        return self.get_response(request)
