"""What gunicorn serves. Order from outside: page cache, static files, Django; production unless told otherwise."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsblog.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402
from whitenoise import WhiteNoise  # noqa: E402

from newsblog.static import is_immutable, static_headers  # noqa: E402

application = WhiteNoise(
    application,
    root=settings.STATIC_ROOT if settings.STATIC_ROOT.is_dir() else None,
    prefix=settings.STATIC_URL.lstrip("/"),
    immutable_file_test=is_immutable,
    add_headers_function=static_headers,
    allow_all_origins=False,
)
