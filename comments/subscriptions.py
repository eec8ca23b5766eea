"""The private links in mails to writers: each proves that its holder reads mail of an address, and for what."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from comments import links
from comments.models import Follow, Policy, Writer

LISTED = 500  # follows of one address that its page looks through
MUTE, OWN, QUESTION = "mute", "own", "question"  # purposes: no token passes for another


def mute_path(follow: Follow) -> str:
    """Where mail about one discussion is stopped, and nothing else can be done."""
    return reverse("comments:mute", args=[links.make(MUTE, (follow.pk,), follow.number)])


def subscriptions_path(writer: Writer) -> str:
    return reverse("comments:subscriptions", args=[links.make(OWN, (writer.pk,), writer.link_number)])


def stop_path(writer: Writer) -> str:
    return writer.stop_path


def question_path(writer: Writer) -> str:
    return reverse("comments:confirm", args=[links.make(QUESTION, (writer.pk,), writer.link_number)])


def followed(token: str) -> Follow | None:
    """Return the follow whose mails hold this link; None where it is forged or void."""
    parts = links.read(token)
    if parts is None:
        return None
    follow = Follow.objects.select_related("article", "writer").filter(pk=parts.number(0)).first()
    return follow if follow and parts.is_good(MUTE, follow.number) else None


def owner(token: str, purpose: str) -> Writer | None:
    """Return whose address got this link for a purpose; None where it is forged, void, or a question too old."""
    parts = links.read(token)
    if parts is None:
        return None
    writer = Writer.objects.filter(pk=parts.number(0)).first()
    if writer is None or not parts.is_good(purpose, writer.link_number):
        return None
    life = timedelta(days=Policy.current().keep_unconfirmed_days)
    return None if purpose == QUESTION and parts.is_older_than(life) else writer


def discussions(writer: Writer) -> list[Follow]:
    """Return one follow for each discussion of an address, the newest first; a mute holds for the whole of it."""
    seen: dict[int, Follow] = {}
    wanted = writer.follows.filter(paused_at=None, declined_at=None).select_related("article")
    for follow in wanted.order_by("-pk")[:LISTED]:
        first = seen.setdefault(follow.article_id, follow)
        first.muted_at = first.muted_at or follow.muted_at
        if follow.scope == Follow.Scope.ALL:
            first.scope = follow.scope
    return list(seen.values())
