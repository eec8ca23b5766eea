"""What readers complain of: reports about published comments, and what the word of a network weighs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Sum
from django.utils import timezone

from comments.models.log import Decision
from comments.models.policy import Policy

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from comments.models.comment import Comment
    from comments.models.notice import Notice

FULL = 100  # hundredths: the word of a network of which nothing is known, or only good
FLOOR = 20  # hundredths: nobody is silenced, since a network is shared by many
LOOKED_AT = 20  # of a network's last reports that were decided
JUDGED_FROM = 3  # decided reports: fewer say nothing about a network


KEPT_FROM_READERS, BACK = ("rejected", "spam"), ("pending", "approved")


class NotShown(Exception):
    """Readers do not see the comment, so there is nothing to report."""


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports, by what is still to be done about them."""

    def open(self) -> Self:
        return self.filter(state=self.model.State.OPEN)

    def without_notice(self) -> Self:
        """Those that a word about the comment answers; a notice of illegal content needs a decision of its own."""
        return self.filter(notice__isnull=True)

    def weight(self) -> int:
        """What they weigh together, in hundredths."""
        return int(self.aggregate(weight=Sum("weight"))["weight"] or 0)

    def by_comment(self, comments: Iterable[Comment]) -> dict[int, list[Report]]:
        """The open reports about each of these comments, the oldest first, in one query."""
        found: dict[int, list[Report]] = defaultdict(list)
        for report in self.open().filter(comment__in=list(comments)).select_related("notice").order_by("pk"):
            found[report.comment_id].append(report)
        return found

    def counted(self) -> list[tuple[str, int]]:
        """How many there are of each reason, the most frequent first."""
        rows = self.order_by().values_list("reason").annotate(number=Count("pk")).order_by("-number", "reason")
        return [(str(reason), number) for reason, number in rows]


class Report(models.Model):
    """One reader's complaint about one comment; a network counts once for each comment."""

    class Reason(models.TextChoices):
        SPAM = "spam", "Spam or advertising"
        ABUSE = "abuse", "Abuse: an insult, a threat, somebody's private data"
        OFF_TOPIC = "off-topic", "Off topic"
        ILLEGAL = "illegal", "Illegal content"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        UPHELD = "upheld", "Upheld"
        DISMISSED = "dismissed", "Dismissed"
        VOID = "void", "Void: the comment went before anybody decided"

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="reports", db_index=False)
    reason = models.CharField(max_length=10, choices=Reason)
    statement = models.TextField(blank=True)  # for the moderators alone
    network = models.CharField(max_length=43, blank=True)  # the address of the sender, cut; dropped after some days
    weight = models.PositiveSmallIntegerField(default=FULL)  # in hundredths; 0: its network had spoken before
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)
    decision = models.BigIntegerField(null=True, blank=True)  # the row of the log that answered it

    objects = ReportQuerySet.as_manager()

    if TYPE_CHECKING:
        comment_id: int
        notice: Notice

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["comment", "state"], name="report_about"),
            models.Index(fields=["network", "made_at"], name="report_lately"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "network"],
                condition=models.Q(weight__gt=0) & ~models.Q(network=""),
                name="report_once_a_network",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "upheld", "dismissed", "void"]), name="report_state_known"
            ),
            models.CheckConstraint(condition=models.Q(weight__lte=FULL), name="report_weight_bounded"),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk}"

    @classmethod
    def spoke_before(cls, comment: Comment, network: str) -> bool:
        """Whether a network has reported this comment as it reads now; all that comes from nowhere known is one.

        What it said, and what a moderator answered, before the text was changed was about another text.
        """
        earlier = cls.objects.filter(comment=comment, network=network)
        if not network:
            return earlier.open().exists()
        if comment.edited_at is not None:
            about_this = models.Q(made_at__gte=comment.edited_at) | models.Q(handled_at__gte=comment.edited_at)
            earlier = earlier.filter(about_this)
        return earlier.exists()

    @classmethod
    def replace(cls, comment: Comment, network: str) -> int:
        """Take the weight of what a known network said of the text before, as its new word counts instead of it.

        Returns how much of that was still open, in hundredths.
        """
        earlier = cls.objects.filter(comment=comment, network=network, weight__gt=0)
        taken = earlier.open().weight()
        earlier.update(weight=0)
        return taken

    @classmethod
    def weight_of(cls, network: str, *, now: datetime | None = None) -> int:
        """Return what the word of a network weighs, in hundredths: less, the more of its last reports were dismissed.

        Only reports within the time for which networks are kept count, so that nobody is marked for good.
        """
        if not network:
            return FULL
        since = (now or timezone.now()) - timedelta(days=Policy.current().keep_network_days)
        judged = cls.objects.filter(network=network, made_at__gte=since, weight__gt=0)
        judged = judged.filter(state__in=[cls.State.UPHELD, cls.State.DISMISSED]).order_by("-made_at", "-pk")
        states = list(judged.values_list("state", flat=True)[:LOOKED_AT])
        if len(states) < JUDGED_FROM:
            return FULL
        return max(FLOOR, FULL - round(FULL * states.count(cls.State.DISMISSED) / len(states)))


