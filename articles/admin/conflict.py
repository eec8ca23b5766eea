"""A save over somebody else's: which parts collide, and both texts of each, so that nothing is lost."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles import markup
from articles.admin.form import ArticleForm, digest

CHOICES = ("mine", "theirs", "own")
# Carried through the page as they were posted: they belong to the press, not to the article.
CARRIED = ("hero_kept", "hero_removed", "notice_kind", "notice_text")


@dataclass(frozen=True)
class Part:
    """One field in which two people wrote different things."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_marked: SafeString
    theirs_marked: SafeString
    may_be_rewritten: bool


@dataclass(frozen=True)
class Merge:
    """What a page of choices needs: the parts that collide, and the values of all the others."""

    parts: list[Part]
    values: dict[str, str]
    from_me: list[str]
    from_them: list[str]


def merge(mine: ArticleForm, theirs: ArticleForm) -> Merge:
    """Compare what was posted with what is stored, on the base that the poster began from.

    A field that only one of the two has touched is taken from that one. Where the base is missing, every
    difference is a collision.
    """
    base = _base(mine.data)
    posted, stored = mine.posted_values(), theirs.raw_values()
    found = Merge([], {}, [], [])
    for name, my_value in posted.items():
        their_value = stored[name]
        label = str(mine[name].label)
        if my_value == their_value:
            found.values[name] = their_value
        elif digest(my_value) == base.get(name):
            found.values[name] = their_value
            found.from_them.append(label)
        elif digest(their_value) == base.get(name):
            found.values[name] = my_value
            found.from_me.append(label)
        else:
            found.parts.append(_part(mine, name, label, my_value, their_value))
    return found


def _part(form: ArticleForm, name: str, label: str, mine: str, theirs: str) -> Part:
    left, right = marked(_readable(form, name, theirs), _readable(form, name, mine))
    choices = getattr(form.fields[name], "choices", None)
    return Part(name, label, mine, theirs, right, left, may_be_rewritten=choices is None)


def _readable(form: ArticleForm, name: str, value: str) -> str:
    """Return a value as a person reads it: the words of a text, the name of a choice."""
    if name == "body":
        return "\n".join(markup.plain(line) for line in value.splitlines())
    for key, words in getattr(form.fields[name], "choices", ()):
        if str(key) == value:
            return str(words)
    return value or "(empty)"


def _base(data: Mapping[str, object]) -> dict[str, str]:
    try:
        base = json.loads(str(data.get("base", "")))
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in base.items()} if isinstance(base, dict) else {}


def resolved(data: QueryDict) -> QueryDict:
    """Return a post of the page of choices as a post of the article form."""
    chosen = data.copy()
    for key in [key for key in data if key.startswith("choice:")]:
        name = key.removeprefix("choice:")
        choice = data[key] if data[key] in CHOICES else "mine"
        chosen[name] = data.get(f"{choice}:{name}", "")
    return chosen


def marked(left: str, right: str) -> tuple[SafeString, SafeString]:
    """Return two texts as HTML, the words that differ in ``del`` and ``ins``."""
    old, new = (re.findall(r"\S+\s*|\s+", text) for text in (left, right))
    olds: list[tuple[str, str]] = []
    news: list[tuple[str, str]] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        olds.append(("" if kind == "equal" else "del", "".join(old[i:j])))
        news.append(("" if kind == "equal" else "ins", "".join(new[k:m])))
    return _joined(olds), _joined(news)


def _joined(pieces: Iterable[tuple[str, str]]) -> SafeString:
    return format_html_join(
        "",
        "{}{}",
        (
            (format_html("<{0}>{1}</{0}>", tag, text.rstrip()) if tag else text.rstrip(), text[len(text.rstrip()) :])
            for tag, text in pieces
            if text
        ),
    )
