"""The pages that readers read: front, lists, one article, search. Each fetches by ``published()`` and renders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar, cast

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import metadata
from articles import search as finder
from articles.article_page import article_context
from articles.lists import Filed, Rows, ShelfList, Story
from articles.models import Article, Author, Correction, PastSlug, Publisher, Section, Tag
from articles.pagecache import carries, until
from articles.shelves import Shelf, month_key, year_key

PER_PAGE = 18  # stories; the front page's lead comes on top of them
CARDS = 3  # of those, in the row below the lead of the first page
BRIEFS = 3  # of those, as headlines beside the lead
EMPTY = "Nothing has been published here yet."

_PAGE = re.compile(r"[1-9][0-9]{0,5}")
Row = TypeVar("Row", Story, Article, Correction)
Named = TypeVar("Named", Section, Tag, Author, Publisher)


@dataclass(frozen=True)
class Listing:
    """What an archive says of itself above its stories."""

    kind: str
    title: str
    description: str = ""
    feed: str = ""
    feed_atom: str = ""


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """One lead (pinned while its pin lasts, else the newest), cards, then the river; no story twice on any page."""
    carries("front", "published")
    now = timezone.now()
    pinned = Article.objects.published().filter(pinned_until__gt=now).order_by("-pinned_until", "-pk")
    pin = pinned.values_list("pk", "publish_at", "pinned_until").first()
    until(pin and pin[2])
    rows = Article.objects.for_cards()
    lead = cast("Filed", pin[:2]) if pin else next(iter(ShelfList("front", rows).filed(0, 1)), None)
    listed = ShelfList("front", rows, without=lead and lead[0])
    page = _page(request, listed)
    first = page.number == 1
    shown = cast("Rows", page.object_list)
    if lead and first:
        shown = Rows([lead, *shown.filed], rows)  # one query for the lead's row and the others
    stories = shown[1:] if lead and first else shown[:]
    return render(
        request,
        "articles/front.html",
        {
            "on_front": True,
            "meta": metadata.for_front(page.number),
            "lead": shown[0] if lead and first else None,
            "cards": stories[:CARDS] if first else [],
            "briefs": stories[CARDS : CARDS + BRIEFS] if first else [],
            "days": _by_day(stories[CARDS + BRIEFS :] if first else stories),
            "page": page,
            "shown": shown,
            "shown_pks": [story.pk for story in shown],
            # Asked for only where the part that prints them is not kept.
            "corrections": (lambda: _newest_corrections()[:3]) if first else None,
            "modules": (lambda: _more_by_section(shown)) if first else None,
        },
    )


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    found = _named(Section, slug)
    carries(f"section:{found.pk}")
    about = Listing("Section", found.name, found.description, *_feeds("section", slug))
    return _listing(request, about, f"section:{found.pk}", section=found)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    found = _named(Tag, slug)
    carries(f"tag:{found.pk}")
    about = Listing("Tag", found.name, found.description, *_feeds("tag", slug))
    return _listing(request, about, f"tag:{found.pk}")


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    found = _named(Author, slug)
    carries(f"author:{found.pk}")
    about = Listing(found.role or "Author", found.name, found.bio, *_feeds("author", slug))
    return _listing(request, about, f"author:{found.pk}")


@require_safe
def publisher(request: HttpRequest, slug: str) -> HttpResponse:
    """What was based on the stories of one publisher."""
    found = _named(Publisher, slug)
    carries(f"publisher:{found.pk}")
    about = Listing(
        "Based on stories by",
        found.name,
        "Stories of ours that follow something this publisher printed first. Each names and links its source.",
        *_feeds("publisher", slug),
    )
    return _listing(request, about, f"publisher:{found.pk}", publisher=found)


@require_safe
def year(request: HttpRequest, year: str) -> HttpResponse:
    carries("published")
    start = _moment(int(year), 1)
    about = Listing("Archive", f"{start:%Y}", "Everything published in this year.")
    return _listing(request, about, year_key(start))


@require_safe
def month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    carries("published")
    start = _moment(int(year), int(month))
    about = Listing("Archive", f"{start:%B %Y}", "Everything published in this month.")
    return _listing(request, about, month_key(start), year=start.year)


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Every month in which something was published, with its count; the newest first."""
    carries("published")
    months = sorted(
        ((datetime.strptime(key, "month:%Y-%m").date(), count) for key, count in Shelf.totals("month:").items()),
        reverse=True,
    )
    years = [(each, list(rows)) for each, rows in groupby(months, key=lambda row: row[0].year)]
    meta = metadata.for_page("Archive", "Every story, by month.", reverse("articles:archive"))
    return render(request, "articles/archive.html", {"years": years, "meta": meta})


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Every notice printed under an article, the newest first."""
    carries("published")
    page = _page(request, _newest_corrections())
    meta = metadata.for_page(
        "Corrections and updates",
        "What we changed after publication, when, and why.",
        reverse("articles:corrections"),
        number=page.number,
    )
    return render(request, "articles/corrections.html", {"page": page, "meta": meta})


@require_safe
def feed_list(request: HttpRequest) -> HttpResponse:
    """Every feed of the site that is not found on a list's own page."""
    meta = metadata.for_page("Feeds", "The news as RSS and Atom, whole or by section.", reverse("articles:feeds"))
    return render(request, "articles/feeds.html", {"meta": meta, "sections": Section.objects.all()})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Stories that hold every word; those with the words in the headline come first."""
    carries("published", "layout")
    query, problem = finder.read(request.GET.get("q", ""))
    sections = list(Section.objects.all())
    chosen = next((each for each in sections if each.slug == request.GET.get("section")), None)
    page = None
    if query.terms and not problem:
        page = _page(request, finder.find(query, section=chosen))
    return render(
        request,
        "articles/search.html",
        {
            "meta": metadata.for_page("Search", "Search every story.", reverse("articles:search"), noindex=True),
            "query": query,
            "problem": problem,
            "sections": sections,
            "chosen": chosen,
            "page": page,
            "kept": {"q": query.text, "section": chosen.slug if chosen else ""},
        },
        status=400 if problem else 200,
    )


@require_safe
def article(request: HttpRequest, year: str, month: str, slug: str) -> HttpResponse:
    """One article. A wrong date or an old slug answers 301, a withdrawn article 410 with the reason."""
    found = Article.objects.filter(slug=slug).select_related("section", "source_publisher").first()
    if found is None:
        return _by_past_slug(request, slug)
    carries(f"article:{found.pk}")
    if found.is_gone:
        return _gone(request, found)
    if not found.is_published:
        raise _no_story()
    if request.path != found.get_absolute_url():
        return _moved(request, found)

    return render(request, "articles/article.html", article_context(found))


@require_safe
def bare_slug(request: HttpRequest, slug: str) -> HttpResponse:
    """A slug without its date leads to its article, for ever."""
    found = Article.objects.filter(slug=slug).first()
    if found is None:
        return _by_past_slug(request, slug)
    carries(f"article:{found.pk}")
    if found.is_gone:
        return _gone(request, found)
    if not found.is_published:
        raise _no_story()
    return _moved(request, found)


# An article's address.


def _by_past_slug(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead from a slug that readers knew once to where its article stands now."""
    past = PastSlug.objects.filter(slug=slug).select_related("article").first()
    if past is None:
        raise _no_story()
    carries(f"article:{past.article_id}")
    if past.article.is_gone:
        return _gone(request, past.article)
    if not past.article.is_published:
        raise _no_story()
    return _moved(request, past.article)


