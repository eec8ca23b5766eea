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
    """Lead to the page of the conversation on which a comment stands, and to its place there."""
    comment = Comment.objects.published().select_related("article").filter(pk=pk).first()
    if comment is None:
        raise Http404("No such comment.")
    page = conversation.page_number(comment)
    query = f"?page={page}" if page > 1 else ""
    return HttpResponseRedirect(f"{comment.article.get_absolute_url()}{query}#c-{comment.pk}")
