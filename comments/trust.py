"""Letting regulars past the queue without believing what is merely typed.

A guest's post proves nothing about the address in it. So where the site trusts confirmed regulars, a comment under
such an address is held like any other, and its owner gets a mail with a link. Whoever follows it and presses the
button has shown that the address is theirs, and the comment appears; whoever did not write it says so, and
moderators read that. The mail holds nothing that the sender typed, and comes at most once an hour; without an answer
the comment simply stays in the queue.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from articles.tasks import task
from comments import links
from comments.mail import absolute, send, to_writer
from comments.models import Comment, Decision, Policy
from comments.models.writer import DISOWNED
from comments.triage.rules import is_trusted, triage

RULE = "own-address"
OWN = "trust"  # the purpose of a link, as those in ``comments.subscriptions``
VALID = timedelta(days=3)


def own_url(comment: Comment) -> str:
    number = comment.writer.link_number if comment.writer else 0
    return reverse("comments:own", args=[links.make(OWN, (comment.pk,), number)])


def find(token: str) -> Comment | None:
    """Return the comment of a link that is good: not forged, void or too old, still waiting, its writer still trusted.

    A moderator who put it back into the queue wants to look, and a rule or a measure made since is heard as well.
    """
    parts = links.read(token)
    if parts is None or parts.is_older_than(VALID):
        return None
    known = Comment.objects.select_related("article__section", "writer", "parent")
    comment = known.filter(pk=parts.number(0), status=Comment.Status.PENDING, rule=RULE).first()
    if comment is None or comment.writer is None or not parts.is_good(OWN, comment.writer.link_number):
        return None
    if Decision.objects.deciding_about(comment.pk).filter(by__isnull=False).exists():
        return None
    return comment if triage(comment).rule == RULE else None


def own(comment: Comment, *, seen: str) -> None:
    """Let it appear, as its owner says that it is theirs; ``seen`` is what the owner had on the screen."""
    with transaction.atomic():
        comment.approve(by=None, channel="own", seen=seen)  # first, since it locks the rows in their order
        comment.vouch()


def disown(comment: Comment) -> None:
    """Leave it to the moderators, with what the owner of the address says."""
    because = "The owner of the address says that somebody else wrote this."
    Comment.objects.filter(pk=comment.pk, rule=RULE).update(rule=DISOWNED, because=because)


@task("Ask the owner of a trusted address")
def ask_owner(pk: int) -> None:
    """Mail the link, unless one went to the address within the hour: then the comment waits for a moderator."""
    comment = Comment.objects.select_related("writer", "article").filter(pk=pk, rule=RULE).first()
    if comment is None or comment.writer is None or comment.status != Comment.Status.PENDING:
        return
    if not is_trusted(comment.writer, Policy.current()) or not comment.article.is_published:
        return
    if not comment.writer.take_turn():
        return
    about = {"headline": comment.article.headline, "link": absolute(own_url(comment)), "days": VALID.days}
    mail = to_writer(
        "own_comment",
        comment.writer,
        subject=f"Did you just comment on {settings.SITE_NAME}?",
        about={**about, "at": timezone.localtime(comment.created_at)},
    )
    try:
        send(mail)
    except Exception:
        comment.writer.return_turn()
        raise
