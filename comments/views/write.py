"""The reply form on a page of its own: a post with something to mend, an answer to one comment, a preview."""

from __future__ import annotations

import time
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from articles.models import Article
from comments import receipts, shapes, triage
from comments.addresses import address_key
from comments.forms import TOO_OLD, TRAP, CommentForm, form_token, seconds_since, token_is_good
from comments.intake import Unreadable, is_cross_site, unstored
from comments.markup import render as rendered
from comments.markup import tidy
from comments.models import Block, Comment, Follow, Policy, Thread, Writer
from comments.networks import network_of
from comments.trust import ask_owner
from comments.views.answers import refused, sent

USER_AGENT_LENGTH = 200  # characters: enough to tell a browser from a script
ARTICLE_COLUMNS = (
    *("headline", "standfirst", "slug", "state", "publish_at", "withdrawn_at", "created_at", "section__colour"),
    *("comments_open", "comments_close_after_days"),
)
NOT_ASKED = tuple(
    f"article__{field.name}"
    for field in Article._meta.concrete_fields
    if field.name not in {"id", "section", *ARTICLE_COLUMNS}
)
NOT_HERE = "There is no article at this address that takes comments."
NO_PARENT = "The comment that you want to answer is not shown here. What you write now answers the article itself."
CROSS_SITE = (
    "Your browser says that this came from another site, so it was not posted. "
    "If you wrote it yourself, press “Post comment” here."
)