def _moved(request: HttpRequest, found: Article) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(found.get_absolute_url() + (f"?{query}" if query else ""))


def _gone(request: HttpRequest, found: Article) -> HttpResponse:
    return render(request, "410.html", {"article": found}, status=410)


def _no_story() -> Http404:
    carries("published")  # the next publication may be the one that was asked for
    return Http404("There is no story at this address.")


# Lists.


def _named(model: type[Named], slug: str) -> Named:
    """Return the one of this slug; where there is none, a 404 that the next publication may end."""
    carries("published", "layout")
    if found := model.objects.filter(slug=slug).first():
        return found
    raise Http404(EMPTY)


def _listing(
    request: HttpRequest,
    about: Listing,
    shelf: str,
    *,
    section: Section | None = None,
    publisher: Publisher | None = None,
    year: int | None = None,
) -> HttpResponse:
    """Render the archive that a shelf holds, by month; an empty one is no page."""
    page = _page(request, ShelfList(shelf, Article.objects.for_cards().prefetch_related("tags")))
    shown = list(page.object_list)
    if not shown:
        raise Http404(EMPTY)
    context = {
        "about": about,
        "section": section,
        "publisher": publisher,
        "year": year,
        "page": page,
        "shown": shown,
        "shown_pks": [story.pk for story in shown],
        "months": _by_month(shown),
        "together": lambda: _together(shown, about.title),  # asked for only where its part is not kept
        "meta": metadata.for_listing(about.kind, about.title, about.description, request.path, page.number),
    }
    return render(request, "articles/listing.html", context)


