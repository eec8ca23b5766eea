"""The private page of one comment: where it is, what was decided and why, and what its writer may do with it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from comments import receipts
from comments.intake import Unreadable, is_cross_site, unstored
from comments.models import Comment
from comments.views.answers import CROSS_SITE_PRIVATE, refused, sent


@csrf_exempt  # its address is the key, which no other site has
@unstored
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of one comment: where it is, what was decided and why, and the button to take it back."""
    comment = receipts.find(token)
    if comment is None:
        raise Http404("No such receipt.")
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    if request.method == "POST":
        if is_cross_site(request, private_page=True):
            return refused(request, 403, CROSS_SITE_PRIVATE)
        if posted.get("act") != "withdraw":
            return refused(request, 422, "Press one of the buttons on your receipt. Nothing changed.")
        comment.withdraw()
        return HttpResponseRedirect(receipts.receipt_url(comment), status=303)
    is_pending = comment.status == Comment.Status.PENDING
    about = {
        "comment": comment,
        "standing": receipts.standing(comment),
        "article": comment.article if comment.article.is_published else None,
        "shown_parent": comment.parent if comment.parent and comment.parent.is_published else None,
        "place": receipts.place_in_queue(comment) if is_pending else None,
        "wait": receipts.usual_wait() if is_pending else None,
        "waited": comment.decided_at - comment.created_at if comment.decided_at else None,
    }
    response = render(request, "comments/receipt.html", about)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
