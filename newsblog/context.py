"""What every template may say of the site itself; nothing of the visitor, for one stored copy serves all."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """Return the site's name, description and address."""
    return {
        "site_name": settings.SITE_NAME,
        "site_description": settings.SITE_DESCRIPTION,
        "site_root": settings.SITE_URL,
    }
