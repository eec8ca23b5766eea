"""What the moderators' own lists share: one permission opens them, nothing is added or deleted, pages are bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.admin import paging
from comments.admin.presses import KEPT_LENGTH

UNREAD = ("comment__article__body", "comment__article__body_text", "comment__user_agent")  # of a case's comment


class ByState(admin.SimpleListFilter):
    """One folder at a time, that of what waits unless another is asked for: such a list is a queue first."""

    title = "state"
    parameter_name = "state"
    live: tuple[str, ...] = ("open",)  # the folders in which something waits for somebody
    model: type[Model]

    def condition(self, folder: str) -> Q:
        return Q(state=folder)

    def value(self) -> str:
        asked = super().value()
        return asked if asked in dict(self.lookup_choices) else "open"

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        rows = self.model._default_manager.all()
        for value, label in self.lookup_choices:
            # What was answered piles up; to count it would read it all.
            is_live = value in self.live
            count = paging.count_to(paging.COUNTED, rows.filter(self.condition(str(value)))) if is_live else None
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}, ["p"]),
                "display": label,
                "count": count,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.condition(self.value()))


class WithoutHistory:
    """A case whose own page has all that was done about it, from the log: the stock page of changes leads there."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        opts = self.opts  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[object_id]))


class ForModerators(WithoutHistory):
    """A list of cases that readers bring: moderating is one permission, whatever the stock ones say."""

    def gone(self, request: HttpRequest, name: str, words: str) -> HttpResponse:
        """Answer a press on a case that was erased meanwhile: the list says so, and gives back what was typed, once."""
        messages.warning(request, f"That {name} is not here any more. Nothing changed.")
        request.session["given_back"] = words[:KEPT_LENGTH]
        opts = self.opts  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        if isinstance(response, TemplateResponse) and (context := response.context_data) and "cl" in context:
            [by_state] = context["cl"].filter_specs
            context["folders"] = list(by_state.choices(context["cl"]))
            words = request.session.pop("given_back", "")
            context["given_back"] = [words] if words else []
        return response

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[paging.DeskList]:
        return paging.DeskList

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> paging.DeskPaginator:
        rows = self.get_queryset(request)  # type: ignore[attr-defined]
        return paging.DeskPaginator(queryset, per_page, rows=rows, upto=paging.COUNTED)
