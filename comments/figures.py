"""How the newsroom keeps up with its comments, read from the end of the log: bounded, however long the log is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median, quantiles

from django.utils import timezone

from comments.models import Comment, Decision, Tally
from comments.models.log import DECIDING
from comments.rule_names import name_of
from comments.waits import left_standing, waits

LOOKED_AT = 5_000  # rows of the log, the latest: weeks of a busy desk, read in some 20 ms
WAITS_OF = 500  # of the last comments that a person decided about
DAYS = 14  # shown one by one
FEWEST = 5  # decisions; of fewer no share is printed

FOLDERED = (Comment.Status.SPAM, Comment.Status.REJECTED)


@dataclass
class RuleFigures:
    """What moderators made of the verdicts of one rule."""

    rule: str
    held: int = 0  # and decided since
    overruled: int = 0  # of these: approved
    foldered: int = 0  # put out of sight by the rule itself
    taken_out: int = 0  # of these: brought back by a moderator

    @property
    def name(self) -> str:
        return name_of(self.rule).capitalize()

    @property
    def overruled_share(self) -> int | None:
        """In per cent; None while too few were decided to say anything."""
        return round(100 * self.overruled / self.held) if self.held >= FEWEST else None

    @property
    def taken_out_share(self) -> int | None:
        return round(100 * self.taken_out / self.foldered) if self.foldered >= FEWEST else None


@dataclass
class Figures:
    """The figures of one moment."""

    waiting: int
    oldest_at: datetime | None
    since: datetime | None = None  # the first of the rows looked at; None where the log is empty
    rows: int = 0
    median_wait: timedelta | None = None
    slow_wait: timedelta | None = None  # nine of ten were decided within it
    days: list[tuple[date, int]] = field(default_factory=list)  # decisions by people, the latest day first
    rules: list[RuleFigures] = field(default_factory=list)  # the most overruled first
    channels: list[tuple[str, int]] = field(default_factory=list)

    @property
    def busiest(self) -> int:
        """The most decisions in a day, for the width of the bars."""
        return max((count for _, count in self.days), default=0) or 1


@dataclass(frozen=True)
class _Row:
    comment_id: int
    was: str
    became: str
    by_id: int | None
    channel: str
    rule: str
    made_at: datetime


def figures(now: datetime | None = None) -> Figures:
    """Return the figures of now."""
    now = now or timezone.now()
    oldest = Comment.objects.pending().values_list("created_at", flat=True).first()
    found = Figures(Tally.counts()[Comment.Status.PENDING], oldest)
    columns = ("comment_id", "was", "became", "by_id", "channel", "rule", "made_at")
    # Cut first, then sorted out here: a condition could mean walking the whole log for what is rare.
    latest = Decision.objects.order_by("-pk").values_list("act", *columns)[:LOOKED_AT]
    read = [(act, _Row(*values)) for act, *values in latest]
    if not read:
        return found
    found.rows, found.since = len(read), read[-1][1].made_at
    rows = left_standing(row for act, row in reversed(read) if act in DECIDING and row.comment_id)
    by_people = [row for row in rows if row.by_id is not None]
    found.median_wait, found.slow_wait = _waits(rows)
    is_cut = len(read) == LOOKED_AT
    found.days = _days(by_people, now, found.since if is_cut else None)
    found.rules = _rules(rows)
    found.channels = Counter(row.channel for row in by_people).most_common()
    return found


def _waits(rows: list[_Row]) -> tuple[timedelta | None, timedelta | None]:
    """Return how long comments waited for a person: the middle, and within which time nine of ten were decided."""
    seconds = [wait.total_seconds() for wait in waits(rows, WAITS_OF)]
    if len(seconds) < FEWEST:
        return None, None
    return timedelta(seconds=median(seconds)), timedelta(seconds=quantiles(seconds, n=10)[-1])


def _days(by_people: list[_Row], now: datetime, cut_at: datetime | None) -> list[tuple[date, int]]:
    """Return the decisions of each of the last days; of a day that the rows do not cover whole, nothing."""
    counts = Counter(timezone.localtime(row.made_at).date() for row in by_people)
    today = timezone.localtime(now).date()
    days = [today - timedelta(days=back) for back in range(DAYS)]
    whole_from = timezone.localtime(cut_at).date() + timedelta(days=1) if cut_at else days[-1]
    return [(day, counts[day]) for day in days if day >= whole_from]


def _rules(rows: list[_Row]) -> list[RuleFigures]:
    """Return what people made of each rule's verdicts; of a comment, its last decision that stands counts."""
    found: dict[str, RuleFigures] = {}
    last: dict[int, _Row] = {}
    foldered: dict[int, str] = {}
    for row in rows:
        last[row.comment_id] = row
        if not row.was and row.by_id is None and row.became in FOLDERED and row.rule:
            foldered[row.comment_id] = row.rule
    for pk, row in last.items():
        rule = foldered.get(pk, row.rule)
        if not rule:
            continue
        of_rule = found.setdefault(rule, RuleFigures(rule))
        if pk in foldered:
            of_rule.foldered += 1
            of_rule.taken_out += row.by_id is not None and row.became not in FOLDERED
        elif row.by_id is not None and row.became in (Comment.Status.APPROVED, *FOLDERED):
            of_rule.held += 1
            of_rule.overruled += row.became == Comment.Status.APPROVED
    decided = [figure for figure in found.values() if figure.held or figure.foldered]
    return sorted(decided, key=lambda figure: (-(figure.held + figure.foldered), figure.rule))
