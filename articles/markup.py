"""The editors' HTML made safe and regular: one block element a line, so that two versions compare by line."""

from __future__ import annotations

import html
import re

import nh3

_TAGS = re.compile(r"<[^>]+>")


def clean(body: str) -> str:
    """Return sanitised HTML."""
    return nh3.clean(body.replace("\x00", "")) if body else ""


def plain(body: str) -> str:
    """Return the words of a sanitised body, blocks divided by a space."""
    return " ".join(html.unescape(_TAGS.sub(" ", body)).split())
