"""Whether an article takes comments now, at what pace and from whom; the dates and the reason are for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from articles.models import Article
from articles.templatetags.articles import zone_of
from comments.models import Policy, Restriction, Thread

_NEVER = datetime.max.replace(tzinfo=UTC)  # the end of what has none


@dataclass(frozen=True)
class Pace:
    """How many seconds a writer waits between two comments, in slow mode: in which scope, until when and why."""

    seconds: int
    scope: str  # "article", "section" or "site"
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Opening:
    """Whether an article takes comments now; the moments and the reason are for readers."""

    open: bool
    until: datetime | None = None  # when that ends by itself, open or not
    since: datetime | None = None
    reason: str = ""
    staff_only: bool = False
    paces: tuple[Pace, ...] = ()  # all that hold here; the slowest, which readers are told, first
    changes_at: datetime | None = None  # when the clock changes any of this: a stored page's life ends there

    @property
    def slow(self) -> bool:
        return bool(self.paces)

    @property
    def sentence(self) -> str:
        """What stands where the form would, and what a post that comes too late is told."""
        if self.open:
            if not self.paces:
                return ""
            pace = self.paces[0]
            end = f" until {moment_in_words(pace.until)}" if pace.until else ""
            return f"Slow mode{end}: one comment every {in_words(pace.seconds)} from each writer."
        what = "Only the newsroom replies here" if self.staff_only else "Comments on this article are closed"
        if self.until is not None:
            return f"{what} until {moment_in_words(self.until)}."
        if self.staff_only:
            return f"{what}." if self.since is None else f"{what} since {_day(self.since)}."
        return f"{what}." if self.since is None else f"Comments on this article closed on {_day(self.since)}."


@dataclass(frozen=True)
class _Word:
    """What moderators or the desk say of a thread, a section or the site."""

    rule: Thread | Restriction
    scope: str
    since: datetime | None
    reason: str

    @property
    def pace(self) -> Pace:
        return Pace(self.rule.slow_seconds, self.scope, self.rule.until, self.reason)


def opening(
    article: Article,
    thread: Thread | None,
    restrictions: Sequence[Restriction] | None = None,
    *,
    at: datetime | None = None,
) -> Opening:
    """Return whether an article takes comments: the strictest word of moderators, then the desk's, then its age.

    Of two words that close it the one that ends last is told; of several paces each holds, and the slowest is told.
    A thread that is kept open is so against its age alone, not against a word for its section or the whole site.
    """
    now = at or timezone.now()
    if restrictions is None:
        restrictions = Restriction.kept()
    theirs = [rule for rule in restrictions if rule.covers(article)]
    changes = [moment for rule in theirs for moment in (rule.since, rule.until) if moment and moment > now]
    words = [
        _Word(rule, "section" if rule.section_id else "site", rule.since, rule.reason)
        for rule in theirs
        if rule.is_in_force(now)
    ]
    kept_open = False
    if thread is not None and thread.is_in_force(now):
        kept_open = thread.mode == Thread.Mode.KEPT_OPEN
        words.insert(0, _Word(thread, "article", thread.closed_at, thread.closed_reason))
        changes += [thread.until] if thread.until else []
    changes_at = min(changes, default=None)
    for mode in (Thread.Mode.CLOSED, Thread.Mode.STAFF):
        if shut := [word for word in words if word.rule.mode == mode]:
            last = max(shut, key=lambda word: word.rule.until or _NEVER)
            until = last.rule.until
            # No end is promised at which something else keeps readers out.
            if until is not None and not opening(article, thread, restrictions, at=until).open:
                until = None
            staff_only = mode == Thread.Mode.STAFF
            return Opening(False, until, last.since, last.reason, staff_only=staff_only, changes_at=changes_at)
    if not article.comments_open or not article.is_published:
        return Opening(False, changes_at=changes_at)
    end = None if kept_open else _end_by_age(article)
    if end is not None and end <= now:
        return Opening(False, since=end, changes_at=changes_at)
    paces = [word.pace for word in words if word.rule.mode == Thread.Mode.SLOW]
    paces.sort(key=lambda pace: (pace.seconds, pace.until or _NEVER), reverse=True)
    changes_at = min((moment for moment in (end, changes_at) if moment), default=None)
    reason = paces[0].reason if paces else ""
    return Opening(True, end, reason=reason, paces=tuple(paces), changes_at=changes_at)


def in_words(seconds: int) -> str:
    """Return a wait as it is said: in whole minutes where it is one."""
    if seconds >= 120 and seconds % 60 == 0:
        return f"{seconds // 60} minutes"
    return {1: "second", 60: "minute"}.get(seconds, f"{seconds} seconds")


def moment_in_words(moment: datetime) -> str:
    """Return a moment with its zone, for its hour matters, in words that hold on any day."""
    local = timezone.localtime(moment)
    return f"{_day(moment)}, {local:%H:%M} {zone_of(local)}"


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
