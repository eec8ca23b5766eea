"""Policy: whether a comment is taken, and where one that is taken starts; small rules, each with its reason.

A refusal (closed, flood, repeat) comes before anything is written and tells the writer what to do. ``RULES`` place a
comment that was taken and tell moderators why; the first rule with an opinion wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from articles.models import Article
from comments.models import BlockedWord, Comment, FloodWindow, Thread, Writer, text_fingerprint

MOST_REPEATS = 50  # rows looked at: a text that was posted more often than that is no double click
SAME_POST = timedelta(minutes=10)  # A double click or a lost answer is this recent; later it is a duplicate.


# Is the thread open?


@dataclass(frozen=True)
class Opening:
    """Whether an article takes comments now; the moments and the reason are for readers."""

    open: bool
    until: datetime | None = None
    since: datetime | None = None
    reason: str = ""

    @property
    def sentence(self) -> str:
        """What stands where the form would, and what a post that comes too late is told."""
        if self.since is None:
            return "Comments on this article are closed."
        day = timezone.localtime(self.since)
        return f"Comments on this article closed on {day.day} {day:%B %Y}."


def opening(article: Article, thread: Thread | None) -> Opening:
    """Return whether an article takes comments: the moderators' word comes first, then the desk's, then its age."""
    if thread is not None and thread.mode == Thread.Mode.CLOSED:
        return Opening(False, since=thread.closed_at, reason=thread.closed_reason)
    if not article.comments_open or not article.is_published:
        return Opening(False)
    days = article.comments_close_after_days
    if days is None:
        days = settings.COMMENTS_CLOSE_AFTER_DAYS
    if not days or article.publish_at is None:  # 0 days: never by age
        return Opening(True)
    try:
        end = article.publish_at + timedelta(days=days)
    except OverflowError:  # beyond the calendar: never
        return Opening(True)
    return Opening(True, until=end) if timezone.now() < end else Opening(False, since=end)


# Is this post taken?


@dataclass(frozen=True)
class Refusal:
    """Why a post is not taken, as its writer reads it; ``wait`` is in seconds where waiting helps."""

    status: int
    sentence: str
    wait: int = 0


def floods(comment: Comment) -> Refusal | None:
    """One network sends a handful of comments in a window; nothing is counted where the network is unknown."""
    if not comment.network:
        return None
    window = timedelta(seconds=settings.COMMENTS_FLOOD_WINDOW)
    now = timezone.now()
    running = FloodWindow.hit(comment.network, now=now, window=window)
    if running.count <= settings.COMMENTS_FLOOD_LIMIT:
        return None
    wait = max(1, round((running.started_at + window - now).total_seconds()))
    seconds = "a second" if wait == 1 else f"{wait} seconds"
    return Refusal(
        429,
        "Too many comments came from your network within a short time. "
        f"Wait {seconds}, then press “Post comment” again.",
        wait,
    )


def same_words(comment: Comment) -> list[Comment]:
    """Return the newest comments under this article with the same words, letter case and white space aside."""
    same = Comment.objects.filter(article=comment.article_id, fingerprint=text_fingerprint(comment.text))
    needed = same.select_related("writer").only(
        "receipt_number", "name", "network", "created_at", "status", "writer__key"
    )
    return list(needed.exclude(status=Comment.Status.WITHDRAWN).order_by("-pk")[:MOST_REPEATS])


def same_post(comment: Comment, address_key: str, same: list[Comment]) -> Comment | None:
    """Return the comment that this very post made a moment ago: same words, address and network, not yet public.

    Only while no reader has seen the words: whoever can repeat them then is their writer, and gets the same receipt.
    """
    for earlier in same:
        if (
            earlier.status != Comment.Status.APPROVED
            and earlier.network
            and earlier.network == comment.network
            and earlier.writer is not None
            and earlier.writer.key == address_key
            and earlier.created_at > timezone.now() - SAME_POST
        ):
            return earlier
    return None


def repeats(comment: Comment, same: list[Comment]) -> Refusal | None:
    """The same words under the same name stand or wait under this article already.

    It looks at what is printed alone. Looking at the address would let anybody who guesses one learn from the
    answer whether it is right.
    """
    if comment.name.casefold() not in {earlier.name.casefold() for earlier in same}:
        return None
    return Refusal(
        409, "We have this comment already. If you meant to add something, change the text and post it again."
    )


# Where does it start?


@dataclass(frozen=True)
class Verdict:
    """Where a new comment starts, by which rule, and why, as moderators read it."""

    status: str
    rule: str
    because: str


@dataclass(frozen=True)
class Context:
    """What the rules know beside the comment itself."""

    writer: Writer | None
    links: int


def has_blocked_words(comment: Comment, context: Context) -> Verdict | None:
    """Whole words and phrases from the list; one that means spam outweighs one that only holds."""
    listed = tuple(BlockedWord.objects.order_by("effect", "phrase").values_list("phrase", "effect"))
    text = folded(f"{comment.text}\n{comment.name}\n{comment.website}")
    found = [(phrase, effect) for phrase, effect in listed if _pattern(phrase).search(text)]
    for phrase, effect in found:
        if effect == BlockedWord.Effect.SPAM:
            return Verdict(Comment.Status.SPAM, "blocked-words", f"“{phrase}” is on the list for the spam folder.")
    if found:
        return Verdict(Comment.Status.PENDING, "blocked-words", f"“{found[0][0]}” is on the list of words to hold.")
    return None


def has_many_links(comment: Comment, context: Context) -> Verdict | None:
    limit = settings.COMMENTS_HOLD_LINKS
    if not limit or context.links < limit:
        return None
    links = "1 link" if context.links == 1 else f"{context.links} links"
    return Verdict(Comment.Status.PENDING, "links", f"{links}; this site holds comments with {limit} or more.")


def is_first(comment: Comment, context: Context) -> Verdict | None:
    if context.writer is None or context.writer.approved_count:
        return None
    return Verdict(Comment.Status.PENDING, "first", "No comment by this writer was approved before.")


def holds_everything(comment: Comment, context: Context) -> Verdict | None:
    return Verdict(Comment.Status.PENDING, "hold-all", "Every comment waits for a moderator.")


RULES: tuple[Callable[[Comment, Context], Verdict | None], ...] = (
    has_blocked_words,
    has_many_links,
    is_first,
    holds_everything,
)


def triage(comment: Comment) -> Verdict:
    """Return where a comment starts, and why; no rule lets one past the moderators."""
    context = Context(writer=comment.writer, links=comment.html.count("<a "))
    opinions = (rule(comment, context) for rule in RULES)
    return next(filter(None, opinions))


def folded(text: str) -> str:
    """Return a text without letter case, accents and invisible characters, so that words compare by what is read."""
    # Decomposed first: a mathematical capital becomes a plain one, which alone has a small letter.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in decomposed if unicodedata.category(char) not in ("Mn", "Cf"))


@lru_cache(maxsize=5000)
def _pattern(phrase: str) -> re.Pattern[str]:
    """Return the pattern of a phrase as whole words; scripts that put no spaces between words match anywhere."""
    words = folded(phrase).split()
    text = r"\s+".join(re.escape(word) for word in words)
    start = r"(?<!\w)" if words and _is_spaced(words[0][0]) else ""
    end = r"(?!\w)" if words and _is_spaced(words[-1][-1]) else ""
    return re.compile(start + text + end if words else r"(?!)")


def _is_spaced(char: str) -> bool:
    return char.isalnum() and unicodedata.east_asian_width(char) not in ("W", "F")
