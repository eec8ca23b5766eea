"""What every page that takes a post shares: reading what was sent, and refusing with the text given back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from articles.models import Article
from comments.intake import Unreadable, fields
from comments.markup import tidy

NO_RECEIPT = (
    "Somebody made it void, it was cut short on its way to you, or the comment that it belonged to is gone with its "
    "story."
)
METHODS = ("GET", "HEAD", "POST")
CROSS_SITE_PRIVATE = "Your browser says that this came from another site. Nothing changed."


def sent(request: HttpRequest) -> QueryDict:
    """Return the posted fields, none for a GET; raises Unreadable for other methods and unreadable posts."""
    if request.method not in METHODS:
        raise Unreadable(405, "This address can be read and posted to, nothing else.")
    return fields(request) if request.method == "POST" else QueryDict()


def refused(
    request: HttpRequest,
    status: int,
    sentence: str,
    *,
    reason: str = "",
    kept: str = "",
    article: Article | None = None,
    headline: str = "Not posted",
    back: str = "",
    back_to: str = "Back to your receipt",
) -> HttpResponse:
    """Say why something is not taken, and give the text back: no reader types it twice.

    ``back`` is the address of the private page from which the reader came.
    """
    about = {
        "sentence": sentence,
        "reason": reason,
        "kept": kept,
        "article": article,
        "headline": headline,
        "back": back,
        "back_to": back_to,
    }
    response = render(request, "comments/refused.html", about, status=status)
    if status == 405:
        response.headers["Allow"] = ", ".join(METHODS)
    return response


def opens_nothing(request: HttpRequest, sentence: str, *, for_staff: bool = False) -> HttpResponse:
    """Answer a private link that is forged, void, or without what it opened: all alike, and what was typed stays.

    ``sentence`` names the ways to come here, for the reader.
    """
    try:
        posted = sent(request)
    except Unreadable:
        posted = QueryDict()
    words = [posted.get(name, "") for name in ("comment", "text", "note", "name", "website")]
    about = {"sentence": sentence, "kept": tidy("\n\n".join(filter(None, words))), "for_staff": for_staff}
    response = render(request, "comments/opens_nothing.html", about, status=404)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
