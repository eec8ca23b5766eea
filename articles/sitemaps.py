"""Sitemaps for search engines: an index, parts of at most 2,000 addresses that never shift, and the news."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.metadata import absolute
from articles.models import Article, Section
from articles.pagecache import carries
from articles.querysets import ArticleQuerySet

# Articles by primary key to a part: adding one never moves another to the next part. The protocol allows 50,000; so
# many are rendered in a fifth of a second.
PART = 2_000
LISTED = 20  # stories of a list that are asked when they changed: about its first page
NEWS = timedelta(hours=48)  # what the news sitemap protocol asks for
NEWS_MOST = 1_000  # what it allows
XML = "application/xml; charset=utf-8"


def _indexed() -> ArticleQuerySet:
    """Published articles that search engines may keep; a verbatim copy belongs to where it was first."""
    return Article.objects.published().filter(noindex=False, canonical_url="")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of sitemaps."""
    carries("published")
    parts = [absolute(f"/sitemap-{part}.xml") for part in ("lists", *_numbers(), "news")]
    return render(request, "articles/sitemap_index.xml", {"parts": parts}, content_type=XML)


def _numbers() -> Iterator[int]:
    """Yield the number of each part that holds an article; an imported archive leaves spans of keys without one.

    One look at the index of keys for each, for the next key after the part before: never a walk along all articles.
    """
    number = 0
    rest = _indexed().order_by("pk").values_list("pk", flat=True)
    while key := rest.filter(pk__gt=number * PART).first():
        number = (key - 1) // PART + 1
        yield number


@require_safe
def part(request: HttpRequest, part: str) -> HttpResponse:
    """The lists, or the articles of one span of primary keys."""
    carries("published", "layout")
    if part == "lists":
        return _urlset(request, _lists())
    if not (part.isascii() and part.isdecimal()) or part.startswith("0") or len(part) > 9:
        raise Http404("There is no such part.")
    number = int(part)
    rows = (
        _indexed()
        .filter(pk__gt=(number - 1) * PART, pk__lte=number * PART)
        .only("slug", "state", "publish_at", "updated_at")
        .order_by("pk")
    )
    urls = [(absolute(each.get_absolute_url()), each.changed_at) for each in rows]
    if not urls:
        raise Http404("There is no such part.")
    return _urlset(request, urls)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What was published in the last 48 hours, for news engines."""
    carries("published")
    rows = (
        _indexed()
        .filter(publish_at__gte=timezone.now() - NEWS)
        .newest_first()
        .only("headline", "slug", "state", "publish_at")[:NEWS_MOST]
    )
    urls = [(absolute(each.get_absolute_url()), each) for each in rows]
    return render(
        request, "articles/sitemap_news.xml", {"urls": urls, "publication": settings.SITE_NAME}, content_type=XML
    )


def _lists() -> list[tuple[str, datetime | None]]:
    """The front page and the sections that have something, with when what stands on their first page last changed."""
    published = Article.objects.published()
    lists = [(each, _changed_at(published.in_section(each))) for each in Section.objects.all()]
    return [
        (absolute("/"), _changed_at(published)),
        *((absolute(section.get_absolute_url()), changed) for section, changed in lists if changed),
    ]


def _changed_at(stories: ArticleQuerySet) -> datetime | None:
    """Return when the newest of some stories last changed; None where there are none."""
    newest = stories.newest_first().values_list(Coalesce("updated_at", "publish_at"), flat=True)
    return max(newest[:LISTED], default=None)


def _urlset(request: HttpRequest, urls: list[tuple[str, datetime | None]]) -> HttpResponse:
    return render(request, "articles/sitemap.xml", {"urls": urls}, content_type=XML)
