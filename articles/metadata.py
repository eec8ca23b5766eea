"""What a page says of itself to machines: title, canonical address, social card, JSON-LD. One dataclass holds it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, Author, Correction, Tag

# Inside <script> these three could end the element or open a comment; as escapes they mean the same to JSON.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Metadata:
    """Everything that a page's head is written from; addresses are absolute."""

    title: str
    description: str
    canonical: str
    kind: str = "website"
    image: str = ""
    image_alt: str = ""
    image_width: int | None = None
    image_height: int | None = None
    published_at: datetime | None = None
    changed_at: datetime | None = None
    section: str = ""
    tags: Sequence[str] = ()
    noindex: bool = False
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def json_ld(self) -> SafeString:
        """The data block of the page, safe inside ``<script>``."""
        return mark_safe(json.dumps(self.data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308


def absolute(address: str) -> str:
    """Return an address of ours as others must write it."""
    return urljoin(f"{settings.SITE_URL}/", address)


def for_page(title: str, description: str, path: str, *, number: int = 1, noindex: bool = False) -> Metadata:
    """Return what a plain page says of itself; every page of a list is canonical for itself."""
    return Metadata(
        title=title if number == 1 else f"{title}, page {number}",
        description=description,
        canonical=absolute(path) + (f"?page={number}" if number > 1 else ""),
        noindex=noindex,
    )


def for_front(number: int) -> Metadata:
    """Return what the front page says of itself, with the organisation behind it."""
    page = for_page("Latest news", settings.SITE_DESCRIPTION, "/", number=number)
    if number > 1:
        return page
    data = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": settings.SITE_NAME,
        "url": absolute("/"),
        "description": settings.SITE_DESCRIPTION,
        "publisher": _organisation(),
    }
    return Metadata(page.title, page.description, page.canonical, data=data)


def for_listing(kind: str, title: str, description: str, path: str, number: int) -> Metadata:
    """Return what an archive says of itself."""
    return for_page(title, description or f"{kind}: {title}. Every story, the newest first.", path, number=number)


def for_article(
    article: Article, *, authors: Sequence[Author], tags: Sequence[Tag], notices: Sequence[Correction]
) -> Metadata:
    """Return what an article says of itself: the same facts as its page prints, the source among them."""
    address = absolute(article.get_absolute_url())
    social = article.social_image.name and article.social_image.url
    image = social or (article.hero.name and article.hero.url) or ""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "description": article.standfirst,
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": _iso(article.publish_at),
        "dateModified": _iso(article.changed_at),
        "author": [
            {"@type": "Person", "name": author.name, "url": absolute(author.get_absolute_url())} for author in authors
        ],
        "publisher": _organisation(),
        "isAccessibleForFree": True,
        "wordCount": article.word_count,
        "inLanguage": "en",
    }
    if image:
        data["image"] = [absolute(image)]
    if article.section:
        data["articleSection"] = article.section.name
    if tags:
        data["keywords"] = [tag.name for tag in tags]
    if article.source_url or article.source_title:
        based_on = {"@type": "CreativeWork", "name": article.source_title, "url": article.source_url}
        data["isBasedOn"] = {key: value for key, value in based_on.items() if value}
        if article.source_publisher:
            data["isBasedOn"]["publisher"] = {"@type": "Organization", "name": article.source_publisher.name}
    if notices:
        data["correction"] = [
            {"@type": "CorrectionComment", "text": notice.text, "datePublished": _iso(notice.made_at)}
            for notice in notices
        ]
    return Metadata(
        title=article.headline,
        description=article.standfirst or article.body_text[:200],
        canonical=article.canonical_url or address,
        kind="article",
        image=absolute(image) if image else "",
        image_alt="" if social or article.hero_decorative else article.hero_alt,
        image_width=None if social else article.hero_width,
        image_height=None if social else article.hero_height,
        published_at=article.publish_at,
        changed_at=article.changed_at,
        section=article.section.name if article.section else "",
        tags=[tag.name for tag in tags],
        noindex=article.noindex,
        data=data,
    )


def _organisation() -> dict[str, str]:
    return {"@type": "NewsMediaOrganization", "name": settings.SITE_NAME, "url": absolute("/")}


def _iso(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
