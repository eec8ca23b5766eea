"""The address of one comment, wherever its thread stands now."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from comments import conversation
from comments.intake import unstored
from comments.models import Comment


@require_safe
@unstored
def permalink(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the page on which a comment is read, in the order asked for, and to its place there."""
    comment = Comment.objects.published().select_related("article").filter(pk=pk).first()
    if comment is None:
        raise Http404("No such comment.")
    newest_first = request.GET.get("sort") == "newest"
    return HttpResponseRedirect(conversation.address_of(comment, newest_first=newest_first))
