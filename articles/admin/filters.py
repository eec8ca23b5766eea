"""The tabs and menus above the list of articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.models import Article, Author, Section
from articles.workflow import State


def in_tab(tab: str) -> Q:
    """Return the condition of a tab; scheduled and published divide one stored state by the clock."""
    now = timezone.now()
    if tab == "scheduled":
        return Q(state=State.PUBLISHED, publish_at__gt=now)
    if tab == "published":
        return Q(state=State.PUBLISHED, publish_at__lte=now)
    return Q(state=tab)


class StateTabs(admin.SimpleListFilter):
    """All of them, or those in one state, each with its count."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.whole: QuerySet[Article] = model_admin.get_queryset(request)
        return [
            ("draft", "Drafts"),
            ("in_review", "In review"),
            ("scheduled", "Scheduled"),
            ("published", "Published"),
            ("withdrawn", "Withdrawn"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        tab = self.value()
        return queryset.filter(in_tab(tab)) if tab in dict(self.lookup_choices) else queryset

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        tabs = [str(value) for value, _ in self.lookup_choices]
        counts = self.whole.order_by().aggregate(
            total=Count("pk"), **{tab: Count("pk", filter=in_tab(tab)) for tab in tabs}
        )
        yield {
            "selected": self.value() not in tabs,
            "display": "All",
            "count": counts["total"],
            "query_string": changelist.get_query_string({}, [self.parameter_name, "p"]),
        }
        for value, name in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "display": name,
                "count": counts[str(value)],
                "query_string": changelist.get_query_string({self.parameter_name: value}, ["p"]),
            }


class InSection(admin.SimpleListFilter):
    title = "section"
    parameter_name = "section"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Section.objects.values_list("slug", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(section__slug=self.value()) if self.value() else queryset


class WithByline(admin.SimpleListFilter):
    title = "byline"
    parameter_name = "byline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Author.objects.values_list("slug", "name")[:60])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        # One byline an author and article: the join cannot repeat a row.
        return queryset.filter(bylines__author__slug=self.value()) if self.value() else queryset


class WithAI(admin.SimpleListFilter):
    title = "AI involvement"
    parameter_name = "ai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(name)) for value, name in Article.AI.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(ai_involvement=self.value()) if self.value() else queryset
