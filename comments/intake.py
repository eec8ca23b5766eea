"""What is checked of a request before anybody reads it: its size, its kind, the site it comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found

MAX_REQUEST = 64_000  # bytes: the longest comment, percent-encoded, and the other fields
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class Unreadable(Exception):
    """A request that is not taken as it is; the sentence is for the person who sent it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def unstored(view: View[P]) -> View[P]:
    """Mark every answer of a view, its 404 too, as one that nobody keeps: no cache, no browser."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404 as error:
            response = page_not_found(request, error)
        add_never_cache_headers(response)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer


def fields(request: HttpRequest) -> QueryDict:
    """Return the fields of a posted form.

    Raises Unreadable for a request that is too large (before it is read), of another kind, or broken.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise Unreadable(400, "The form arrived broken. Go back and post it again.")
    if int(length) > MAX_REQUEST:
        raise Unreadable(
            413,
            "This is far more than a comment can hold (10 kB), so it was not read. "
            "Go back: your browser still has the text. Shorten it, then post it again.",
        )
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type not in KINDS or charset.lower() not in ("utf-8", "utf8"):
        raise Unreadable(415, "A comment is sent as a form, in UTF-8. Use the form at the foot of the article.")
    try:
        return request.POST
    except (MultiPartParserError, SuspiciousOperation, BadRequest, UnreadablePostError):
        raise Unreadable(400, "The form arrived broken. Go back and post it again.") from None


def is_cross_site(request: HttpRequest, *, private_page: bool = False) -> bool:
    """Whether a browser says that another site sent this; where it says nothing, the form's token has to do.

    A neighbour under the same domain ("same-site") is another site.

    A private page hides its address (``no-referrer``), and older browsers hide the origin with it: there, and
    only there, an origin of "null" says nothing.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site", "")
    if fetch_site:
        return fetch_site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    if not origin or (private_page and origin == "null"):
        return False
    try:
        return urlsplit(origin).netloc != request.get_host()
    except ValueError:  # no browser sends such a one
        return True
