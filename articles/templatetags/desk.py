"""What the desk's pages share: times with their zone, ages, states, and the panels about articles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import tasks
from articles.models import Article, Author, Byline
from articles.querysets import ArticleQuerySet

register = template.Library()

PANEL_LINES = 5  # a panel is a glance; the list has them all


@register.filter
def ago(at: datetime | None) -> str:
    """How long ago, in the one unit that matters."""
    if not at:
        return ""
    minutes = int((timezone.now() - at).total_seconds()) // 60
    if minutes < 1:
        return "less than 1 min"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    return f"{days} d" if days < 730 else f"{days // 365} years"


@register.filter
def zoned(at: datetime | None) -> str:
    """A moment with its zone, as every time on the desk is printed; near days by their names."""
    if not at:
        return ""
    local = timezone.localtime(at)
    day = _day(local)
    return format_html(
        '<time datetime="{}">{} {}&nbsp;<span class="zone">{}</span></time>',
        local.isoformat(timespec="minutes"),
        day,
        f"{local:%H:%M}",
        f"{local:%Z}",
    )


@register.filter
def zoned_plain(at: datetime | None) -> str:
    """The same without markup, for a button, a label or a message."""
    if not at:
        return ""
    local = timezone.localtime(at)
    return f"{_day(local)} {local:%H:%M %Z}"


def _day(local: datetime) -> str:
    today = timezone.localdate()
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((local.date() - today).days)
    year = "" if local.year == today.year else f" {local.year}"
    return near or f"{local:%a} {local.day} {local:%b}{year}"


@register.filter
def state_word(article: Article) -> str:
    """The state as the desk names it: scheduled and sent back are seen, though they are not stored."""
    if article.is_scheduled:
        return "scheduled"
    if article.state == Article.State.DRAFT and article.sent_back_note:
        return "sent back"
    return str(article.get_state_display()).lower()


@register.filter
def chip(article: Article) -> SafeString:
    word = state_word(article)
    return format_html('<span class="chip chip--{}">{}</span>', word.replace(" ", "-"), word.capitalize())


@register.filter
def person(user: User | None) -> str:
    """A colleague's name."""
    return (user.get_full_name() or user.get_username()) if user else "Somebody who has left"


@register.filter
def initials(user: User) -> str:
    letters = user.first_name[:1] + user.last_name[:1]
    return letters.upper() or user.get_username()[:2].upper()


def own_articles(user: User) -> ArticleQuerySet:
    """The articles that are somebody's own: begun by them, or with them in the byline."""
    return Article.objects.filter(pk__in=own_keys(user))


def own_keys(user: User) -> QuerySet[Any, Any]:
    """The keys of somebody's own articles: two looks into indexes, where an "or" over a join would read them all."""
    begun = Article.objects.filter(created_by=user).order_by().values("pk")
    # The authors by their keys, by which the database knows how many bylines to expect.
    authors = list(Author.objects.filter(user=user).values_list("pk", flat=True))
    return begun.union(Byline.objects.filter(author__in=authors).order_by().values("article"))


@register.inclusion_tag("admin/articles/_panels.html", takes_context=True)
def article_panels(context: RequestContext) -> dict[str, Any]:
    """The panels of the Today page, by who must act: what came back, mine, others', the clock."""
    user: User = context["request"].user
    if not user.has_perm("articles.change_article"):
        return {"may_write": False}
    mine = own_articles(user)
    seen = Article.objects.all() if user.has_perm("articles.change_any_article") else mine
    drafts = mine.filter(state=Article.State.DRAFT).order_by("-edited_at").defer("body", "body_text")
    review = seen.filter(state=Article.State.IN_REVIEW).select_related("created_by").order_by("edited_at")
    scheduled = seen.scheduled().select_related("section").defer("body", "body_text")
    return {
        "may_write": True,
        "sent_back": drafts.exclude(sent_back_note="").select_related("sent_back_by")[:PANEL_LINES],
        "drafts": drafts.filter(sent_back_note="")[:PANEL_LINES],
        "draft_count": drafts.filter(sent_back_note="").count(),
        "review": review.defer("body", "body_text")[:PANEL_LINES],
        "review_count": review.count(),
        "scheduled": scheduled[:PANEL_LINES],
        "scheduled_count": scheduled.count(),
    }


@register.inclusion_tag("admin/articles/_failures.html", takes_context=True)
def failed_tasks(context: RequestContext) -> dict[str, Any]:
    """What the worker gave up, for those who answer for the site; nothing where nothing failed."""
    user: User = context["request"].user
    may_see = user.has_perm("articles.publish_article")
    return {"failures": tasks.failures() if may_see else [], "csrf_token": context.get("csrf_token", "")}
