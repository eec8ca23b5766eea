"""One long thread on a page of its own: what the article's page has no room for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.pagecache import carries, until
from comments import conversation, shapes
from comments.models import Comment, Policy, Thread
from comments.models.policy import KEY as POLICY
from comments.models.restriction import pages_key
from comments.triage import opening

NOT_HERE = "There is no thread at this address."


@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """All of one thread, numbered by pages; named by the comment that starts it."""
    carries("published", "layout", POLICY)
    root = Comment.objects.select_related("article__section").filter(pk=pk, depth=0).first()
    if root is None:
        raise Http404(NOT_HERE)
    article = root.article
    carries(f"thread:{article.pk}", f"article:{article.pk}", pages_key(None), pages_key(article.section_id))
    if not article.is_published:
        raise Http404(NOT_HERE)
    try:
        page = conversation.thread_of(root, number=request.GET.get("page", ""), pictures=Policy.current().avatars)
    except conversation.NoSuchPage:
        raise Http404(NOT_HERE) from None
    state = opening(article, Thread.objects.filter(article=article).first())
    until(state.changes_at)
    about = {
        "article": article,
        "page": page,
        "thread": shapes.thread_html(page.entries, slug=article.slug, is_open=state.open, is_whole=True),
        "path": request.path,
    }
    return render(request, "comments/thread.html", about)
