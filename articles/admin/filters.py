"""The tabs and menus above the list of articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.admin import paging
from articles.models import Article, Author, Byline, Section
from articles.shelves import Shelf
from articles.workflow import State


def order_of(tab: str) -> list[str]:
    """Return the order of a tab: by the clock what has a time, the rest by when it was edited."""
    orders = {"scheduled": ["publish_at", "pk"], "published": ["-publish_at", "-pk"]}
    return orders.get(tab, ["-edited_at", "-pk"])


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
        self.sees_all = request.user.has_perm("articles.change_any_article")
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
        counts = self._counts()
        tabs = list(counts)
        yield {
            "selected": self.value() not in tabs,
            "display": "All",
            "count": _printed(sum(counts.values()), any(self._is_more(tab, counts[tab]) for tab in tabs)),
            "query_string": changelist.get_query_string({}, [self.parameter_name, "p"]),
        }
        for value, name in self.lookup_choices:
            tab = str(value)
            yield {
                "selected": self.value() == value,
                "display": name,
                "count": _printed(counts[tab], self._is_more(tab, counts[tab])),
                "query_string": changelist.get_query_string({self.parameter_name: value}, ["p"]),
            }

    def _counts(self) -> dict[str, int]:
        """Return the size of each tab: what the whole site has published is a kept count, the rest is counted so far
        and no further."""
        counts = {str(tab): 0 for tab, _ in self.lookup_choices}
        for tab in counts:
            is_kept = tab == "published" and self.sees_all
            counts[tab] = (
                Shelf.at("front").total()
                if is_kept
                else paging.count_to(paging.COUNTED, self.whole.filter(in_tab(tab)))
            )
        return counts

    def _is_more(self, tab: str, count: int) -> bool:
        return count == paging.COUNTED and not (tab == "published" and self.sees_all)


def _printed(count: int, is_more: bool) -> str:
    return f"{count}+" if is_more else str(count)


class InSection(admin.SimpleListFilter):
    title = "section"
    parameter_name = "section"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Section.objects.values_list("slug", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if not self.value():
            return queryset
        # By its key, so that the index on section and order serves; joined by its name, all would be sorted.
        return queryset.filter(section=Section.objects.filter(slug=self.value()).values("pk")[:1])


class WithByline(admin.SimpleListFilter):
    title = "byline"
    parameter_name = "byline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Author.objects.values_list("slug", "name")[:60])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=Byline.objects.filter(author__slug=self.value()).values("article"))


class WithAI(admin.SimpleListFilter):
    title = "AI involvement"
    parameter_name = "ai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(name)) for value, name in Article.AI.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(ai_involvement=self.value()) if self.value() else queryset
