"""The plain search behind the masthead's box: every word must stand in the headline, the standfirst or the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, Section

LONGEST = 200  # characters; nobody types more, and each word costs a pass over the text
MOST_WORDS = 8
EXCERPT = 220  # characters around the first hit in the text

# Controls, and the marks that turn the direction of the rest of a page: a link to a search may bring them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Query:
    """What was asked: the text as typed, for the box, and its words, folded, for the search."""

    text: str = ""
    terms: tuple[str, ...] = field(default=())


def read(typed: str) -> tuple[Query, str]:
    """Return the query in what somebody typed, and the sentence that says why it cannot be searched, if so."""
    if "\x00" in typed or _SURROGATE.search(typed):
        return Query(), "The search holds a character that no text can hold. Type the words once more."
    text = " ".join(_CONTROL.sub(" ", typed).split())
    if len(text) > LONGEST:
        return Query(text[:LONGEST]), f"A search may have {LONGEST} characters. Shorten it to a few words."
    terms = tuple(dict.fromkeys(text.casefold().split()))
    if len(terms) > MOST_WORDS:
        return Query(text), f"A search may have {MOST_WORDS} words. Keep the ones that matter most."
    return Query(text, terms), ""


def find(query: Query, *, section: Section | None = None) -> QuerySet[Article]:
    """Return the published stories that hold every word; those with all of them in the headline first."""
    found = Article.objects.published()
    if section:
        found = found.filter(section=section)
    in_headline = Q()
    for term in query.terms:
        found = found.filter(_holds("headline", term) | _holds("standfirst", term) | _holds("body_text", term))
        in_headline &= _holds("headline", term)
    weight = Case(When(in_headline, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        found.annotate(weight=weight)
        .order_by("weight", "-publish_at", "-pk")
        .select_related("section")
        .prefetch_related("bylines")
        .defer("body")
    )


def _holds(column: str, term: str) -> Q:
    """A word anywhere in a column, letter case ignored.

    SQLite ignores the case of ASCII letters alone, so a word with others is looked for in its usual spellings too.
    """
    spellings = {term} if term.isascii() else {term, term.upper(), term.capitalize(), term.title()}
    condition = Q()
    for spelling in sorted(spellings):
        condition |= Q(**{f"{column}__icontains": spelling})
    return condition


def highlight(text: str, terms: tuple[str, ...]) -> SafeString:
    """Return a text, escaped, with the words of a search in ``<mark>``."""
    if not terms:
        return conditional_escape(str(text))
    parts = _pattern(terms).split(str(text))
    # A pattern of one group leaves the hits at the odd places.
    marked = (
        f"<mark>{conditional_escape(part)}</mark>" if at % 2 else conditional_escape(part)
        for at, part in enumerate(parts)
    )
    return mark_safe("".join(marked))  # noqa: S308 - every part is escaped


def excerpt(story: Article, terms: tuple[str, ...]) -> str:
    """Return the sentence to print below a hit: the standfirst, or the place in the text where a word stands
    that neither headline nor standfirst holds."""
    above = f"{story.headline} {story.standfirst}".casefold()
    missing = tuple(term for term in terms if term not in above)
    hit = _pattern(missing).search(story.body_text) if missing else None
    if hit is None:
        return story.standfirst
    start = max(0, hit.start() - EXCERPT // 2)
    cut = story.body_text[start : start + EXCERPT]
    if start:
        cut = "… " + cut.partition(" ")[2]
    if start + EXCERPT < len(story.body_text):
        cut = cut.rpartition(" ")[0] + " …"
    return cut


def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    # The longest first, so that "key" leaves "keyboard" whole where both were typed.
    return re.compile(
        "(" + "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True)) + ")", re.IGNORECASE
    )
