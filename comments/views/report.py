"""The page on which a reader reports a comment, and the one that says thank you."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from articles.models import Article
from comments.addresses import address_key
from comments.intake import Unreadable, is_cross_site, unstored
from comments.markup import tidy
from comments.models import Comment, FloodWindow, Notice, NotShown, Report, Writer
from comments.networks import network_of
from comments.report_form import TOO_OLD, ReportForm, report_token, report_token_is_good
from comments.triage import Refusal
from comments.views.answers import refused, sent

LIMIT, WINDOW = 20, timedelta(hours=1)  # reports of one network: more than a reader meets, fewer than a script sends
SAME_NOTICE = timedelta(minutes=10)  # a double click or a lost answer is this recent
NOT_HERE = "This comment is not shown to readers, or not any more, so there is nothing to report."
CROSS_SITE = (
    "Your browser says that this came from another site, so it was not sent. "
    "If you wrote it yourself, press “Send the report” here."
)


@sensitive_post_parameters()  # no report of an error repeats what a reader typed
@csrf_exempt  # a guest's post carries no authority; the form has a token of its own, and cross-site posts are refused
@unstored
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report one comment that readers see: no account, no cookie, no script."""
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence, headline="Not sent")
    comment = Comment.objects.published().select_related("article__section").filter(pk=pk).first()
    if comment is None:
        if request.method != "POST":
            raise Http404(NOT_HERE)
        return _too_late(request, posted)
    if request.method != "POST":
        asked = request.GET.get("reason", "")
        reason = asked if asked in Report.Reason.values else ""
        form = ReportForm(initial={"token": report_token(comment), "reason": reason})
        return _form_page(request, comment, form, status=200)
    return _take(request, comment, posted)


@require_safe
@unstored
def reported(request: HttpRequest, slug: str) -> HttpResponse:
    """Say thank you in the same words to everybody, and lead back to the conversation."""
    article = Article.objects.published().select_related("section").filter(slug=slug).first()
    if article is None:
        raise Http404("There is no article at this address.")
    return render(request, "comments/reported.html", {"article": article})


def _take(request: HttpRequest, comment: Comment, posted: QueryDict) -> HttpResponse:
    """Take a report: 303 to a word of thanks or to the notice's page, or the form again with what has to be mended."""
    form, status = ReportForm.sent(posted, token=report_token(comment)), 422
    if is_cross_site(request):
        status = 403
        form.add_error(None, CROSS_SITE)
    elif not report_token_is_good(posted.get("token", ""), comment):
        form.add_error(None, TOO_OLD)
    if not form.is_valid():
        return _form_page(request, comment, form, status=status)
    try:
        outcome = _enter(comment, form.cleaned_data, network_of(request))
    except NotShown:
        return _too_late(request, posted)
    if isinstance(outcome, Refusal):
        form.add_error(None, outcome.sentence)
        response = _form_page(request, comment, form, status=outcome.status)
        response.headers["Retry-After"] = str(outcome.wait)
        return response
    thanks = reverse("comments:reported", args=[comment.article.slug])
    return HttpResponseRedirect(outcome.get_absolute_url() if outcome else thanks, status=303)


@transaction.atomic
def _enter(comment: Comment, data: dict[str, Any], network: str) -> Refusal | Notice | None:
    """Write a report, and the notice where it is one; what was sent a moment ago is that notice, not another."""
    # First, since it takes the lock that orders equal posts.
    if network and (refusal := _floods(network)):
        return refusal
    is_notice = data["reason"] == Report.Reason.ILLEGAL
    if is_notice and (earlier := _same_notice(comment, data, network)):
        return earlier
    report = comment.report(reason=data["reason"], statement=data["statement"], network=network)
    if report is None or not is_notice:
        return None
    notifier = Writer.of(data["email"]) if data["email"] else None
    return Notice.enter(report, law=data["law"], name=data["name"], notifier=notifier)


def _floods(network: str) -> Refusal | None:
    now = timezone.now()
    running = FloodWindow.hit(f"report {network}", now=now, window=WINDOW)
    if running.count <= LIMIT:
        return None
    wait = max(1, round((running.started_at + WINDOW - now).total_seconds()))
    minutes = "a minute" if wait <= 60 else f"{-(-wait // 60)} minutes"
    return Refusal(
        429,
        f"Too many reports came from your network within an hour. Wait {minutes}, then press “Send the report” again.",
        wait,
    )


def _same_notice(comment: Comment, data: dict[str, Any], network: str) -> Notice | None:
    """Return the notice that this very post made a moment ago: same words, same network, same address or none."""
    if not network:
        return None
    recent = Notice.objects.filter(comment=comment, made_at__gt=timezone.now() - SAME_NOTICE, name=data["name"])
    same = recent.filter(report__network=network, report__statement=data["statement"], law=data["law"])
    if data["email"]:
        return same.filter(notifier__key=address_key(data["email"])).first()
    return same.filter(notifier=None).first()


def _too_late(request: HttpRequest, posted: QueryDict) -> HttpResponse:
    return refused(request, 404, NOT_HERE, kept=tidy(posted.get("statement", "")), headline="Not sent")


def _form_page(request: HttpRequest, comment: Comment, form: ReportForm, *, status: int) -> HttpResponse:
    about = {"comment": comment, "article": comment.article, "form": form, "helper": form.helper_for(request.path)}
    return render(request, "comments/report.html", about, status=status)
