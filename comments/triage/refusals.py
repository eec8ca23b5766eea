"""What is told a writer at once, before anything is written: too many, too fast, said already.

No sentence here depends on the address alone: an answer to one would tell who writes here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from comments.models import Comment, Decision, FloodWindow, Policy, text_fingerprint
from comments.triage.opening import Opening, Pace, in_words

MOST_REPEATS = 50  # rows looked at: a text that was posted more often than that is no double click
PREVIEWS = 20  # of one network in a window, by people who polish a comment; a machine asks for hundreds
PREVIEW_WINDOW = timedelta(minutes=1)
SAME_POST = timedelta(minutes=10)  # A double click or a lost answer is this recent; later it is a duplicate.


@dataclass(frozen=True)
class Refusal:
    """Why a post is not taken, as its writer reads it; ``wait`` is in seconds where waiting helps."""

    status: int
    sentence: str
    wait: int = 0


def floods(comment: Comment, policy: Policy | None = None) -> Refusal | None:
    """One network sends a handful of comments in a window; nothing is counted where the network is unknown.

    Where the newsroom set no limit (0) it is counted all the same: the count orders equal posts.
    """
    if not comment.network:
        return None
    policy = policy or Policy.current()
    window = timedelta(seconds=policy.number("flood_window"))
    now = timezone.now()
    running = FloodWindow.hit(comment.network, now=now, window=window)
    limit = policy.number("flood_limit")
    if not limit or running.count <= limit:
        return None
    wait = max(1, round((running.started_at + window - now).total_seconds()))
    return Refusal(
        429,
        "Too many comments came from your network within a short time. "
        f"Wait {_seconds(wait)}, then press “Post comment” again.",
        wait,
    )


def previews_too_often(network: str) -> Refusal | None:
    """A preview writes nothing and costs as much as a comment to make, so a network gets so many in a window."""
    if not network:
        return None
    now = timezone.now()
    running = FloodWindow.hit(f"preview {network}", now=now, window=PREVIEW_WINDOW)
    if running.count <= PREVIEWS:
        return None
    wait = max(1, round((running.started_at + PREVIEW_WINDOW - now).total_seconds()))
    return Refusal(
        429, f"That were many previews within a minute. Wait {_seconds(wait)}, then press “Preview” again.", wait
    )


def goes_too_fast(comment: Comment, state: Opening) -> Refusal | None:
    """In slow mode a network waits between two comments here; the network alone, as an address is merely typed.

    Where the article, its section and the site each have a pace, all hold: the longest wait is told.
    """
    if not state.paces or not comment.network:
        return None
    now = timezone.now()
    wait, pace = max(((_wait(comment, pace, now), pace) for pace in state.paces), key=lambda found: found[0])
    if not wait:
        return None
    return Refusal(
        429,
        f"This conversation is in slow mode: one comment every {in_words(pace.seconds)}. "
        f"Wait {_seconds(wait)}, then press “Post comment” again.",
        wait,
    )


def _wait(comment: Comment, pace: Pace, now: datetime) -> int:
    """Return for how many seconds a pace still bars the network of a comment."""
    recent = Comment.objects.filter(network=comment.network, created_at__gt=now - timedelta(seconds=pace.seconds))
    if pace.scope == "article":
        recent = recent.filter(article=comment.article_id)
    elif pace.scope == "section":
        recent = recent.filter(article__section=comment.article.section_id)
    last = recent.order_by("-created_at").values_list("created_at", flat=True).first()
    return max(1, round((last + timedelta(seconds=pace.seconds) - now).total_seconds())) if last else 0


def _seconds(wait: int) -> str:
    if wait > 120:
        return f"{-(-wait // 60)} minutes"
    return "a second" if wait == 1 else f"{wait} seconds"


def same_words(comment: Comment) -> list[Comment]:
    """Return the newest comments with the same words, letter case and white space aside: all under this article.

    Those under other articles are among them as far as they are recent: the spam score asks for them.
    """
    same = Comment.objects.filter(fingerprint=text_fingerprint(comment.text)).select_related("writer")
    needed = ("receipt_number", "name", "website", "network", "created_at", "status", "article_id", "writer__key")
    same = same.only(*needed).exclude(status=Comment.Status.WITHDRAWN)
    newest = list(same.order_by("-created_at", "-pk")[:MOST_REPEATS])
    if len(newest) == MOST_REPEATS:
        # Said so often elsewhere that this article's own may be older.
        here = list(same.filter(article=comment.article_id).order_by("-pk")[:MOST_REPEATS])
        newest = [earlier for earlier in newest if earlier.article_id != comment.article_id] + here
    return newest


def same_post(comment: Comment, address_key: str, same: list[Comment]) -> Comment | None:
    """Return the comment that this very post made a moment ago: same words, address and network, never public.

    Only while no reader has seen the words: whoever can repeat them then is their writer, and gets the same receipt.
    """
    for earlier in same:
        if (
            earlier.article_id == comment.article_id
            and earlier.status != Comment.Status.APPROVED
            and earlier.network
            and earlier.network == comment.network
            and earlier.writer is not None
            and earlier.writer.key == address_key
            and (earlier.name, earlier.website) == (comment.name, comment.website)
            and earlier.created_at > timezone.now() - SAME_POST
            and not Decision.objects.filter(comment_id=earlier.pk, became=Comment.Status.APPROVED).exists()
        ):
            return earlier
    return None


def repeats(comment: Comment, same: list[Comment]) -> Refusal | None:
    """The same words under the same name stand or wait under this article already.

    It looks at what is printed alone. Looking at the address would let anybody who guesses one learn from the
    answer whether it is right.
    """
    here = {earlier.name.casefold() for earlier in same if earlier.article_id == comment.article_id}
    if comment.name.casefold() not in here:
        return None
    return Refusal(
        409, "We have this comment already. If you meant to add something, change the text and post it again."
    )
