"""The private link of one comment, and what its writer is told there."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from comments.models import Comment, Decision, Tally
from comments.waits import left_standing, waits

_SALT = "comments.receipt"
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{43})", re.ASCII)
USUAL_FROM = 5  # decisions: fewer say nothing about how long it takes
USUAL_OF = 25  # of the last decisions
USUAL_AMONG = 500  # rows of the log looked at: what a filter put aside by itself is no wait for a person
COUNTED = 20_000  # how far a place in the queue is counted


def receipt_token(comment: Comment) -> str:
    """Return the last part of a receipt's address.

    It is a keyed hash of the comment and its receipt's number, so it can be made again for a later mail, and
    raising the number voids it.
    """
    return f"{comment.pk}-{_proof(comment, settings.SECRET_KEY)}"


def receipt_url(comment: Comment) -> str:
    return reverse("comments:receipt", args=[receipt_token(comment)])


def find(token: str) -> Comment | None:
    """Return the comment of a token; None for one that is forged, void, or whose comment is gone."""
    match = _TOKEN.fullmatch(token)
    if not match:
        return None
    comment = Comment.objects.select_related("article__section", "parent__article").filter(pk=match[1]).first()
    if comment is None:
        return None
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    is_good = any(constant_time_compare(_proof(comment, key), match[2]) for key in keys)
    return as_told(comment) if is_good else None


def as_told(comment: Comment) -> Comment:
    """Return a comment as whoever holds its link is told of it, in memory alone.

    One that nothing but a measure about its writer put into the folder waits, as it would under any other address:
    whoever typed this one learns nothing of its owner. A moderator's own word is told as it is.
    """
    if comment.status != Comment.Status.SPAM or comment.rule != "marked":
        return comment
    last = Decision.objects.deciding_about(comment.pk).last()
    if last is None or last.by_id is None or last.channel == "undo":
        comment.status, comment.reason, comment.decided_at = Comment.Status.PENDING, "", None
    return comment


def _proof(comment: Comment, key: str) -> str:
    digest = salted_hmac(_SALT, f"{comment.pk}:{comment.receipt_number}", secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True)
class Standing:
    """What the writer is told of a comment's state: a headline, what follows from it, and the outcome in a word.

    ``waits`` is why one that waits does; ``here`` is said on the receipt alone, for a mail is no page to keep.
    """

    headline: str
    explanation: str
    outcome: str = ""
    waits: str = "A moderator reads it before readers do. Nothing is wrong with yours."
    here: str = ""


AWAY = "The article that it stands under is not public now: readers see no comment there, approved or not."
APPEAL_REFUSED = Standing(
    "Your appeal was refused",
    "Another moderator than the one who had decided read your comment again. The decision stands, as stated below.",
)


def last_decision(comment: Comment) -> Decision | None:
    """Return the decision that put a comment where it is; None where it stands where it started.

    Who takes back a slip leaves it under the decision that had put it there before, where there was one.
    """
    moves = Decision.objects.deciding_about(comment.pk).filter(became=comment.status)
    last = moves.last()
    if last is not None and last.channel == "undo" and comment.status == Comment.Status.PENDING:
        return moves.exclude(channel="undo").last() or last
    return last


def standing(comment: Comment, decision: Decision | None) -> Standing:
    """Return the words for a comment's state; the folder for spam says nothing of how a comment got there.

    ``decision`` is what put it there (``last_decision``).
    """
    match comment.status:
        case Comment.Status.PENDING:
            told = _waiting(decision)
            return told if comment.article.is_published else replace(told, explanation=f"{told.explanation} {AWAY}")
        case Comment.Status.APPROVED if comment.article.is_published:
            return Standing(
                "Your comment is published",
                "Readers see it now.",
                "Approved.",
                here="Keep this page if you may want to take it back: its address is the only key.",
            )
        case Comment.Status.APPROVED:
            return Standing(
                "Your comment is approved",
                "Readers do not see it now, for the article that it stands under is not public.",
                "Approved.",
            )
        case Comment.Status.WITHDRAWN:
            return Standing(
                "You took your comment back",
                "Readers do not see it. Replies to it, if there are any, stay under a line that names nobody.",
                "You took it back.",
            )
        case Comment.Status.REJECTED:
            return Standing(
                "Your comment is not published",
                "A rule of this site decided so by itself, for the reason below."
                if decision is not None and decision.by_id is None
                else "A moderator read it and decided so, for the reason below.",
                f"Rejected: {comment.get_reason_display()}." if comment.reason else "Rejected.",
            )
        case _:
            return Standing(
                "Your comment is not published",
                "It was taken for advertising. If it is none, be patient: mistakes are looked for.",
                "It lies in the spam folder, through which our moderators look for mistakes.",
            )


def _waiting(decision: Decision | None) -> Standing:
    match decision.channel if decision else "":
        case "receipt":
            return Standing(
                "Your change is waiting for a moderator",
                "You changed more than typing, so it is read before readers see it. Until then they do not see your "
                "comment at all; replies stay.",
                waits="Changed words are read again, whoever wrote them.",
            )
        case "report":
            return Standing(
                "Readers reported your comment",
                "So many did that nobody sees it until a moderator has looked at it; replies stay. That decides "
                "nothing yet.",
                waits="A moderator looks at what readers reported.",
                here="The answer appears here.",
            )
        case "appeal":
            return Standing(
                "Your appeal was granted",
                "Your comment is back in the queue, and is read once more before readers see it.",
                waits="It is read once more.",
            )
        case _ if decision and decision.by_id:
            return Standing(
                "Your comment is in the queue again",
                "A moderator put it back, to be looked at once more. Readers do not see it until then; replies stay.",
                waits="A moderator put it back, to be looked at once more.",
            )
        case _:
            return Standing(
                "Your comment is waiting for a moderator",
                "We have it, safely on disk.",
                here="Keep this page: its address is the only key to your comment, and nobody else can see it.",
            )


@dataclass(frozen=True)
class Place:
    """Where a waiting comment stands in the queue; ``further`` where it stands behind more than are counted."""

    number: int
    waiting: int
    further: bool = False


def place_in_queue(comment: Comment) -> Place:
    """Return how many wait, and which of them this one is; the oldest is number one."""
    earlier = Comment.objects.pending().filter(created_at__lte=comment.created_at)
    earlier = earlier.exclude(created_at=comment.created_at, pk__gte=comment.pk)
    before = earlier.order_by()[:COUNTED].count()
    further = before == COUNTED
    number = before if further else before + 1
    return Place(number, max(number, Tally.counts()[Comment.Status.PENDING]), further)


def usual_wait() -> timedelta | None:
    """Return the middle wait of the last comments that a person decided about; None while too few were."""
    columns = ("comment_id", "was", "became", "by_id", "channel", "made_at")
    recent = list(Decision.objects.deciding().order_by("-pk").values_list(*columns, named=True)[:USUAL_AMONG])
    seconds = [wait.total_seconds() for wait in waits(left_standing(reversed(recent)), USUAL_OF)]
    return timedelta(seconds=median(seconds)) if len(seconds) >= USUAL_FROM else None
