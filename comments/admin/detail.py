"""The page of one comment: where it stands, what is known, and which one comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from articles.admin import paging
from comments.admin import toast
from comments.admin.evidence import items_of
from comments.admin.presses import kept_words
from comments.models import Comment, Decision, Tally
from comments.models.comment import signature_of
from comments.models.log import DECIDING
from comments.rule_names import name_of


class Neighbours:
    """What waits just before a comment and just after it, the oldest first."""

    def __init__(self, comment: Comment) -> None:
        waiting = Comment.objects.pending()
        here = Q(created_at=comment.created_at)
        self.before = waiting.filter(Q(created_at__lt=comment.created_at) | here & Q(pk__lt=comment.pk))
        after = waiting.filter(Q(created_at__gt=comment.created_at) | here & Q(pk__gt=comment.pk))
        self.previous_pk = self.before.reverse().values_list("pk", flat=True).first()
        self.next_pk = after.values_list("pk", flat=True).first()

    @property
    def onward(self) -> str:
        """Where an act leads: to the next one that waits; where none does, to the queue."""
        pk = self.next_pk or self.previous_pk
        if pk is None:
            return reverse("admin:comments_comment_changelist")
        return reverse("admin:comments_comment_change", args=[pk])


def context_of(request: HttpRequest, comment: Comment, neighbours: Neighbours) -> dict[str, Any]:
    """Return what the page of a comment shows."""
    [item] = items_of([comment])
    same_writer = Comment.objects.none()
    if comment.writer_id:
        same_writer = Comment.objects.filter(writer=comment.writer_id).exclude(pk=comment.pk)
    decisions = list(Decision.objects.filter(comment_id=comment.pk).select_related("by").order_by("-pk"))
    return {
        "title": f"Comment by {comment.name}",
        "item": item,
        "comment": comment,
        "reasons": Comment.Reason.choices,
        "place": neighbours.before[: paging.COUNTED].count() + 1 if comment.status == "pending" else None,
        "waiting": Tally.counts()["pending"],
        "previous_pk": neighbours.previous_pk,
        "next_pk": neighbours.next_pk,
        "others": same_writer.order_by("-created_at", "-pk")[:4],
        "around": _seen_by_readers(comment),
        "decisions": decisions,
        "started": _why_it_waited_first(comment, decisions),
        "signature": signature_of(cast("User", request.user)),
        "toast": toast.of(request),
        "kept": kept_words(request, [comment]),
    }


def _why_it_waited_first(comment: Comment, decisions: Sequence[Decision]) -> str:
    """Return by which rule it waited when it came; what the comment keeps is why it waits, or waited, last."""
    first = next((each for each in reversed(decisions) if each.act in DECIDING), None)
    if first is None:
        return comment.because
    # The log names the rule under which it had stood until then.
    return name_of(first.rule).capitalize() if first.rule and first.channel != "report" else ""


def _seen_by_readers(comment: Comment) -> QuerySet[Comment]:
    """What readers see right around it: the thread's latest three before it."""
    published = Comment.objects.published().on(comment.article).exclude(pk=comment.pk)
    return published.filter(created_at__lte=comment.created_at).order_by("-created_at", "-pk")[:3]