@dataclass
class Settlement:
    """What a decision makes of a comment's reports; the comment's row is locked by whoever asks."""

    comment: Comment
    state: str
    reports: list[Report]

    @classmethod
    def of(cls, comment: Comment, status: str, *, by: User | None, undoes: Decision | None = None) -> Settlement:
        """Return what becomes of the reports when a comment moves to a status.

        A moderator's word answers the open ones, and taking a word back opens again what it answered. Triage answers
        none. A notice of illegal content survives an approval: it needs a decision of its own. One that was closed
        undecided, since the comment went on other grounds, is open again once the comment comes back.
        """
        if (
            comment.status in KEPT_FROM_READERS
            and status in BACK
            and undoes is None
            and (unanswered := _closed_undecided(comment))
        ):
            return cls(comment, Report.State.OPEN, unanswered)
        states = {"withdrawn": Report.State.VOID}
        if by is not None:
            states |= {
                "approved": Report.State.DISMISSED,
                "rejected": Report.State.UPHELD,
                "spam": Report.State.UPHELD,
            }
        if undoes is not None and (answered := list(comment.reports.filter(decision=undoes.pk))):
            return cls(comment, Report.State.OPEN, answered)
        # Taking back another act than a hold says nothing about what readers complain of.
        is_silent = undoes is not None and undoes.channel != "report"
        if comment.reported_at is None or status not in states or is_silent:
            return cls(comment, Report.State.OPEN, [])
        reports = comment.reports.open().select_related("notice").order_by("pk")
        if states[status] == Report.State.DISMISSED:
            reports = reports.without_notice()
        return cls(comment, states[status], list(reports))

    @property
    def step(self) -> int:
        """How the count of reported comments moves."""
        return self._is_reported_after - (self.comment.reported_at is not None)

    @property
    def _is_reported_after(self) -> bool:
        if not self.reports:
            return self.comment.reported_at is not None
        if self.state == Report.State.OPEN:
            return True
        return self.comment.reports.open().exclude(pk__in=[report.pk for report in self.reports]).exists()

    def carry_out(self, decision: Decision) -> None:
        """Answer the reports by a row of the log, or open them again; each reason gets a row of its own."""
        if not self.reports:
            return
        is_open = self.state == Report.State.OPEN
        Report.objects.filter(pk__in=[report.pk for report in self.reports]).update(
            state=self.state,
            handled_at=None if is_open else decision.made_at,
            decision=None if is_open else decision.pk,
        )
        self.comment.weigh_reports()
        act = "report-reopened" if is_open else f"report-{self.state}"
        numbers: dict[str, int] = defaultdict(int)
        for report in self.reports:
            numbers[report.reason] += 1
        for reason, number in sorted(numbers.items()):
            Decision.record(
                act,
                by=decision.by,
                channel=decision.channel,
                comment=self.comment,
                reason=reason,
                about=f"count={number}",
            )
        for notice in self._notices():
            if is_open:
                notice.reopen(decision)
            else:
                notice.follow(decision)

    def _notices(self) -> list[Notice]:
        """The notices among the reports that the decision answers as well; a dismissal is each notice's own."""
        notices = [report.notice for report in self.reports if hasattr(report, "notice")]
        for notice in notices:
            notice.comment = self.comment
        if self.state == Report.State.OPEN:
            return [notice for notice in notices if not notice.is_open]
        return [] if self.state == Report.State.DISMISSED else [notice for notice in notices if notice.is_open]


def _closed_undecided(comment: Comment) -> list[Report]:
    """Return the reports of the notices that ended because the comment went; whoever sent them got no answer."""
    went = Decision.objects.deciding_about(comment.pk).filter(became__in=KEPT_FROM_READERS).values("pk")
    closed = comment.reports.filter(state=Report.State.UPHELD, notice__state="void", notice__decision__in=went)
    return list(closed.select_related("notice").order_by("pk"))
