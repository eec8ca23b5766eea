"""One press for several comments: those ticked, or all in a folder as it is narrowed, once a page has asked again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from comments.admin.folders import Folder
from comments.admin.presses import act_on, say
from comments.models import AlreadyDecided, Comment

if TYPE_CHECKING:
    from comments.admin.queue import CommentAdmin

BULK_LIMIT = 500  # comments decided by one press; a longer request would be cut by the server


@admin.action(description="Approve", permissions=["moderate"])
def approve(desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
    return act_in_bulk(desk, request, queryset, "approve")


@admin.action(description="Mark as spam", permissions=["moderate"])
def spam(desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
    return act_in_bulk(desk, request, queryset, "spam")


@admin.action(description="Reject", permissions=["moderate"])
def reject(desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
    return act_in_bulk(desk, request, queryset, "reject")


@admin.action(description="Put back into the queue", permissions=["moderate"])
def restore(desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
    return act_in_bulk(desk, request, queryset, "restore")


ACTIONS = (approve, spam, reject, restore)


def act_in_bulk(
    desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment], word: str
) -> HttpResponse | None:
    """Do one act on the ticked comments, or on the whole folder once a page has asked again."""
    reason = request.POST.get("bulk_reason", "")
    if word == "reject" and reason not in Comment.Reason.values:
        messages.warning(request, "Choose a reason for rejecting: the writers are told why. Nothing changed.")
        return None
    across = request.POST.get("select_across") == "1"
    folder = request.GET.get(Folder.parameter_name, "pending")
    if across and "confirmed" not in request.POST:
        return _ask_once_more(desk, request, queryset, word, reason)
    if across:
        ticked: Iterable[Comment] = queryset[:BULK_LIMIT]
    else:
        # Not the folder's queryset: what a colleague has moved meanwhile is to be named, not skipped in silence.
        pks = request.POST.getlist(ACTION_CHECKBOX_NAME)[:BULK_LIMIT]
        ticked = desk.get_queryset(request).filter(pk__in=pks)
    done, refused = [], []
    for comment in ticked:
        try:
            decision = act_on(
                comment,
                word,
                by=cast("User", request.user),
                seen=folder,
                channel="bulk",
                reason=reason,
                note="",
            )
        except AlreadyDecided as refusal:
            refused.append(f"{comment.name}: {refusal}")
        else:
            done += [decision] if decision else []
    say(request, word, done, reason=reason)
    for sentence in refused[:5]:
        messages.warning(request, sentence)
    if len(refused) > 5:
        messages.warning(request, f"{len(refused) - 5} more had been decided by others. They did not change.")
    if across and len(done) + len(refused) == BULK_LIMIT:
        messages.info(request, f"One press decides {BULK_LIMIT} comments. Press again for the rest.")
    return None


def _ask_once_more(
    desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment], word: str, reason: str
) -> TemplateResponse:
    count = desk.get_paginator(request, queryset, desk.list_per_page).count
    return TemplateResponse(
        request,
        "admin/comments/comment/confirm.html",
        {
            **desk.admin_site.each_context(request),
            "opts": desk.opts,
            "title": f"{word.capitalize()} all {count}?",
            "count": count,
            "limit": BULK_LIMIT,
            "word": word,
            "reason": reason,
            "reason_in_words": dict(Comment.Reason.choices).get(reason, ""),
            "folder": request.GET.get(Folder.parameter_name, "pending"),
            "narrowed": bool(request.GET.get("q")),
        },
    )
