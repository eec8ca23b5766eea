"""The queue's folders and menus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.admin import paging
from articles.models import Article, Section
from comments.models import Comment, Tally, Writer
from comments.rule_names import name_of

FOLDERS = {
    "pending": "Pending",
    "reported": "Reported",
    "spam": "Spam",
    "rejected": "Rejected",
    "approved": "Approved",
    "featured": "Featured",
    "withdrawn": "Withdrawn",
}
OLDEST_FIRST = ("pending", "reported")  # what waits for somebody is read from its oldest end
MOST_RULES = 30  # in the menu


def folder_of(request: HttpRequest) -> str:
    """Return the folder that is asked for; without a good choice the one of what waits."""
    asked = request.GET.get("folder", "")
    return asked if asked in FOLDERS else "pending"


def order_of(folder: str) -> list[str]:
    """Return the order of a folder's comments."""
    column = "reported_at" if folder == "reported" else "created_at"
    return [column, "pk"] if folder in OLDEST_FIRST else [f"-{column}", "-pk"]


def count_of(folder: str, counts: dict[str, int]) -> int:
    """Return how many stand in a folder: the kept number; featured are so few that they are counted."""
    if folder != "featured":
        return counts[folder]
    return paging.count_to(paging.COUNTED, Comment.objects.filter(featured=True))


class Folder(admin.SimpleListFilter):
    """Always one folder, never all of them: without a choice the pending ones."""

    title = "folder"
    parameter_name = "folder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(FOLDERS.items())

    def value(self) -> str:
        asked = super().value()
        return asked if asked in FOLDERS else "pending"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        """The folder; its first rows where something is looked for in it that could mean reading it all."""
        folder = self.value()
        self.is_cut = False
        if folder == "reported":
            rows = queryset.filter(reported_at__isnull=False)
        elif folder == "featured":
            rows = queryset.filter(featured=True)
        else:
            rows = queryset.filter(status=folder)
        by_status = folder in Comment.Status.values
        if by_status and request.GET.get(OnArticle.parameter_name):
            return rows  # a range of an index, whatever else narrows it
        unindexed = ("q", "section", "links") if by_status else ("q", "section", "links", "rule", "article")
        if not any(request.GET.get(name) for name in unindexed):
            return rows
        rows, self.is_cut = paging.first_of(rows.order_by(*order_of(folder)))
        return rows

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        counts = Tally.counts()
        for value, name in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "value": value,
                "display": name,
                "count": count_of(str(value), counts),
                "query_string": changelist.get_query_string({self.parameter_name: value}, ["p", "q", *NARROWING]),
            }


class WhyItWaits(admin.SimpleListFilter):
    """The rule of triage that held it: the choices are the rules that hold something in this folder."""

    title = "why it waits"
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        folder = folder_of(request)
        if folder not in Comment.Status.values:
            return []
        rules = Comment.objects.filter(status=folder).order_by("rule").values_list("rule", flat=True)
        found: list[str] = []
        # From each rule to the next by the index, however many comments stand between them.
        while len(found) < MOST_RULES and (rule := rules.filter(rule__gt=found[-1] if found else "").first()):
            found.append(rule)
        return [(rule, name_of(rule).capitalize()) for rule in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        return queryset.filter(rule=self.value()) if self.value() else queryset


class InSection(admin.SimpleListFilter):
    """The section of the article."""

    title = "section"
    parameter_name = "section"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Section.objects.values_list("slug", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        return queryset.filter(article__section__slug=self.value()) if self.value() else queryset


AGES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


class OlderThan(admin.SimpleListFilter):
    """How long it has been there; in the folder of reported ones since the first open report."""

    title = "age"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("hour", "Older than 1 hour"), ("day", "Older than 1 day"), ("week", "Older than 1 week")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        age = AGES.get(self.value() or "")
        if age is None:
            return queryset
        column = "reported_at" if folder_of(request) == "reported" else "created_at"
        return queryset.filter(**{f"{column}__lte": timezone.now() - age})


class WithLinks(admin.SimpleListFilter):
    """Whether it links anywhere; asked of the rendered text, where every link has its mark."""

    title = "links"
    parameter_name = "links"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "With links"), ("no", "Without links")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        linked = Q(html__contains="<a href=") | ~Q(website="")
        if self.value() == "yes":
            return queryset.filter(linked)
        return queryset.exclude(linked) if self.value() == "no" else queryset


class OnArticle(admin.SimpleListFilter):
    """One article's comments: reached from the list of articles, so the only choice is the one asked for."""

    title = "article"
    parameter_name = "article"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked = request.GET.get(self.parameter_name, "")
        if not asked.isdecimal() or len(asked) > 18:
            return []
        return [(str(pk), headline) for pk, headline in Article.objects.filter(pk=asked).values_list("pk", "headline")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        asked = self.value()
        return queryset.filter(article_id=asked) if asked else queryset


class ByWriter(admin.SimpleListFilter):
    """One person's comments: reached from the card, so the only choice is the one asked for."""

    title = "writer"
    parameter_name = "writer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked = request.GET.get(self.parameter_name, "")
        if not asked.isdecimal() or len(asked) > 18:
            return []
        return [(str(pk), f"number {pk}") for pk in Writer.objects.filter(pk=asked).values_list("pk", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        asked = self.value()
        return queryset.filter(writer_id=asked) if asked else queryset


MENUS = (Folder, WhyItWaits, InSection, OlderThan, WithLinks, OnArticle, ByWriter)
NARROWING = ("rule", "section", "age", "links", "article", "writer")


def has_unknown_choice(request: HttpRequest, specs: Sequence[Any]) -> bool:
    """Whether an address asks for what its menu does not offer: a rule that holds nothing here, an age of its own."""
    offered = {spec.parameter_name: dict(spec.lookup_choices) for spec in specs}
    asked = {name: value for name in NARROWING if (value := request.GET.get(name))}
    return any(value not in offered.get(name, {}) for name, value in asked.items())


def narrowing(request: HttpRequest, desk: Any) -> list[str]:
    """Return in words what narrows the folder: the choices of its menus, and the words searched for."""
    chosen = []
    for menu in MENUS[1:]:
        asked = request.GET.get(menu.parameter_name)
        if asked:
            words = dict(menu(request, {menu.parameter_name: [asked]}, Comment, desk).lookup_choices)
            chosen.append(f"{menu.title}: {words.get(asked, asked)}")
    if asked := request.GET.get("q"):
        chosen.append(f"words: {asked}")
    return chosen
