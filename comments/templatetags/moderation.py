"""What the desk shows about comments outside the queue itself: the number in the bar, the panel, a column."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article
from comments.admin.appeals import waiting_appeals
from comments.admin.evidence import Levels
from comments.admin.notices import waiting_notices
from comments.admin.wordings import COME, GONE, SAME, Part
from comments.models import Comment, Decision, Report, Tally, Thread

register = template.Library()


@register.simple_tag
def waiting_comments() -> int:
    """How many comments wait; a kept count."""
    return Tally.counts()["pending"]


@register.inclusion_tag("admin/comments/_panel.html", takes_context=True)
def comments_panel(context: RequestContext) -> dict[str, Any]:
    """The panel of the Today page; empty for who does not moderate."""
    user: User = context["request"].user
    if not user.has_perm("comments.moderate_comment"):
        return {"may_moderate": False}
    pending, counts = Comment.objects.pending(), Tally.counts()
    busiest = (
        Thread.objects.filter(pending_count__gt=0)
        .select_related("article")
        .defer("article__body", "article__body_text")
    )
    return {
        "may_moderate": True,
        "waiting": counts["pending"],
        "appeals": waiting_appeals(),
        "notices": waiting_notices(),
        "oldest": list(pending.select_related("article")[:3]),
        "suspicious": pending.filter(score__gte=Levels.current().hold).order_by()[:100].count(),
        "reported": counts["reported"],
        "busiest": busiest.order_by("-pending_count", "-article_id")[:3],
    }


@register.simple_tag
def waiting_on(articles: Iterable[Article]) -> dict[int, int]:
    """How many comments wait under each of these articles, in one query."""
    threads = Thread.objects.filter(article__in=[article.pk for article in articles], pending_count__gt=0)
    return dict(threads.values_list("article_id", "pending_count"))


@register.filter
def count_of(counts: dict[int, int], article: Article) -> int:
    return counts.get(article.pk, 0)


@register.filter
def actor(decision: Decision) -> str:
    """Who decided, for other staff; from the row that was fetched along, where ``actor_name`` would ask again."""
    if decision.by_id is None:
        names = {"receipt": "The writer", "report": "Readers' reports"}
        return names.get(decision.channel, "Triage" if not decision.was else "The site")
    person = decision.by
    return (person.get_full_name() or person.get_username()) if person else "Somebody who has left"


@register.filter
def reason_in_words(reason: str) -> str:
    return str(dict([*Report.Reason.choices, *Comment.Reason.choices]).get(reason, reason)).lower()


@register.filter
def marked(parts: Iterable[Part]) -> SafeString:
    """The words of a compared text, what went as ``del`` and what came as ``ins``."""
    marks = {SAME: "{}", GONE: "<del>{}</del>", COME: "<ins>{}</ins>"}
    return mark_safe("".join(format_html(marks[part.kind], part.text) for part in parts))  # noqa: S308  # each escaped


@register.filter
def span(length: timedelta) -> str:
    """How long something took, in the one unit that matters, as ``ago`` counts."""
    minutes = max(0, int(length.total_seconds())) // 60
    if minutes < 1:
        return "less than 1 min"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"
