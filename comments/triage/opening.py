"""Whether an article takes comments now, at what pace and from whom; the dates and the reason are for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from articles.models import Article
from articles.templatetags.articles import zone_of
from comments.models import Policy, Restriction, Thread

_STRICTEST_FIRST = (Thread.Mode.CLOSED, Thread.Mode.STAFF, Thread.Mode.SLOW)


@dataclass(frozen=True)
class Opening:
    """Whether an article takes comments now; the moments and the reason are for readers."""

    open: bool
    until: datetime | None = None  # when that ends by itself, open or not
    since: datetime | None = None
    reason: str = ""
    staff_only: bool = False
    slow: int = 0  # seconds that a writer waits between two comments; 0: none
    slow_in: str = ""  # what the pace holds for: "article", "section" or "site"
    changes_at: datetime | None = None  # when the clock changes any of this: a stored page's life ends there

    @property
    def sentence(self) -> str:
        """What stands where the form would, and what a post that comes too late is told."""
        if self.open:
            return f"Slow mode: one comment every {in_words(self.slow)} from each writer." if self.slow else ""
        what = "Only the newsroom replies here" if self.staff_only else "Comments on this article are closed"
        if self.until is not None:
            return f"{what} until {_moment(self.until)}."
        if self.staff_only:
            return f"{what}." if self.since is None else f"{what} since {_day(self.since)}."
        return f"{what}." if self.since is None else f"Comments on this article closed on {_day(self.since)}."


def opening(article: Article, thread: Thread | None, restrictions: Sequence[Restriction] | None = None) -> Opening:
    """Return whether an article takes comments: the strictest word of moderators, then the desk's, then its age.

    A thread that is kept open is so against its age alone, not against a word for its section or the whole site.
    """
    now = timezone.now()
    if restrictions is None:
        restrictions = Restriction.kept()
    theirs = [rule for rule in restrictions if rule.covers(article)]
    changes = [moment for rule in theirs for moment in (rule.since, rule.until) if moment and moment > now]
    words = [
        _word(rule, rule.reason, rule.since, "section" if rule.section_id else "site")
        for rule in theirs
        if rule.is_in_force(now)
    ]
    kept_open = False
    if thread is not None and thread.is_in_force(now):
        kept_open = thread.mode == Thread.Mode.KEPT_OPEN
        words.insert(0, _word(thread, thread.closed_reason, thread.closed_at, "article"))
        changes += [thread.until] if thread.until else []
    state = next((word for mode in _STRICTEST_FIRST for kind, word in words if kind == mode), Opening(True))
    changes_at = min(changes, default=None)
    if not state.open:
        return _until(state, changes_at)
    if not article.comments_open or not article.is_published:
        return Opening(False, changes_at=changes_at)
    end = None if kept_open else _end_by_age(article)
    if end is not None and end <= now:
        return Opening(False, since=end, changes_at=changes_at)
    state = Opening(True, until=end, reason=state.reason, slow=state.slow, slow_in=state.slow_in)
    return _until(state, min((moment for moment in (end, changes_at) if moment), default=None))


def in_words(seconds: int) -> str:
    """Return a wait as it is said: in whole minutes where it is one."""
    if seconds >= 120 and seconds % 60 == 0:
        return f"{seconds // 60} minutes"
    return {1: "second", 60: "minute"}.get(seconds, f"{seconds} seconds")


def _word(rule: Thread | Restriction, reason: str, since: datetime | None, scope: str) -> tuple[str, Opening]:
    mode = rule.mode
    if mode == Thread.Mode.SLOW:
        return mode, Opening(True, reason=reason, slow=rule.slow_seconds, slow_in=scope)
    closed = mode in (Thread.Mode.CLOSED, Thread.Mode.STAFF)
    staff_only = mode == Thread.Mode.STAFF
    return mode, Opening(not closed, until=rule.until, since=since, reason=reason, staff_only=staff_only)


def _until(state: Opening, changes_at: datetime | None) -> Opening:
    return replace(state, changes_at=changes_at)


def _end_by_age(article: Article) -> datetime | None:
    """Return when an article grows too old for comments; None: never."""
    days = article.comments_close_after_days
    if days is None:
        days = Policy.current().number("close_after_days")
    if not days or article.publish_at is None:  # 0 days: never by age
        return None
    try:
        return article.publish_at + timedelta(days=days)
    except OverflowError:  # beyond the calendar: never
        return None


def _day(moment: datetime) -> str:
    day = timezone.localtime(moment)
    return f"{day.day} {day:%B %Y}"


def _moment(moment: datetime) -> str:
    """Return a moment with its zone, for its hour matters."""
    local = timezone.localtime(moment)
    return f"{_day(moment)}, {local:%H:%M} {zone_of(local)}"
