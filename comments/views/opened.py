"""What every page behind a receipt's link shares: who gets in, what a post has to be, that nobody keeps the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from comments import receipts
from comments.intake import Unreadable, is_cross_site, unstored
from comments.markup import tidy
from comments.models import Comment
from comments.views.answers import CROSS_SITE_PRIVATE, NO_RECEIPT, opens_nothing, refused, sent

NOT_CHANGED = "Nothing changed"
View = Callable[[HttpRequest, Comment, QueryDict], HttpResponse]


def opened_by_receipt(view: View) -> Callable[..., HttpResponse]:
    """Make a page of ``view``, which gets the comment of the link and what was posted.

    Its address is the key, which no other site has, so there is no CSRF token; a post that a browser says came from
    another site is refused all the same.
    """

    @sensitive_post_parameters()
    @csrf_exempt
    @unstored
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        comment = receipts.find(token)
        if comment is None:
            return opens_nothing(request, NO_RECEIPT)
        back = receipts.receipt_url(comment)
        try:
            posted = sent(request)
        except Unreadable as problem:
            return refused(request, problem.status, problem.sentence, headline=NOT_CHANGED, back=back)
        if request.method == "POST" and is_cross_site(request, private_page=True):
            kept = tidy(posted.get("comment") or posted.get("text") or "")
            return refused(request, 403, CROSS_SITE_PRIVATE, headline=NOT_CHANGED, kept=kept, back=back)
        response = view(request, comment, posted)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return page


def to_receipt(comment: Comment, fragment: str = "") -> HttpResponse:
    """Lead back to the receipt after an act."""
    return HttpResponseRedirect(f"{receipts.receipt_url(comment)}{fragment}", status=303)
