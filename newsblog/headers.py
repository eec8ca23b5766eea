"""The security headers that Django does not write itself: what a page may load, and what a browser may ask for.

Public pages hold no inline script and no inline style, so their policy needs neither nonce nor hash and can be
stored with the page. The desk alone adds the hash of the editor's import map.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_prose_editor.widgets import importmap

Policy = dict[str, tuple[str, ...]]

_media_host = urlsplit(settings.MEDIA_URL)
MEDIA = (f"{_media_host.scheme}://{_media_host.netloc}",) if _media_host.netloc else ()

PUBLIC: Policy = {
    "default-src": ("'self'",),
    "img-src": ("'self'", *MEDIA),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
}


@cache
def desk_policy() -> Policy:
    """Return the policy of the desk: the editor's import map is an inline script, so its hash is allowed there.

    The map holds nothing but the addresses of static files, which are settled when the process starts.
    """
    written_map = str(importmap)
    content = written_map[written_map.index(">") + 1 : written_map.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return PUBLIC | {"script-src": ("'self'", f"'sha256-{digest}'"), "img-src": ("'self'", "data:", "blob:", *MEDIA)}


# What asks something of a reader, or tells of them. The rest is refused to strangers by the browser's own default, and
# no frame of a stranger stands in a page.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)


def written(policy: Policy) -> str:
    """Return a policy as the header's value."""
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


class HeadersMiddleware:
    """Outermost of Django's middlewares, so that every answer, errors too, carries the headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = desk_policy() if request.path.startswith("/admin/") else PUBLIC
        response.headers.setdefault("Content-Security-Policy", written(policy))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
