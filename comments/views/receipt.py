"""The private page of one comment: where it is, what was decided and why, and what its writer may do with it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from comments import edits, receipts
from comments.models import Appeal, Comment, Measure, Policy
from comments.views.answers import refused
from comments.views.opened import NOT_CHANGED, opened_by_receipt, to_receipt


@opened_by_receipt
def receipt(request: HttpRequest, comment: Comment, posted: QueryDict) -> HttpResponse:
    """The private page of one comment: where it is, what was decided and why, and what can be done with it."""
    if request.method == "POST":
        return _act(request, comment, posted.get("act", ""))
    is_pending = comment.status == Comment.Status.PENDING
    decision = receipts.last_decision(comment)
    refusal = edits.why_not(comment)
    is_public = comment.article.is_published
    about = {
        "comment": comment,
        "token": receipts.receipt_token(comment),
        "standing": receipts.standing(comment, decision),
        "article": comment.article if is_public else None,
        "shown_parent": comment.parent if comment.parent and comment.parent.is_published else None,
        "place": receipts.place_in_queue(comment) if is_pending else None,
        "wait": receipts.usual_wait() if is_pending and is_public else None,
        "waited": comment.decided_at - comment.created_at if comment.decided_at else None,
        "decision": decision,
        "may_edit": refusal is None,
        # Told while there would be a button, were it not for this.
        "why_not": refusal.sentence if refusal and timezone.now() < comment.editable_until else "",
        "may_withdraw": comment.status != Comment.Status.WITHDRAWN,
        "policy": Policy.current(),
        "measures": _measures(comment),
        "appeal": Appeal.objects.filter(comment=comment.pk).first(),
        "may_appeal": not Appeal.why_not(comment),
        "statement": comment.statements.filter(to="writer", decision=decision.pk).first() if decision else None,
        "renewed": "renewed" in request.GET,
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "comments/receipt.html", about)


def _act(request: HttpRequest, comment: Comment, act: str) -> HttpResponse:
    if act == "withdraw":
        comment.withdraw()
        return to_receipt(comment)
    if act == "renew":
        comment.renew_receipt()
        return to_receipt(comment, "?renewed")
    back = receipts.receipt_url(comment)
    sentence = "Press one of the buttons on your receipt. Nothing changed."
    return refused(request, 422, sentence, headline=NOT_CHANGED, back=back)


@opened_by_receipt
def withdraw(request: HttpRequest, comment: Comment, posted: QueryDict) -> HttpResponse:
    """Ask whether the comment is really to be taken back; the button posts to the receipt."""
    return _ask(request, comment, "comments/receipt_withdraw.html")


@opened_by_receipt
def renew(request: HttpRequest, comment: Comment, posted: QueryDict) -> HttpResponse:
    """Ask whether the link is really to be made void; the button posts to the receipt."""
    return _ask(request, comment, "comments/receipt_renew.html")


def _ask(request: HttpRequest, comment: Comment, template: str) -> HttpResponse:
    if request.method == "POST":
        return _act(request, comment, "")
    return render(request, template, {"comment": comment, "back": receipts.receipt_url(comment)})


def _measures(comment: Comment) -> list[tuple[Measure, bool]]:
    """Return what was decided about its writer since, each with whether it holds now."""
    now = timezone.now()
    return [(measure, measure.is_in_force(now)) for measure in Measure.objects.told_on(comment)[:5]]
