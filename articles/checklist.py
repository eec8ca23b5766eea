"""What must be right before readers see an article: each rule is a small function that blocks, warns, or is content.

The desk shows the findings beside the text while it is written; ``publish`` on the desk refuses while one blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Author

CARD_CUTS_AT = 200  # characters of a standfirst that a card shows in three lines

_FILE_NAME = re.compile(
    r"^\S+\.(jpe?g|png|gif|webp|avif|heic|tiff?)$|^(img|dsc|dscf|image|screenshot|photo)[-_ ]?\d+$", re.I
)
_HEADING = re.compile(r"<h([1-6])[\s>]", re.I)
_SLUG_WORD = re.compile(r"[a-z]")


@dataclass(frozen=True)
class Finding:
    """What one rule says of one article."""

    kind: Literal["block", "warn", "ok"]
    words: str
    field: str = ""  # the form's field that mends it
    link: str = ""  # a page that explains it


Rule = Callable[[Article, Sequence[Author]], Finding]


def has_standfirst(article: Article, bylines: Sequence[Author]) -> Finding:
    if not article.standfirst.strip():
        return Finding("block", "The standfirst is empty", "standfirst")
    length = len(article.standfirst)
    if length > CARD_CUTS_AT:
        return Finding("warn", f"The standfirst has {length} characters; cards cut it at {CARD_CUTS_AT}", "standfirst")
    return Finding("ok", "The standfirst is there")


def has_body(article: Article, bylines: Sequence[Author]) -> Finding:
    if not article.body.strip():
        return Finding("block", "The text is empty", "body")
    return Finding("ok", "The text is there")


def has_section(article: Article, bylines: Sequence[Author]) -> Finding:
    if article.section_id is None:
        return Finding("block", "No section is chosen", "section")
    return Finding("ok", "A section is chosen")


def has_byline(article: Article, bylines: Sequence[Author]) -> Finding:
    if not bylines:
        return Finding("block", "Nobody stands in the byline", "byline_names")
    return Finding("ok", "The byline is there")


def has_words_in_its_slug(article: Article, bylines: Sequence[Author]) -> Finding:
    if not _SLUG_WORD.search(article.slug):
        return Finding("block", "The address has no word in it", "slug")
    return Finding("ok", "The address says what it is about")


def describes_its_picture(article: Article, bylines: Sequence[Author]) -> Finding:
    if not article.hero:
        return Finding("warn", "There is no picture", "hero")
    if article.hero_decorative:
        return Finding("ok", "The picture is marked as decorative")
    description = article.hero_alt.strip()
    if not description:
        return Finding("block", "The picture has no description", "hero_alt")
    if _FILE_NAME.match(description):
        return Finding("block", "The picture's description is a file name: say what it shows", "hero_alt")
    if not article.hero_credit.strip():
        return Finding("warn", "The picture names nobody who made it", "hero_credit")
    return Finding("ok", "The picture is described")


def names_its_source(article: Article, bylines: Sequence[Author]) -> Finding:
    """A story that says what kind of source it has names that source; one without a kind has none."""
    if not article.source_kind:
        if article.source_url or article.source_title or article.source_publisher_id:
            return Finding("block", "The source has no kind: report, rewrite, quote or press release", "source_kind")
        return Finding("warn", "No source is named: is all of it our own?", "source_kind")
    if article.source_publisher_id is None:
        return Finding("block", "The source has no publisher", "publisher_name")
    if article.source_kind == Article.SourceKind.REWRITE and not article.source_url:
        return Finding("block", "A rewrite links to what it is based on", "source_url")
    if not article.source_url:
        return Finding("warn", "The source has no link", "source_url")
    return Finding("ok", "The source is named")


def uses_its_source_first(article: Article, bylines: Sequence[Author]) -> Finding:
    if not article.source_key:
        return Finding("ok", "No source is used twice")
    twin = Article.objects.filter(source_key=article.source_key).exclude(pk=article.pk).order_by("-edited_at").first()
    if twin is None:
        return Finding("ok", "No source is used twice")
    at = timezone.localtime(twin.publish_at or twin.created_at)
    words = f"The same source was used on {at.day} {at:%B %Y}: {twin.headline}"
    return Finding("warn", words, "source_url", reverse("admin:articles_article_change", args=[twin.pk]))


def has_headings_in_order(article: Article, bylines: Sequence[Author]) -> Finding:
    level = 1  # the headline
    for found in _HEADING.findall(article.body):
        if int(found) > level + 1:
            return Finding("block", f"A heading of level {found} follows level {level}: one is left out", "body")
        level = int(found)
    return Finding("ok", "Headings are in order")


def explains_its_machine(article: Article, bylines: Sequence[Author]) -> Finding:
    if article.ai_involvement == Article.AI.GENERATED and not article.ai_note.strip():
        return Finding("block", "Say in the note to readers what was generated", "ai_note")
    if article.ai_involvement == Article.AI.ASSISTED and not article.ai_note.strip():
        return Finding("warn", "A note could tell readers what was assisted", "ai_note")
    return Finding("ok", "The part of machines is stated")


RULES: tuple[Rule, ...] = (
    has_standfirst,
    has_body,
    has_section,
    has_byline,
    describes_its_picture,
    names_its_source,
    uses_its_source_first,
    has_headings_in_order,
    has_words_in_its_slug,
    explains_its_machine,
)


def review(article: Article, bylines: Sequence[Author]) -> list[Finding]:
    """Return what every rule says: what blocks comes first, then what warns."""
    order = {"block": 0, "warn": 1, "ok": 2}
    return sorted((rule(article, bylines) for rule in RULES), key=lambda finding: order[finding.kind])


def first_block(findings: Sequence[Finding]) -> Finding | None:
    return next((finding for finding in findings if finding.kind == "block"), None)
