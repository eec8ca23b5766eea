"""What a moderator weighs beside the text: its links, the writer's record, who else wrote from there.

Neither an address nor a network leaves this module: only counts and yes-or-no answers do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from comments.admin.wordings import Rewording, rewordings_of
from comments.hosts import Host, spelled_out
from comments.models import Appeal, Comment, Decision, Measure, Notice, Policy, Report

LINE = 66  # characters, about as many as the queue sets in one
SHOWN_WHOLE = 18  # lines; a longer text would push its buttons off the screen
NETWORK_LOOKED_AT = timedelta(days=30)  # Older neighbours say nothing; the range keeps the query short.


@dataclass(frozen=True)
class Levels:
    """From which points on the rules in force act upon a spam score."""

    hold: int  # as ``spam`` where a score alone holds nothing
    spam: int

    @classmethod
    def current(cls) -> Levels:
        policy = Policy.current()
        return cls(policy.hold_score or policy.spam_score, policy.spam_score)


@dataclass
class Item:
    """One comment as the queue shows it."""

    comment: Comment
    levels: Levels
    hosts: list[Host]
    other_names: int  # from the same network, lately
    last: Decision | None
    measures: list[Measure] = field(default_factory=list)  # in force about the writer
    reports: list[Report] = field(default_factory=list)  # still open
    rewordings: list[Rewording] = field(default_factory=list)  # the latest change first
    appeal: Appeal | None = None  # its writer's, open or judged
    answered: list[Notice] = field(default_factory=list)  # notices that had their answer
    next_pk: int | None = None  # which one has the focus after an act

    @property
    def is_long(self) -> bool:
        """Whether the queue folds the text; one press there unfolds it."""
        return sum(1 + len(line) // LINE for line in self.comment.text.splitlines()) > SHOWN_WHOLE

    @property
    def level(self) -> str:
        """The score in a word: low, mid or high; empty where none was taken."""
        score = self.comment.score
        if score is None:
            return ""
        return "high" if score >= self.levels.spam else "mid" if score >= self.levels.hold else "low"

    @property
    def notices(self) -> list[Notice]:
        """The notices of illegal content that still wait for an answer; to keep the comment answers none."""
        found = [report.notice for report in self.reports if hasattr(report, "notice")]
        return [notice for notice in found if notice.is_open]

    @property
    def complaints(self) -> list[tuple[str, int]]:
        """The reasons of the open reports, each with how many gave it, the most frequent first."""
        return Counter(report.get_reason_display() for report in self.reports).most_common()

    @property
    def statements(self) -> list[Report]:
        """The reports that say something in words."""
        return [report for report in self.reports if report.statement]

    @property
    def signals(self) -> list[tuple[int, str]]:
        """What the score is made of, the heaviest first."""
        return sorted(((int(weight), str(words)) for weight, words in self.comment.signals), key=lambda s: -abs(s[0]))


def last_decisions(comments: Sequence[Comment]) -> dict[int, Decision]:
    """Return the last decision about each of these comments that is no longer pending, in one query."""
    decided = [comment.pk for comment in comments if comment.status != Comment.Status.PENDING]
    if not decided:
        return {}
    rows = Decision.objects.deciding().filter(comment_id__in=decided).select_related("by").order_by("pk")
    return {decision.comment_id: decision for decision in rows}


def measures_about(comments: Sequence[Comment]) -> dict[int, list[Measure]]:
    """Return what is in force about each writer of these comments, in one query."""
    writers = {comment.writer_id for comment in comments if comment.writer_id}
    found: dict[int, list[Measure]] = defaultdict(list)
    for measure in Measure.objects.filter(writer__in=writers).in_force(timezone.now()):
        found[measure.writer_id].append(measure)
    return found


def items_of(comments: Sequence[Comment]) -> list[Item]:
    """Return the comments of one page with what a moderator weighs, in a few queries however many they are."""
    networks = {comment.network for comment in comments if comment.network}
    names = dict(
        Comment.objects.filter(network__in=networks, created_at__gte=timezone.now() - NETWORK_LOOKED_AT)
        .order_by()
        .values_list("network")
        .annotate(Count("name", distinct=True))
    )
    last = last_decisions(comments)
    running = measures_about(comments)
    reported = [comment for comment in comments if comment.reported_at]
    reports = Report.objects.by_comment(reported) if reported else {}
    rewordings = rewordings_of(comments)
    # One that waits again may have an appeal, too.
    rows = Appeal.objects.filter(comment__in=comments).select_related("judged_by")
    appeals = {appeal.comment_id: appeal for appeal in rows}
    answered: dict[int, list[Notice]] = defaultdict(list)
    for notice in Notice.objects.filter(comment__in=comments, handled_at__isnull=False).order_by("pk"):
        answered[notice.comment_id].append(notice)
    levels = Levels.current()
    items = [
        Item(
            comment,
            levels,
            hosts=spelled_out(comment),
            other_names=max(0, names.get(comment.network, 1) - 1),
            last=last.get(comment.pk),
            measures=running.get(comment.writer_id or 0, []),
            reports=reports.get(comment.pk, []),
            rewordings=rewordings.get(comment.pk, []),
            appeal=appeals.get(comment.pk),
            answered=answered.get(comment.pk, []),
        )
        for comment in comments
    ]
    for number, item in enumerate(items):
        neighbour = items[number + 1] if number + 1 < len(items) else items[number - 1] if number else None
        item.next_pk = neighbour.comment.pk if neighbour else None
    return items
