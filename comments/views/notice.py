"""The private page of one notice of illegal content: where it stands, what was decided and why."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from comments.intake import Unreadable, is_cross_site, unstored
from comments.models import AlreadyAnswered, Notice, Statement
from comments.views.answers import CROSS_SITE_PRIVATE, opens_nothing, refused, sent

GONE = "Somebody made it void, it was cut short on its way to you, or the comment that the notice was about is gone."


@csrf_exempt  # its address is the key, which no other site has
@unstored
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """Say where a notice stands; whoever sent it can take it back, or void its address for another."""
    found = Notice.of_token(token)
    if found is None:
        return opens_nothing(request, GONE)
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    if request.method == "POST":
        if is_cross_site(request, private_page=True):
            return refused(request, 403, CROSS_SITE_PRIVATE)
        try:
            _act(found, posted.get("act", ""))
        except (ValueError, AlreadyAnswered) as problem:
            return refused(request, 422, str(problem))
        return HttpResponseRedirect(found.get_absolute_url(), status=303)
    comment = found.comment
    back = found.came_back
    about = {
        "notice": found,
        "comment": comment if comment.is_published else None,
        "statement": _statement(found, found.decision),
        "back": back,
        "afterwards": _statement(found, back.pk) if back else None,
        "went_later": found.state == Notice.State.DISMISSED and comment.status not in ("approved", "pending"),
    }
    response = render(request, "comments/notice.html", about)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _statement(notice: Notice, decision: int | None) -> Statement | None:
    """Return what whoever sent it was told of a decision; those of old name no notice."""
    if decision is None:
        return None
    told = Statement.objects.select_related("redress", "guidelines").filter(decision=decision, to="notifier")
    return told.filter(Q(notice=notice) | Q(notice=None)).order_by("-notice").first()


def _act(notice: Notice, act: str) -> None:
    if act == "withdraw":
        notice.void(by=None, explanation="You took your notice back.")
    elif act == "renew":
        notice.revoke()
    else:
        raise ValueError("Press one of the buttons on the page of your notice. Nothing changed.")
