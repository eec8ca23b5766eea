"""Sitemaps for search engines: an index, parts of at most 5,000 addresses that never shift, and the news."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.metadata import absolute
from articles.models import Article, Section
from articles.pagecache import carries
from articles.querysets import ArticleQuerySet

PART = 5_000  # articles by primary key to a part: adding one never moves another to the next part
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
    last = _indexed().aggregate(last=Max("pk"))["last"]
    parts = [absolute(f"/sitemap-{number}.xml") for number in range(1, (last - 1) // PART + 2)] if last else []
    parts = [absolute("/sitemap-lists.xml"), *parts, absolute("/sitemap-news.xml")]
    return render(request, "articles/sitemap_index.xml", {"parts": parts}, content_type=XML)


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
    """The front page and the sections that have something, with when each last changed."""
    rows = (
        _indexed()
        .order_by()
        .values("section")
        .annotate(changed=Max(Coalesce(F("updated_at"), F("publish_at"))))
        .values_list("section", "changed")
    )
    changed = dict(rows)
    sections = [each for each in Section.objects.all() if each.pk in changed]
    return [
        (absolute("/"), max(changed.values(), default=None)),
        *((absolute(each.get_absolute_url()), changed[each.pk]) for each in sections),
    ]


def _urlset(request: HttpRequest, urls: list[tuple[str, datetime | None]]) -> HttpResponse:
    return render(request, "articles/sitemap.xml", {"urls": urls}, content_type=XML)