@sensitive_post_parameters()  # no report of an error repeats what a reader typed
@csrf_exempt  # a guest's post carries no authority; the form has a token of its own, and cross-site posts are refused
@unstored
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The reply form: for an answer to one comment, for a post with something to mend, and for a preview."""
    article, thread = _article(slug)
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence)
    kept = tidy(posted.get("comment", ""))
    if article is None and request.method != "POST":
        raise Http404(NOT_HERE)
    if article is None:
        return refused(request, 404, NOT_HERE, kept=kept)
    if article.is_gone:
        return refused(request, 410, "This article was withdrawn, and its conversation with it.", kept=kept)
    book = triage.Book.current()  # before a transaction opens: most posts then ask the database for none of it
    state = triage.opening(article, thread)
    if not state.open:
        return refused(request, 403, state.sentence, reason=state.reason, kept=kept, article=article)
    if request.method != "POST":
        return _ask(request, article, state)
    return _take(request, article, posted, state, book)


def _ask(request: HttpRequest, article: Article, state: triage.Opening) -> HttpResponse:
    """Show the empty form; ``?reply=`` names the comment to be answered."""
    parent, is_known = _parent(article, request.GET.get("reply", ""))
    form = CommentForm(initial={"token": form_token(article, now=time.time()), "reply": parent.pk if parent else ""})
    sentence = "" if is_known else NO_PARENT
    if parent:  # whoever pressed "Reply" wants to write; what is answered is told with the field
        attributes = form.fields["comment"].widget.attrs
        attributes |= {"autofocus": True, "aria-describedby": "answering id_comment_helptext"}
    return _form_page(request, article, form, parent, state, status=200 if is_known else 404, sentence=sentence)


def _take(
    request: HttpRequest, article: Article, posted: QueryDict, state: triage.Opening, book: triage.Book
) -> HttpResponse:
    """Take a post: 303 to its receipt, or the form again with everything in it and what has to be mended."""
    parent, is_known = _parent(article, posted.get("reply", ""))
    if "preview" in posted and (refusal := triage.previews_too_often(network_of(request))):
        form = CommentForm(
            initial={**CommentForm.tidied(posted), "token": form_token(article), "reply": parent and parent.pk}
        )
        return _form_page(
            request, article, form, parent, state, status=429, sentence=refusal.sentence, wait=refusal.wait
        )
    form = CommentForm.sent(posted, token=form_token(article), reply=str(parent.pk) if parent else "")
    status = 422
    if is_cross_site(request):
        status = 403
        form.add_error(None, CROSS_SITE)
    elif not is_known:
        form.add_error(None, NO_PARENT)
    elif not token_is_good(token := posted.get("token", ""), article):
        form.add_error(None, TOO_OLD)
    is_valid = form.is_valid()
    if "preview" in posted or not is_valid:
        preview = _unwritten(form, article, parent) if "preview" in posted else None
        return _form_page(request, article, form, parent, state, status=200 if is_valid else status, preview=preview)

    def entered() -> tuple[Comment, triage.Refusal | None]:
        comment = _unwritten(form, article, parent)
        comment.network = network_of(request)
        comment.user_agent = tidy(request.headers.get("User-Agent", ""))[:USER_AGENT_LENGTH]
        comment.wants_outcome = form.cleaned_data["wants_outcome"]
        context = triage.Context(comment, book, trapped=bool(posted.get(TRAP)), seconds=seconds_since(token))
        return comment, _enter(context, form.cleaned_data["email"], state, follows=form.cleaned_data["follow"])

    try:
        comment, refusal = entered()
    except IntegrityError:
        # Retention dropped the row of a writer whom nothing was left of, between the look for it and the comment. A
        # second look finds none, and makes one.
        comment, refusal = entered()
    if refusal is None:
        return HttpResponseRedirect(receipts.receipt_url(comment), status=303)
    form.add_error(None, refusal.sentence)
    return _form_page(request, article, form, parent, state, status=refusal.status, wait=refusal.wait)


@transaction.atomic
def _enter(context: triage.Context, address: str, state: triage.Opening, *, follows: bool) -> triage.Refusal | None:
    """Write a comment where triage puts it, or return why not; a post that came before becomes that comment."""
    comment, key = context.comment, address_key(address)
    flood = triage.floods(comment, context.policy)  # first, since it takes the lock that orders equal posts
    context.same = triage.same_words(comment)
    if earlier := triage.same_post(comment, key, context.same):
        comment.pk, comment.receipt_number = earlier.pk, earlier.receipt_number
        return None
    refusal = flood or triage.repeats(comment, context.same) or triage.goes_too_fast(comment, state)
    if refusal is None:
        context.writer = comment.writer = Writer.of(address)
        context.mail_domain = key.rpartition("@")[2]
        verdict = triage.triage(comment, context=context)
        verdict.settle(comment)
        Block.count_hits(verdict.met)
        comment.enter()
        if verdict.rule == "own-address":
            ask_owner.enqueue(comment.pk)
        if follows:
            Follow.ask(comment)
        elif comment.wants_outcome:
            Follow.ask_address(comment)
    return refusal


def _article(slug: str) -> tuple[Article | None, Thread | None]:
    """Return the article of a slug, old ones too, if readers know it (published, or withdrawn since), and its thread.

    Both come with one query where somebody has commented before, which is most of the time.
    """
    talked = Thread.objects.select_related("article__section").defer(*NOT_ASKED).order_by()
    thread = next(iter(talked.filter(article__slug=slug)), None)
    if thread is not None:
        article: Article | None = thread.article
    else:
        known = Article.objects.select_related("section").only(*ARTICLE_COLUMNS)
        article = known.filter(slug=slug).first() or known.filter(past_slugs__slug=slug).first()
        thread = Thread.objects.filter(article=article).first() if article and article.slug != slug else None
    if article is None or not (article.is_published or article.is_gone):
        return None, None
    return article, thread


def _parent(article: Article, asked: str) -> tuple[Comment | None, bool]:
    """Return the comment to be answered, and whether the one asked for (if any) is there for readers."""
    if not asked:
        return None, True
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None, False
    parent = Comment.objects.published().on(article).filter(pk=asked).first()
    return parent, parent is not None


def _unwritten(form: CommentForm, article: Article, parent: Comment | None) -> Comment:
    """Return the comment that the form asks for, as far as it is filled in; nothing is written."""
    data = form.cleaned_data
    comment = Comment(
        article=article,
        parent=parent,
        name=data.get("name", ""),
        website=data.get("website", ""),
        text=data.get("comment", ""),
    )
    comment.html = rendered(comment.text)
    return comment


def _form_page(
    request: HttpRequest,
    article: Article,
    form: CommentForm,
    parent: Comment | None,
    state: triage.Opening,
    *,
    status: int,
    sentence: str = "",
    wait: int = 0,
    preview: Comment | None = None,
) -> HttpResponse:
    about: dict[str, Any] = {
        "article": article,
        "form": form,
        "helper": form.helper_for(request.path),
        "parent": parent,
        "opening": state,
        "sentence": sentence,
        "preview": shapes.preview_html(preview) if preview and preview.text else "",
        "guidelines": Policy.current().guidelines,
        # Not asked for with a refusal: those come by the hundred.
        "usual_wait": receipts.usual_wait() if status == 200 else None,
    }
    response = render(request, "comments/write.html", about, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
