"""The queue's folders and menus, and a paginator that asks the kept counts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from articles.models import Article, Section
from comments.models import Comment, Tally

COUNTED = 1_000  # how far a search or a menu is counted; beyond, a number helps nobody


class FolderPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time on Django 5.2
    """Pages of a folder: its size is known from the tally, anything narrower is counted so far and no further."""

    def __init__(self, *args: Any, known: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    @cached_property
    def count(self) -> int:
        if self.known is not None:
            return self.known
        rows: QuerySet[Comment] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[:COUNTED].count()


class Folder(admin.SimpleListFilter):
    """Always one folder, never all of them: without a choice the pending ones."""

    title = "folder"
    parameter_name = "folder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("pending", "Pending"),
            ("spam", "Spam"),
            ("rejected", "Rejected"),
            ("approved", "Approved"),
            ("withdrawn", "Withdrawn"),
        ]

    def value(self) -> str:
        asked = super().value()
        return asked if asked in Comment.Status.values else "pending"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        return queryset.filter(status=self.value())

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        counts = Tally.counts()
        for value, name in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "value": value,
                "display": name,
                "count": counts[str(value)],
                "query_string": changelist.get_query_string(
                    {self.parameter_name: value}, ["p", "q", "rule", "section", "links", "article"]
                ),
            }


class WhyItWaits(admin.SimpleListFilter):
    """The rule of triage that held it: the choices are the rules that hold something in this folder."""

    title = "why it waits"
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        folder = request.GET.get(Folder.parameter_name, "pending")
        rows = Comment.objects.filter(status=folder).order_by("created_at", "pk")
        found = set(rows.values_list("rule", flat=True)[:COUNTED])
        return [(rule, rule.replace("-", " ").replace("_", " ").capitalize()) for rule in sorted(found) if rule]

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
