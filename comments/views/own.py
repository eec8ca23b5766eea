"""The page behind the mail to a trusted address: is this comment yours?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from comments import receipts, trust
from comments.intake import Unreadable, is_cross_site, unstored
from comments.models import AlreadyDecided
from comments.views.answers import CROSS_SITE_PRIVATE, refused, sent


@csrf_exempt  # its address is the key, which no other site has
@unstored
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Show the comment, and by POST publish it or leave it to the moderators; a mail scanner's GET does neither."""
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    comment = trust.find(token)
    done = ""
    if request.method == "POST" and comment is not None:
        if is_cross_site(request, private_page=True):
            return refused(request, 403, CROSS_SITE_PRIVATE)
        if posted.get("act") == "disown":
            trust.disown(comment)
            comment, done = None, "Thank you"
        elif posted.get("act") == "own" and posted.get("seen") == comment.on_screen:
            try:
                trust.own(comment, seen=comment.on_screen)
            except AlreadyDecided:
                comment = None
            else:
                # Where its story went meanwhile there is no place to lead to but the receipt.
                shown = comment.get_absolute_url() if comment.is_published else receipts.receipt_url(comment)
                return HttpResponseRedirect(shown, status=303)
        # Else its text has changed since the page was shown: it is shown again, to be looked at.
    about = {"comment": comment, "seen": comment.on_screen if comment else "", "done": done}
    response = render(request, "comments/own.html", about, status=200 if comment or done else 410)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
