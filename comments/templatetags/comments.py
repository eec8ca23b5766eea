"""What an article's page shows of the conversation; these tags are the only door from there to here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from html import unescape
from typing import Any

from django import template
from django.http import Http404
from django.template.context import Context
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from articles.models import Article
from articles.pagecache import carries, until
from articles.templatetags.articles import zone_of
from comments import conversation, forms, markup, shapes
from comments.entries import Entry
from comments.models import Policy, Thread
from comments.models.policy import KEY as POLICY
from comments.models.restriction import pages_key
from comments.triage import opening

register = template.Library()


@register.inclusion_tag("comments/_conversation.html", takes_context=True)
def comment_thread(context: Context, article: Article) -> dict[str, Any]:
    """The conversation under an article and the form to join it; the page of it is named in the page's address.

    Raises Http404 for a page that is not there, so that a made-up address is answered as any other.
    """
    carries(f"thread:{article.pk}", POLICY, pages_key(article.section_id))
    asked = context["request"].GET
    policy = Policy.current()
    try:
        page = conversation.page_of(
            article, number=asked.get("page", ""), order=asked.get("sort", ""), pictures=policy.avatars
        )
    except conversation.NoSuchPage:
        raise Http404("The conversation has no such page.") from None
    state = opening(article, page.thread)
    until(state.changes_at)
    announces = policy.announces(timezone.now())
    until(policy.announced_until if announces else None)
    return {
        "article": article,
        "page": page,
        "picked": conversation.picked(article, page),
        "thread": shapes.thread_html(
            page.entries, slug=article.slug, is_open=state.open, newest_first=page.newest_first
        ),
        "opening": state,
        "announcement": policy.announcement if announces else "",
        "guidelines": policy.guidelines,
        "form": forms.guest_form(article) if state.open else "",
        "path": context["request"].path,
    }


@register.simple_tag
def comment_counts(articles: Iterable[Article]) -> dict[int, int]:
    """How many comments readers see under each of these articles, in one query."""
    keys = [article.pk for article in articles]
    carries(*(f"thread:{key}" for key in keys))
    return dict(Thread.objects.filter(article__in=keys).values_list("article_id", "approved_count"))


@register.filter
def count_for(counts: dict[int, int], article: Article) -> int:
    """The number of comments under one article, from what ``comment_counts`` returned."""
    return counts.get(article.pk, 0)


@register.filter
def marked_up(text: str) -> SafeString:
    """The newsroom's own words by the same rules as a reader's."""
    return _marked_up(text)


@lru_cache(maxsize=8)
def _marked_up(text: str) -> SafeString:
    return mark_safe(markup.render(markup.tidy(text)))  # noqa: S308  # rendered safe


@register.filter
def excerpt(comment: Entry) -> str:
    """The first words of a comment on one line, without its markup."""
    return Truncator(unescape(" ".join(strip_tags(comment.html.replace("<", " <")).split()))).chars(180)


@register.filter
def zone(moment: datetime) -> str:
    """The short name of the site's zone at a moment, for a clock time that stands alone."""
    return zone_of(timezone.localtime(moment))


@register.filter
def number_of(wait: timedelta) -> int:
    """A wait in whole minutes, from 90 of them on in hours, from 36 hours on in days: the number."""
    return _in_words(wait)[0]


@register.filter
def unit_of(wait: timedelta) -> str:
    """The unit that belongs to ``number_of``."""
    return _in_words(wait)[1]


def _in_words(wait: timedelta) -> tuple[int, str]:
    minutes = max(1, round(wait.total_seconds() / 60))
    if minutes < 90:
        return minutes, "min"
    hours = round(minutes / 60)
    return (hours, "hours") if hours < 36 else (round(hours / 24), "days")


register.filter("initials", shapes.initials)
