"""The picture of a code, see ``comments/avatars.py``."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from comments import avatars


@require_safe
def avatar(request: HttpRequest, code: str) -> HttpResponse:
    """Draw a picture; the same code is the same picture for ever, so browsers ask once."""
    if not avatars.CODE.fullmatch(code):
        raise Http404("No such picture.")
    response = HttpResponse(avatars.draw(code), content_type="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
