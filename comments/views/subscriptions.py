"""What a link in a mail leads to: confirming an address, stopping mail about one discussion or all, one's list.

Whoever holds such a link reads the mail of that address; nobody else has it. GET shows a button and changes nothing,
since mail programs and their scanners fetch every link.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from comments import receipts, subscriptions
from comments.follow_mail import Wishes, confirm, mail_links, wishes_of
from comments.intake import KINDS, Unreadable, is_cross_site, unstored
from comments.models import Comment, Follow, Writer
from comments.models.follow import AS_BEFORE
from comments.models.writer import STOP
from comments.views.answers import CROSS_SITE_PRIVATE, NO_RECEIPT, opens_nothing, refused, sent

# What was done by the press before, by a short name in the address: these pages set no cookie.
SAID = {
    "confirmed": "Thank you. The address is confirmed, and mail begins.",
    "confirmed-stopped": "Thank you. The address is confirmed. All mail to it is stopped, so none comes yet.",
    "muted": "No more mail comes about that discussion.",
    "unmuted": "Mail about that discussion comes again.",
    "speed": "Changed.",
    "stopped": "No more mail of any kind comes to this address.",
    "resumed": "Mail comes again, about the discussions below that are not stopped.",
}
REPLACED = "It is not whole or too old, newer ones have replaced it, or nothing is kept under your address any more."
NO_BUTTON = "Press one of the buttons on this page. Nothing changed."


@csrf_exempt  # its address is the key, and a browser that posts from elsewhere is refused
@unstored
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The question whether an address is its owner's; the button says yes, and to what."""
    writer = subscriptions.owner(token, subscriptions.QUESTION)
    if writer is None:
        return opens_nothing(request, REPLACED)
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    wishes = wishes_of(writer)
    if request.method == "POST":
        if is_cross_site(request, private_page=True):
            return refused(request, 403, CROSS_SITE_PRIVATE)
        _take_answer(writer, wishes, posted)
        said = "confirmed" if writer.stopped_at is None else "confirmed-stopped"
        return HttpResponseRedirect(f"{subscriptions.subscriptions_path(writer)}?said={said}", status=303)
    about = {"writer": writer, "wishes": wishes, "speeds": Follow.Speed.choices}
    return _private(render(request, "comments/confirm.html", about))


def _take_answer(writer: Writer, wishes: Wishes, posted: QueryDict) -> None:
    """Confirm the address; what its owner left unticked is not wanted. What was wished for since was not shown."""
    shown, ticked = set(posted.getlist("shown")), set(posted.getlist("follow"))
    speed = posted.get("speed", "")
    for follow in wishes.follows:
        if str(follow.pk) not in shown:
            continue
        if str(follow.pk) not in ticked:
            # Kept, and silent: a receipt on which the wish was gone would tell whoever typed the address.
            Follow.objects.filter(pk=follow.pk).update(declined_at=timezone.now())
        elif speed in Follow.Speed.values:
            Follow.objects.filter(pk=follow.pk).update(speed=speed)
    if wishes.outcome and "outcome" in shown and "outcome" not in posted:
        Writer.objects.filter(pk=writer.pk).update(declined_outcome_at=timezone.now())
    confirm(writer)


