"""The queue's folders and menus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from articles.admin.paging import first_of
from articles.models import Article, Section
from comments.models import Comment, Tally

NEWEST_FIRST = ("spam", "rejected", "approved", "withdrawn")  # only what waits is read from its oldest end
LOOKED_THROUGH = ("q", "section", "links")  # no index answers these, so they look at the first rows of a folder
MOST_RULES = 30  # in the menu


def order_of(folder: str) -> list[str]:
    """Return the order of a folder's comments."""
    return ["-created_at", "-pk"] if folder in NEWEST_FIRST else ["created_at", "pk"]


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
        """The folder; its first rows where something is looked for in it that could mean reading it all."""
        rows = queryset.filter(status=self.value())
        self.is_cut = False
        if request.GET.get(OnArticle.parameter_name) or not any(request.GET.get(name) for name in LOOKED_THROUGH):
            return rows
        rows, self.is_cut = first_of(rows.order_by(*order_of(self.value())))
        return rows

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
        rules = Comment.objects.filter(status=folder).order_by("rule").values_list("rule", flat=True)
        found: list[str] = []
        # From each rule to the next by the index, however many comments stand between them.
        while len(found) < MOST_RULES and (rule := rules.filter(rule__gt=found[-1] if found else "").first()):
            found.append(rule)
        return [(rule, rule.replace("-", " ").replace("_", " ").capitalize()) for rule in found]

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
