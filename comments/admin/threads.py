"""Threads, to be closed and reopened, and the words that hold a comment."""

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
from comments.models import BlockedWord, Thread

if TYPE_CHECKING:
    ThreadBase = admin.ModelAdmin[Thread]
    WordBase = admin.ModelAdmin[BlockedWord]
    Form = forms.ModelForm[Thread]
else:
    ThreadBase = WordBase = admin.ModelAdmin
    Form = forms.ModelForm


class ThreadForm(Form):
    """Open or closed; closing says why."""

    class Meta:
        model = Thread
        fields = ["mode", "closed_reason"]
        labels = {"mode": "New comments", "closed_reason": "Why it is closed"}
        widgets = {"mode": forms.RadioSelect}

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if data and data.get("mode") == Thread.Mode.CLOSED and not (data.get("closed_reason") or "").strip():
            self.add_error("closed_reason", "Say why: readers see it where the form would stand.")
        return data


@admin.register(Thread)
class ThreadAdmin(ThreadBase):
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

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: Any,
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> paging.DeskPaginator:
        return paging.DeskPaginator(queryset, per_page, rows=self.get_queryset(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Thread | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Thread, form: Any, change: bool) -> None:
        """Close or reopen by the model's own acts, which tell the stored pages."""
        by = cast("User", request.user)
        if obj.mode == Thread.Mode.CLOSED:
            obj.close(by=by, reason=obj.closed_reason.strip())
        else:
            obj.reopen(by=by)


@admin.register(BlockedWord)
class BlockedWordAdmin(WordBase):
    """Words and phrases that hold a comment or send it to the spam folder."""

    list_display = ["phrase", "effect"]
    list_filter = ["effect"]
    search_fields = ["phrase"]
    actions = None
