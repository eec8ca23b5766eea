"""What the moderators' own lists share: one permission opens them, nothing is added or deleted, pages are bounded."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from articles.admin import paging


class ForModerators:
    """A list of cases that readers bring: moderating is one permission, whatever the stock ones say."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

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
