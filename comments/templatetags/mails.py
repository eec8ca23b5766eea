"""What mails print, and what a receipt shows of the mail that was asked for with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone

from articles.templatetags.articles import zone_of
from comments.markup import hosts_spelled_out
from comments.models import Comment, Follow, Policy
from comments.models.follow import AS_BEFORE

register = template.Library()


@register.filter
def quoted(text: str, mark: str = "> ") -> str:
    """Somebody's words in a plain mail, each line marked, so that none passes for a line of ours."""
    return "\n".join(f"{mark}{line}".rstrip() for line in text.splitlines())


@register.filter
def spelled_out(text: str) -> str:
    """A text whose links name the host that they lead to, where it would be read as another."""
    return hosts_spelled_out(text)


@register.filter
def moment(at: datetime) -> str:
    """A moment with its zone, without markup: 23 January 2023, 14:32 UTC."""
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y, %H:%M} {zone_of(local)}"


@register.inclusion_tag("comments/_follow.html")
def follow_panel(comment: Comment, action: str) -> dict[str, Any]:
    """The receipt's choice of mail: what was chosen here, never what the owner of the address did with it.

    It is shown for as long as an unconfirmed wish is kept, whether this one was confirmed or not: a receipt that
    forgot would tell whoever typed the address. After that it shows none, and saves none unless one is made.
    """
    since = timezone.now() - timedelta(days=Policy.current().keep_unconfirmed_days)
    follow = Follow.objects.filter(comment=comment, created_at__gt=since).first()
    is_known = follow is not None or comment.created_at > since
    kept = [] if is_known else [(AS_BEFORE, "As it was chosen before")]
    chosen = "" if is_known else AS_BEFORE
    return {
        "action": action,
        "asks_outcome": comment.status == Comment.Status.PENDING,
        "wants_outcome": comment.wants_outcome,
        "scope": follow.scope if follow and follow.paused_at is None else chosen,
        "speed": follow.speed if follow else Follow.Speed.AT_ONCE,
        "scopes": [*kept, ("", "No mail about answers"), *Follow.Scope.choices],
        "speeds": Follow.Speed.choices,
    }
