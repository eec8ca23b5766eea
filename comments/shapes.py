"""The HTML of a whole thread at the price of joining strings.

A page of a busy thread shows hundreds of comments that differ in a few words. Each shape of a comment (with or
without a badge, a website, a parent …) is rendered from its template once per process, with slots; after that
only the slots are filled, and every value is escaped on its way in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import cache
from html import escape

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from comments import tree
from comments.avatars import code_of
from comments.entries import Entry
from comments.models import Comment

_SLOT = re.compile("@([a-z]+)@")


def thread_html(
    entries: Iterable[Entry], *, slug: str, is_open: bool, newest_first: bool = False, is_whole: bool = False
) -> SafeString:
    """Return the list items of these entries; the caller puts the outermost list around them.

    Lists of answers can be folded, except where the thread is shown whole on a page of its own.
    """
    zone = timezone.get_current_timezone()
    parts: list[str] = []
    endings: list[str] = []  # of the lists that are open, each with the item that it stands in
    order = "?sort=newest" if newest_first else ""
    last: Entry | None = None
    for entry in entries:
        if last is not None:
            if entry.depth > last.depth:
                start, ending = ("<ol>", "</ol>") if is_whole else _folding(last)
                parts.append(start)
                endings.append(f"{ending}</li>")
            else:
                parts.append("</li>")
                for _ in range(last.depth - entry.depth):
                    parts.append(endings.pop())
        values = _values(entry, zone) | {"slug": slug, "order": order}
        parts += ("<li>", _shape_of(entry, is_open) % values)
        last = entry
    if last is not None:
        parts += ("</li>", *reversed(endings))
    return mark_safe("".join(parts))  # noqa: S308  # every value was escaped on its way in


def preview_html(comment: Comment) -> SafeString:
    """Return a comment that is not written yet as the thread would show it, without what needs its place there."""
    zone = timezone.get_current_timezone()
    entry = Entry(0, "", 0, name=comment.name or "Your name", website=comment.website, html=comment.html)
    entry.created_at = comment.created_at
    if comment.parent:
        entry.parent = Entry(comment.parent.pk, "", 0, name=comment.parent.name, created_at=comment.parent.created_at)
        entry.parent.is_here = False
    html = _shape_of(entry, False) % (_values(entry, zone) | {"slug": "", "order": ""})
    return mark_safe(html)  # noqa: S308  # as above


def initials(name: str) -> str:
    """Return up to two letters for the square beside a name."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def clock(moment: datetime, zone: tzinfo) -> str:
    """Return a moment as the conversation prints it: 23 Jan 2023, 14:03."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M}"


def _folding(above: Entry) -> tuple[str, str]:
    """Return what opens and closes the list of answers below an entry, so that a reader can fold it."""
    if above.depth and not above.is_folded:
        return "<ol>", "</ol>"
    what = f"{above.replies} repl{'y' if above.replies == 1 else 'ies'}"
    whom = "a comment that is not shown" if above.is_stub else escape(above.name)
    start = (
        f'<details class="replies"{"" if above.is_folded else " open"}><summary>{what}'
        f'<span class="visually-hidden"> to {whom}, comment {above.pk}</span></summary><ol>'
    )
    ending = "</ol></details>"
    if above.more:
        address = reverse("comments:thread", args=[tree.own(above.path)])
        ending += f'<p class="replies__more"><a href="{address}">Read the whole thread: {above.more} more</a></p>'
    return start, ending


def _values(entry: Entry, zone: tzinfo) -> dict[str, object]:
    """Return what fills the slots of an entry's shape."""
    values: dict[str, object] = {"pk": entry.pk}
    if entry.created_at is None or entry.shown_at is None:
        return values
    values |= {
        "name": escape(entry.name),
        "initials": escape(initials(entry.name)),
        "website": escape(entry.website),
        "picture": _picture(entry),
        "html": entry.html,  # made safe when it was written
        "iso": entry.created_at.astimezone(zone).isoformat(timespec="minutes"),
        "when": clock(entry.created_at, zone),
        "minute": int(entry.shown_at.timestamp()) // 60,
    }
    if entry.moderated_at or entry.edited_at:
        values["edited"] = clock(max(filter(None, (entry.moderated_at, entry.edited_at))), zone)
    if entry.parent is not None:
        values |= {"parent": entry.parent.pk, "parentname": escape(entry.parent.name)}
    return values


def _picture(entry: Entry) -> str:
    if not entry.random:
        return ""
    code = code_of(entry.random, entry.name, comment=None if entry.owned else entry.pk)
    return reverse("comments:avatar", args=[code])


def _shape_of(entry: Entry, is_open: bool) -> str:
    if entry.is_stub:
        return _stub_shape(entry.withdrawn)
    if not entry.is_here:
        return _earlier_shape()
    parent = entry.parent
    return _shape(
        ("Author" if entry.by_author else "Staff") if entry.staff_pk else "",
        "moderator" if entry.moderated_at else "writer" if entry.edited_at else "",
        "" if parent is None else "hidden" if parent.is_stub else "shown" if parent.is_here else "earlier",
        has_website=bool(entry.website),
        has_picture=bool(entry.random),
        featured=entry.featured,
        is_open=is_open,
        is_written=bool(entry.pk),
    )


@cache
def _shape(badge: str, edited: str, above: str, **facts: bool) -> str:
    about: dict[str, object] = {"badge": badge, "edited": edited, "above": above, **facts, **_addresses()}
    return _slotted(render_to_string("comments/_shown.html", about))


@cache
def _stub_shape(withdrawn: bool) -> str:
    return _slotted(render_to_string("comments/_stub.html", {"withdrawn": withdrawn}))


@cache
def _earlier_shape() -> str:
    return _slotted(render_to_string("comments/_earlier.html", _addresses()))


def _addresses() -> dict[str, str]:
    return {
        "permalink": reverse("comments:permalink", args=[0]).replace("0", "@pk@"),
        "parent_permalink": reverse("comments:permalink", args=[0]).replace("0", "@parent@"),
        "report": reverse("comments:report", args=[0]).replace("0", "@pk@"),
        "write": reverse("comments:write", args=["slug"]).replace("slug", "@slug@"),
    }


def _slotted(html: str) -> str:
    """Return some HTML as a format for the % operator, its @slots@ named."""
    return _SLOT.sub(r"%(\1)s", html.strip().replace("%", "%%"))
