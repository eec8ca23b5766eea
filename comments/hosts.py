"""Where a comment's links really lead, spelled out for whoever decides about it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from comments.hostnames import host_of, in_letters
from comments.models import Comment

SHORTENERS = frozenset(
    {"bit.ly", "t.co", "goo.gl", "tinyurl.com", "ow.ly", "is.gd", "buff.ly", "t.ly", "rb.gy", "cutt.ly"}
)

_HREF = re.compile(r'href="([^"]*)"')


@dataclass
class Host:
    """One host that a comment links to, with the paths asked for."""

    name: str  # in ASCII, as a browser would ask for it
    reads_as: str  # what a reader would take it for; empty where that is the same
    hides_its_target: bool
    paths: list[str] = field(default_factory=list)


def spelled_out(comment: Comment) -> list[Host]:
    """Return the hosts that a comment's links and its writer's website lead to, a look-alike name shown as such."""
    addresses = [html.unescape(address) for address in _HREF.findall(comment.html)]
    hosts: dict[str, Host] = {}
    for address in [*addresses, *filter(None, [comment.website])]:
        try:
            parts = urlsplit(address.replace("\\", "/"))
            name = host_of(address)
        except ValueError:
            name, parts = address[:80], urlsplit("")
        letters = in_letters(name)
        reads_as = letters if letters != name else ""
        host = hosts.setdefault(name, Host(name, reads_as, name.removeprefix("www.") in SHORTENERS))
        path = (parts.path + (f"?{parts.query}" if parts.query else "")).rstrip("/")
        if path and path not in host.paths:
            host.paths.append(path)
    return list(hosts.values())