def _together(shown: Sequence[Story], title: str) -> list[Tag]:
    """Return the tags that the stories of a page carry most, the list's own left out."""
    counted = Counter(each for story in shown for each in story.tags.all() if each.name != title)
    carries(*(f"tag:{each.pk}" for each in counted))
    return [each for each, _ in counted.most_common(12)]


def _page(request: HttpRequest, rows: Sequence[Row] | QuerySet[Any]) -> Page[Row]:
    """Return the page that ``?page=`` asks for; anything but a number with something on it is a 404."""
    asked = request.GET.get("page", "1")
    if not _PAGE.fullmatch(asked):
        raise Http404("Pages are numbered from 1.")
    paginator: Paginator[Row] = Paginator(rows, PER_PAGE)
    try:
        return paginator.page(int(asked))
    except EmptyPage:
        raise Http404(f"This list ends at page {paginator.num_pages}.") from None


def _by_day(stories: Iterable[Story]) -> list[tuple[date, list[Story]]]:
    """Return the stories under the days of the site's zone on which they were published."""
    return [(day, list(rows)) for day, rows in groupby(stories, key=lambda each: _local(each).date())]


def _by_month(stories: Iterable[Story]) -> list[tuple[date, list[Story]]]:
    """Return the stories under the first days of their months."""
    return [(day, list(rows)) for day, rows in groupby(stories, key=lambda each: _local(each).date().replace(day=1))]


def _local(story: Story) -> datetime:
    return timezone.localtime(story.publish_at)


def _moment(year: int, month: int) -> datetime:
    """Return the first moment of a month in the site's zone; a 404 for a year or month that no calendar here has."""
    if not (1900 <= year <= 9000 and 1 <= month <= 12):
        raise Http404(EMPTY)
    return datetime(year, month, 1, tzinfo=timezone.get_current_timezone())


def _feeds(kind: str, slug: str) -> tuple[str, str]:
    return reverse(f"articles:{kind}_feed", args=[slug]), reverse(f"articles:{kind}_feed_atom", args=[slug])


def _newest_corrections() -> QuerySet[Correction]:
    """Notices under articles that readers may see, and that have happened."""
    carries("published")
    return (
        Correction.objects.filter(
            Exists(Article.objects.published().filter(pk=OuterRef("article_id"))), made_at__lte=timezone.now()
        )
        .select_related("article", "article__section")
        .defer("article__body", "article__body_text")
        .order_by("-made_at", "-pk")
    )


def _more_by_section(shown: Sequence[Story]) -> list[tuple[Section, list[Article]]]:
    """Return each section's three newest stories that the page does not show yet, in two queries."""
    carries("published")
    newest = (
        Article.objects.published()
        .filter(section=OuterRef("pk"))
        .exclude(pk__in=[each.pk for each in shown])
        .newest_first()
        .values("pk")
    )
    places = ("one", "two", "three")
    found = list(Section.objects.annotate(**{name: Subquery(newest[at : at + 1]) for at, name in enumerate(places)}))
    pks = {getattr(each, name) for each in found for name in places} - {None}
    stories = {each.pk: each for each in Article.objects.published().filter(pk__in=pks).defer("body", "body_text")}
    rows = ((each, [stories.get(getattr(each, name)) for name in places]) for each in found)
    return [(each, kept) for each, row in rows if (kept := [story for story in row if story])]
