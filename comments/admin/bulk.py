"""One press for several comments: those ticked, or all in a folder as it is narrowed, once a page has asked again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from articles.admin import paging
from comments.admin import toast
from comments.admin.folders import folder_of, narrowing
from comments.admin.presses import act_on, is_id
from comments.models import AlreadyDecided, Comment, Decision

if TYPE_CHECKING:
    from comments.admin.queue import CommentAdmin

BULK_LIMIT = 500  # comments decided by one press; a longer request would be cut by the server
BUTTONS = {"approve": "Approve", "spam": "Mark as spam", "reject": "Reject", "restore": "Put back", "keep": "Keep"}


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


@admin.action(description="Keep, and dismiss the reports", permissions=["moderate"])
def keep(desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
    return act_in_bulk(desk, request, queryset, "keep")


ACTIONS = (approve, spam, reject, restore, keep)


def act_in_bulk(
    desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment], word: str
) -> HttpResponse | None:
    """Do one act on the ticked comments, or on all in the narrowed folder once a page has asked again."""
    reason = request.POST.get("bulk_reason", "")
    if word == "reject" and reason not in Comment.Reason.values:
        messages.warning(request, "Choose a reason for rejecting: the writers are told why. Nothing changed.")
        request.session["ticked"] = request.POST.getlist(ACTION_CHECKBOX_NAME)[:BULK_LIMIT]
        return None
    across = request.POST.get("select_across") == "1"
    if across and "confirmed" not in request.POST:
        return _ask_once_more(desk, request, queryset, word, reason)
    if across:
        asked_of = _those_asked_about(request, queryset)
        if asked_of is None:
            messages.error(request, "The number on that page cannot be read any more. Nothing changed: choose again.")
            return None
        ticked = list(asked_of[:BULK_LIMIT])
        # A writer may change the words while the ones before are decided: each as it was found.
        seen = {str(comment.pk): comment.on_screen for comment in ticked}
    else:
        # Not the folder's queryset: what a colleague has moved meanwhile is to be named, not skipped in silence.
        pks = request.POST.getlist(ACTION_CHECKBOX_NAME)[:BULK_LIMIT]
        ticked = list(desk.get_queryset(request).filter(pk__in=pks))
        seen = {pk: state for pk, _, state in (item.partition(":") for item in request.POST.getlist("seen"))}
    folder = folder_of(request)
    standard = folder if folder in Comment.Status.values else ""
    done: list[Decision] = []
    public = True
    refused: list[str] = []
    for comment in ticked:
        try:
            decision = act_on(
                comment,
                word,
                by=cast("User", request.user),
                seen=seen.get(str(comment.pk), standard),
                channel="bulk",
                reason=reason,
                note="",
            )
        except AlreadyDecided as refusal:
            refused.append(f"{comment.name}: {refusal}")
        else:
            done.append(decision)
            public = public and comment.article.is_published
    toast.say(request, word, done, public=public, reason=reason)
    toast.name_refused(request, refused)
    left = _left_alone(request, len(ticked)) if across else ""
    if left:
        messages.warning(request, left)
    elif not done and not refused:
        messages.info(request, "There was nothing to change.")
    if across and len(ticked) == BULK_LIMIT:
        messages.info(request, f"One press decides {BULK_LIMIT} comments. Press again for the rest.")
    return None


def _left_alone(request: HttpRequest, found: int) -> str:
    """Return how many of those that the confirm page had counted were not found as they were; empty for none."""
    asked = request.POST.get("asked", "")
    missing = int(asked) - found if is_id(asked) and found < BULK_LIMIT else 0
    if missing < 1:
        return ""
    were, they = ("was", "it") if missing == 1 else ("were", "they")
    return f"{missing} of the {asked} asked about {were} left alone: {they} had changed, or been decided, meanwhile."


def _those_asked_about(request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment] | None:
    """Return what the confirm page had counted: nothing that came, moved or got another text after it was shown.

    None where the page's own two fields were tampered with.
    """
    newest, asked_at = request.POST.get("newest", ""), _moment(request.POST.get("asked_at", ""))
    if not is_id(newest) or asked_at is None:
        return None
    changed = Q(edited_at__gt=asked_at) | Q(moderated_at__gt=asked_at)
    moved = Decision.objects.filter(comment_id=OuterRef("pk"), made_at__gt=asked_at)
    return queryset.filter(~Exists(moved), pk__lte=newest).exclude(changed)


def _moment(text: str) -> datetime | None:
    """Return a moment written with its zone; None for anything else, and for what the calendar does not have in UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _ask_once_more(
    desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment], word: str, reason: str
) -> TemplateResponse:
    paginator = desk.get_paginator(request, queryset, desk.list_per_page)
    many = paginator.known is None and paginator.count == paging.COUNTED
    count = f"{paginator.count} or more" if many else str(paginator.count)
    return TemplateResponse(
        request,
        "admin/comments/comment/confirm.html",
        {
            **desk.admin_site.each_context(request),
            "opts": desk.opts,
            "title": f"{BUTTONS[word]} all {count}?",
            "button": BUTTONS[word],
            "count": count,
            "asked": "" if many else paginator.count,
            "limit": BULK_LIMIT if paginator.count > BULK_LIMIT else None,
            "word": word,
            "reason": reason,
            "reason_in_words": dict(Comment.Reason.choices).get(reason, ""),
            "folder": folder_of(request),
            "narrowing": narrowing(request, desk),
            "newest": Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
            "asked_at": timezone.now().isoformat(),
        },
    )
