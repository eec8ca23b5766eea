"""One style sheet and one script for the browser, joined from the files that people edit.

A finder of Django's staticfiles app: ``runserver`` and ``collectstatic`` both see the joined file, and it is made
anew whenever one of its parts is newer. No front-end toolchain is needed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

# The order matters: tokens.css names the cascade layers.
BUNDLES = {
    "css/site.css": [
        f"css/{name}.css" for name in ("tokens", "base", "layout", "article", "comments", "forms", "print")
    ],
    "js/site.js": [f"js/{name}.js" for name in ("remember-me", "draft-keeper", "counter", "visit")],
}


_CSS_COMMENT = re.compile(r"""("[^"\n]*"|'[^'\n]*')|/\*.*?\*/""", re.DOTALL)
_CSS_QUOTED = re.compile(r"""("[^"\n]*"|'[^'\n]*')""")
_CSS_SPACE = re.compile(r"\s+")
# Around these a space says nothing; before a colon and around a plus it does: "a :hover", "1px + 2px".
_CSS_LOOSE = re.compile(r" ?([{};,>]) ?|(:) ")
_JS_HEAD = re.compile(r"^/\*.*?\*/$", re.DOTALL | re.MULTILINE)
_JS_ASIDE = re.compile(r"(?<=[;}]) // [^`'\"]*$")


def lean(css: str) -> str:
    """Return a style sheet without comments and without the space that is for the people who edit it.

    A kilobyte of each first visit. What stands in quotes is left as it is.
    """
    bare = _CSS_COMMENT.sub(lambda found: found[1] or "", css)
    words = _CSS_QUOTED.split(bare)  # every second one is quoted
    words[::2] = (_CSS_LOOSE.sub(r"\1\2", _CSS_SPACE.sub(" ", text)) for text in words[::2])
    return "".join(words).replace(";}", "}").strip() + "\n"


def lean_script(script: str) -> str:
    """Return a script without indents, empty lines and comments, as far as these are written as in ``static/js``.

    A comment there begins a line with ``/*`` at its very start, or ends one after ``;`` or ``}``. No minifier: one that
    was tried takes the spaces out of a template that stands in another.
    """
    bare = _JS_HEAD.sub("", script)
    lines = (_JS_ASIDE.sub("", line.strip()) for line in bare.splitlines())
    return "\n".join(filter(None, lines)) + "\n"


_LEAN = {".css": lean, ".js": lean_script}


class BundleFinder(BaseFinder):
    """Finds the joined files, and joins them first where a part has changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.source = Path(settings.STATICFILES_DIRS[0])
        self.storage = FileSystemStorage(location=settings.VAR / "joined")

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in BUNDLES:
            return []
        found = str(self._join(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        for path in BUNDLES:
            self._join(path)
            yield path, self.storage

    def _join(self, path: str) -> Path:
        parts = [self.source / part for part in BUNDLES[path]]
        joined = Path(self.storage.path(path))
        newest = max(part.stat().st_mtime for part in parts)
        if not joined.exists() or joined.stat().st_mtime < newest:
            joined.parent.mkdir(parents=True, exist_ok=True)
            # Written beside and moved over it: two processes may start at the same time.
            fresh = joined.with_name(f"{joined.name}.{os.getpid()}")
            text = "\n".join(part.read_text("utf-8").rstrip() for part in parts) + "\n"
            fresh.write_text(_LEAN[joined.suffix](text), "utf-8")
            os.replace(fresh, joined)
        return joined
