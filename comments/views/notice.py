"""The private page of one notice of illegal content: where it stands, what was decided and why."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from comments.intake import Unreadable, is_cross_site, unstored
from comments.models import AlreadyAnswered, Notice, Statement
from comments.views.answers import CROSS_SITE_PRIVATE, refused, sent


@csrf_exempt  # its address is the key, which no other site has
@unstored
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """Say where a notice stands; whoever sent it can take it back, or void its address for another."""
    found = Notice.of_token(token)
    if found is None:
        raise Http404("No such notice.")
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
    decided = Statement.objects.select_related("redress", "guidelines")
    about = {
        "notice": found,
        "comment": found.comment if found.comment.is_published else None,
        "statement": decided.filter(decision=found.decision, to=Statement.To.NOTIFIER).first()
        if found.decision
        else None,
    }
    response = render(request, "comments/notice.html", about)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _act(notice: Notice, act: str) -> None:
    if act == "withdraw":
        notice.void(by=None, explanation="You took your notice back.")
    elif act == "renew":
        notice.revoke()
    else:
        raise ValueError("Press one of the buttons on the page of your notice. Nothing changed.")
