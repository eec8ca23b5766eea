"""The HTML of a whole thread at the price of joining strings.

A page of a busy thread shows hundreds of comments that differ in a few words. Each shape of a comment (with or
without a badge, a website, a parent …) is rendered from its template once per process, with slots; after that
only the slots are filled, and every value is escaped on its way in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import escape

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from comments.conversation import Entry

_SLOT = re.compile("@([a-z]+)@")


def thread_html(entries: Iterable[Entry], *, slug: str, is_open: bool) -> SafeString:
    """Return the list items of these entries; the caller puts the outermost list around them."""
    zone = timezone.get_current_timezone()
    parts: list[str] = []
    for entry in entries:
        parent = entry.parent
        values = {"pk": entry.pk, "slug": slug}
        if entry.created_at is None:
            shape = _stub_shape(entry.withdrawn)
        else:
            badge = ("Author" if entry.by_author else "Staff") if entry.staff_pk else ""
            above = "" if parent is None else "hidden" if parent.is_stub else "shown"
            shape = _shape(badge, entry.featured, bool(entry.website), above, is_open)
            local = entry.created_at.astimezone(zone)
            values["name"] = escape(entry.name)
            values["initials"] = escape(initials(entry.name))
            values["website"] = escape(entry.website)
            values["html"] = entry.html  # made safe when it was written
            values["iso"] = local.isoformat(timespec="minutes")
            values["when"] = f"{local.day} {local:%b %Y, %H:%M}"
            if parent is not None:
                values["parent"] = parent.pk
                values["parentname"] = escape(parent.name)
        parts += (entry.before, shape % values, entry.after)
    return mark_safe("".join(parts))  # noqa: S308  # every value was escaped on its way in


def initials(name: str) -> str:
    """Return up to two letters for the square beside a name."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@cache
def _shape(badge: str, featured: bool, has_website: bool, above: str, is_open: bool) -> str:
    about: dict[str, object] = {
        "badge": badge,
        "featured": featured,
        "has_website": has_website,
        "above": above,
        "is_open": is_open,
    }
    about["permalink"] = reverse("comments:permalink", args=[0]).replace("0", "@pk@")
    about["write"] = reverse("comments:write", args=["slug"]).replace("slug", "@slug@")
    return _slotted(render_to_string("comments/_shown.html", about))


@cache
def _stub_shape(withdrawn: bool) -> str:
    return _slotted(render_to_string("comments/_stub.html", {"withdrawn": withdrawn}))


def _slotted(html: str) -> str:
    """Return some HTML as a format for the % operator, its @slots@ named."""
    return _SLOT.sub(r"%(\1)s", html.strip().replace("%", "%%"))
