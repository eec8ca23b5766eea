"""How static files are answered: for ever where the name holds a hash, with the site's headers always."""

from __future__ import annotations

import re
from wsgiref.headers import Headers

from django.conf import settings

_HASHED = re.compile(r"\.[0-9a-f]{12}\.[^/]+$")
_NEVER_A_PAGE = (".css", ".js", ".mjs", ".woff2")  # a page's policies say nothing there, and weigh on a first visit


def is_immutable(path: str, url: str) -> bool:
    """Whether the content can never change under this address."""
    return bool(_HASHED.search(url))


def static_headers(headers: Headers, path: str, url: str) -> None:
    """Give a static file the headers that Django's middlewares give a page."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if not url.endswith(_NEVER_A_PAGE):
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        headers["Referrer-Policy"] = settings.SECURE_REFERRER_POLICY
    if settings.HTTPS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
