"""What moderation came to: the yearly table, the same as a file, and the log where the newsroom publishes it."""

from __future__ import annotations

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles import metadata
from articles.models import Article
from articles.pagecache import carries
from comments import transparency as figures
from comments.models import Decision, Policy
from comments.models.figure import FIGURES_KEY
from comments.models.log import LOG_KEY
from comments.models.policy import KEY as POLICY_KEY

LOG_PAGE = 50  # rows
LONGEST_ID = 10**18


@require_safe
def transparency(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """A year in numbers, the newest where none is named."""
    carries(FIGURES_KEY, POLICY_KEY)
    known = figures.years()
    if year is not None and year not in known:
        raise Http404("There are no figures for this year.")
    table = figures.table(year or known[0])
    meta = metadata.for_page(
        f"How we moderated in {table.year}",
        "Comments, decisions, reports and appeals of a year, in numbers.",
        reverse("comments:transparency_year", args=[table.year]),
    )
    about = {"table": table, "years": known, "has_log": Policy.current().public_log, "meta": meta}
    return render(request, "comments/transparency.html", about)


@require_safe
def transparency_file(request: HttpRequest, year: int) -> HttpResponse:
    """The same numbers as CSV."""
    carries(FIGURES_KEY)
    if year not in figures.years():
        raise Http404("There are no figures for this year.")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="moderation-{year}.csv"'
    writer = csv.writer(response)
    writer.writerow(["year", "part", "row", "column", "number"])
    writer.writerows([year, *line] for line in figures.table(year).lines())
    return response


@require_safe
def log(request: HttpRequest, before: int | None = None) -> HttpResponse:
    """The log without texts or names, where the newsroom publishes it; each page leads to the one before."""
    carries(POLICY_KEY)
    if not Policy.current().public_log or (before or 1) > LONGEST_ID:
        raise Http404("There is no such page.")
    carries(LOG_KEY)
    # What a measure alone put away waits, for whoever typed the address, until somebody decides (receipts.as_told).
    rows = Decision.objects.exclude(was="", became="spam", rule="marked", by=None).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    shown = list(rows[: LOG_PAGE + 1])
    if before is not None and not shown:
        raise Http404("The log does not go back so far.")
    more = len(shown) > LOG_PAGE
    shown = shown[:LOG_PAGE]
    articles = {row.article_id for row in shown}
    carries(*(f"article:{pk}" for pk in articles))
    public = Article.objects.published().only("headline", "slug", "publish_at").in_bulk(list(articles))
    meta = metadata.for_page("Moderation log", "What was done, why and when.", reverse("comments:log"))
    about = {
        "meta": meta,
        "rows": [(row, public.get(row.article_id)) for row in shown],
        "before": shown[-1].pk if more else None,
        "is_first": before is None,
    }
    return render(request, "comments/log.html", about)
