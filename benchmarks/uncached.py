"""The site without its page cache: every request is rendered, nothing is compressed."""

from __future__ import annotations

from newsblog.wsgi import application as _cached

application = _cached.application
