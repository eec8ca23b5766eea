"""Deciding about one comment from a mail, without signing in: what will happen, a button, and who was quicker."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from comments import held_mail
from comments.held_mail import Errand
from comments.hosts import spelled_out
from comments.intake import Unreadable, is_cross_site, unstored
from comments.markup import tidy
from comments.models import AlreadyDecided, Comment, TextChanged
from comments.views.answers import CROSS_SITE_PRIVATE, opens_nothing, refused, sent

NOTE_LENGTH = 300  # characters, as its column
VOID = "This link is not whole, or it is void: links end with your password, your role and the comment."
NOT_READ = "Read the comment below, then press the button. Nothing was decided."


@csrf_exempt  # its address is the key, and a browser that posts from elsewhere is refused
@unstored
def decide(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link in a mail would do, and do it when its button is pressed; fetching it changes nothing."""
    errand = held_mail.errand(token)
    if errand is None:
        return opens_nothing(request, VOID, for_staff=True)
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    note = tidy(posted.get("note", ""))
    if request.method == "POST" and is_cross_site(request, private_page=True):
        return refused(request, 403, CROSS_SITE_PRIVATE, kept=note)
    if overtaken := errand.overtaken_by:
        about = {"errand": errand, "comment": errand.comment, "decision": overtaken, "note": note}
        return _page(request, about, status=409 if request.method == "POST" else 200)
    if errand.is_old:
        return _page(request, {"errand": errand, "comment": None, "is_old": True, "note": note}, status=410)
    if request.method != "POST":
        return _ask(request, errand)
    return _act(request, errand, posted)


def _act(request: HttpRequest, errand: Errand, posted: QueryDict) -> HttpResponse:
    """Do it through the model's own method, unless the text or the state is not the one that was read."""
    reason, note = posted.get("reason", ""), tidy(posted.get("note", "")).strip()[:NOTE_LENGTH]
    if errand.act == "reject" and reason not in Comment.Reason.values:
        sentence = "Choose a reason: the writer is told why. Nothing was decided."
        return _ask(request, errand, sentence=sentence, note=note, status=422)
    comment, seen = errand.comment, posted.get("seen", "")
    if not seen.startswith(f"{Comment.Status.PENDING}@"):
        return _ask(request, errand, sentence=NOT_READ, note=note, reason=reason, status=422)
    try:
        if errand.act == "approve":
            comment.approve(by=errand.moderator, channel="mail", seen=seen)
        elif errand.act == "spam":
            comment.mark_spam(by=errand.moderator, channel="mail", seen=seen)
        else:
            comment.reject(by=errand.moderator, reason=reason, note=note, channel="mail", seen=seen)
    except TextChanged as refusal:
        return _ask(request, errand, sentence=str(refusal), note=note, reason=reason, status=409)
    except AlreadyDecided as refusal:
        about = {"errand": errand, "comment": comment, "decision": errand.overtaken_by, "sentence": str(refusal)}
        return _page(request, {**about, "note": note}, status=409)
    return _page(request, {"errand": errand, "comment": comment, "done": True})


def _ask(
    request: HttpRequest, errand: Errand, *, sentence: str = "", note: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    about = {
        "errand": errand,
        "comment": errand.comment,
        "hosts": spelled_out(errand.comment),
        "reasons": Comment.Reason.choices,
        "seen": errand.comment.on_screen,
        "sentence": sentence,
        "note": note,
        "chosen": reason,
        "asks": True,
    }
    return _page(request, about, status=status)


def _page(request: HttpRequest, about: dict[str, object], *, status: int = 200) -> HttpResponse:
    response = render(request, "comments/decide.html", about, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
