"""Threads: open, kept open, slow, for staff or closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest

from articles.admin import paging
from articles.models import Article
from articles.templatetags.desk import zoned
from comments.admin.keyed import KeyedByAnother
from comments.admin.moments import Zoned
from comments.admin.versioned import Versioned
from comments.markup import says
from comments.models import Thread

if TYPE_CHECKING:
    ThreadBase = admin.ModelAdmin[Thread]
else:
    ThreadBase = admin.ModelAdmin


class ThreadForm(Versioned):
    """How the conversation is led; closing says why."""

    class Meta:
        model = Thread
        fields = ["mode", "closed_reason", "until", "slow_seconds"]
        labels = {
            "mode": "New comments",
            "closed_reason": "Why",
            "until": "Until",
            "slow_seconds": "In slow mode, seconds between two comments",
        }
        help_texts = {
            "closed_reason": "Printed where the form would stand, or beside it in slow mode.",
            "until": "When that ends by itself. Empty: when you end it.",
        }
        widgets = {"mode": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slow_seconds"].required = False  # it means something in slow mode alone

    def clean_slow_seconds(self) -> int:
        given: int | None = self.cleaned_data["slow_seconds"]
        return self.instance.slow_seconds if given is None else given

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        tells_why = data and data.get("mode") in (Thread.Mode.CLOSED, Thread.Mode.STAFF)
        if data and tells_why and not says(data.get("closed_reason") or ""):
            self.add_error("closed_reason", "Say why: readers see it where the form would stand.")
        if data and data.get("mode") == Thread.Mode.SLOW and (data.get("slow_seconds") or 0) < 10:
            self.add_error("slow_seconds", "Ten seconds are the least.")
        return data


@admin.register(Thread)
class ThreadAdmin(KeyedByAnother, Zoned, ThreadBase):
    """The conversation under each article; its rows come and go with the articles."""

    form = ThreadForm
    list_display = ["article", "mode", "approved_count", "pending_count", "last_comment"]
    list_filter = ["mode"]
    search_fields = ["article__headline"]
    search_help_text = f"Words of a headline; the {paging.SEARCHED} newest stories are looked through."
    sortable_by = ()  # the one order is that of the index: where most waits, first
    list_select_related = ["article"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pending_count", "-article_id"]
    actions = None

    @admin.display(description="Last comment", ordering="last_comment_at", empty_value="none yet")
    def last_comment(self, thread: Thread) -> str | None:
        return zoned(thread.last_comment_at) or None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        return super().get_queryset(request).select_related("article").defer("article__body", "article__body_text")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Thread], search_term: str
    ) -> tuple[QuerySet[Thread], bool]:
        if not search_term:
            return queryset, False
        stories, _ = paging.first_of(Article.objects.order_by("-pk"))
        for word in search_term.split():
            stories = stories.filter(headline__icontains=word)
        return queryset.filter(pk__in=list(stories.values_list("pk", flat=True)[: paging.COUNTED])), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[paging.DeskList]:
        return paging.DeskList

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: Any,
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> paging.DeskPaginator:
        return paging.DeskPaginator(queryset, per_page, rows=self.get_queryset(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nothing but the menu narrows the list: the key is another row's, which a look-up hands on unread."""
        return lookup.startswith("mode")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Thread | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Thread, form: Any, change: bool) -> None:
        """Say so by the model's own act, which tells the stored pages."""
        obj.rule(
            obj.mode,
            by=cast("User", request.user),
            reason=obj.closed_reason,
            until=obj.until,
            slow_seconds=obj.slow_seconds,
        )