@csrf_exempt  # mail programs post here by themselves (RFC 8058): no cookie, no token, no redirect
@unstored
def mute(request: HttpRequest, token: str) -> HttpResponse:
    """Stop mail about one discussion; nothing else can be done with this link but taking that back."""
    follow = subscriptions.followed(token)
    if follow is None:
        return opens_nothing(request, REPLACED)
    try:
        posted = _sent_by_program(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    done = ""
    if request.method == "POST":
        if posted.get("act") == "unmute":
            follow.unmute()
            done = "unmuted"
        else:
            follow.mute()
            done = "muted"
    return _private(render(request, "comments/mute.html", {"follow": follow, "done": done, "said": SAID.get(done)}))


@csrf_exempt  # as above
@unstored
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop all mail to one address, or take it again."""
    writer = subscriptions.owner(token, STOP)
    if writer is None:
        return opens_nothing(request, REPLACED)
    try:
        posted = _sent_by_program(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    done = ""
    if request.method == "POST":
        if posted.get("act") == "resume":
            writer.resume()
            done = "resumed"
        else:
            writer.stop()
            done = "stopped"
    return _private(render(request, "comments/stop.html", {"writer": writer, "done": done}))


@csrf_exempt  # its address is the key, and a browser that posts from elsewhere is refused
@unstored
def own_subscriptions(request: HttpRequest, token: str) -> HttpResponse:
    """The discussions that one address follows: how often it is mailed about each, and the ways to stop."""
    writer = subscriptions.owner(token, subscriptions.OWN)
    if writer is None:
        return opens_nothing(request, REPLACED)
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    if request.method != "POST":
        about = {
            "writer": writer,
            "follows": subscriptions.discussions(writer),
            "speeds": Follow.Speed.choices,
            "said": SAID.get(request.GET.get("said", "")),
        }
        return _private(render(request, "comments/subscriptions.html", about))
    if is_cross_site(request, private_page=True):
        return refused(request, 403, CROSS_SITE_PRIVATE)
    if posted.get("act") == "void":
        writer.void_links()
        mail_links.enqueue(writer.pk)
        return _private(render(request, "comments/voided.html"))
    done = _change(writer, posted)
    if not done:
        return refused(request, 422, NO_BUTTON)
    return HttpResponseRedirect(f"{request.path}?said={done}", status=303)


def _change(writer: Writer, posted: QueryDict) -> str:
    """Do what a button on the list asks for, and return it in a word; empty where there is no such button."""
    act, asked = posted.get("act", ""), posted.get("follow", "")
    if act == "stop":
        writer.stop()
        return "stopped"
    if act == "resume":
        writer.resume()
        return "resumed"
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return ""
    follow = writer.follows.filter(pk=asked).first()  # of this address, whatever number is sent
    if follow is None:
        return ""
    if act == "mute":
        follow.mute()
        return "muted"
    if act == "unmute":
        follow.unmute()
        return "unmuted"
    if act == "speed" and (speed := posted.get("speed", "")) in Follow.Speed.values:
        follow.set_speed(speed)
        return "speed"
    return ""


@csrf_exempt  # its address is the key, which no other site has
@unstored
def wish(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt's own choice of mail; a GET leads back to the receipt."""
    comment = receipts.find(token)
    if comment is None:
        return opens_nothing(request, NO_RECEIPT)
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    if request.method == "POST":
        if is_cross_site(request, private_page=True):
            return refused(request, 403, CROSS_SITE_PRIVATE)
        scope, speed = posted.get("scope", ""), posted.get("speed", Follow.Speed.AT_ONCE)
        if scope not in ("", AS_BEFORE, *Follow.Scope.values) or speed not in Follow.Speed.values:
            return refused(request, 422, NO_BUTTON)
        _take_wish(comment, scope, speed, wants_outcome="outcome" in posted)
        return HttpResponseRedirect(f"{receipts.receipt_url(comment)}#mail", status=303)
    return HttpResponseRedirect(receipts.receipt_url(comment))


def _take_wish(comment: Comment, scope: str, speed: str, *, wants_outcome: bool) -> None:
    if not scope:
        Follow.pause(comment)
    elif scope != AS_BEFORE:
        Follow.ask(comment, scope=scope, speed=speed)
    if comment.status == Comment.Status.PENDING and wants_outcome != comment.wants_outcome:
        Comment.objects.filter(pk=comment.pk).update(wants_outcome=wants_outcome)
        if wants_outcome:
            Follow.ask_address(comment)


def _sent_by_program(request: HttpRequest) -> QueryDict:
    """Return what was posted; a mail program may send a body of its own kind, which then says nothing."""
    if request.method == "POST" and request.content_type not in KINDS:
        return QueryDict()
    return sent(request)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
