"""What gunicorn serves. Order from outside: page cache, static files, Django; production unless told otherwise."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsblog.settings")


class Request(WSGIRequest):
    """A request whose content type cannot be read has none, as its views then say; Django itself would fail."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except (ValueError, LookupError, BadRequest):  # the last from Django 6.1 on
            self.content_type, self.content_params = "", {}


_django = get_wsgi_application()
_django.request_class = Request

from django.conf import settings  # noqa: E402
from whitenoise import WhiteNoise  # noqa: E402

from articles.pagecache import PageCache, release_digest  # noqa: E402
from articles.schedule import next_due  # noqa: E402
from newsblog.sessions import is_session  # noqa: E402
from newsblog.static import is_immutable, static_headers  # noqa: E402

_static = WhiteNoise(
    _django,
    root=settings.STATIC_ROOT if settings.STATIC_ROOT.is_dir() else None,
    prefix=settings.STATIC_URL.lstrip("/"),
    immutable_file_test=is_immutable,
    add_headers_function=static_headers,
    allow_all_origins=False,
)
_code = [Path(settings.BASE_DIR / name) for name in ("articles", "comments", "newsblog", "templates", "static")]
application = PageCache(
    _static,
    next_due=next_due,
    is_session=is_session,
    release=release_digest(*_code),
)
