"""What readers complain of about a comment: the acts that take reports, and those that answer them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from comments.models.log import KEEP, Decision
from comments.models.notice import Notice
from comments.models.policy import Policy
from comments.models.report import NotShown, Report, Settlement
from comments.models.words import AlreadyDecided, Words

if TYPE_CHECKING:
    from comments.models.comment import Comment
    from comments.models.report import ReportQuerySet


class Reported(Words):
    """The part of ``Comment`` that its reports move."""

    # What readers complain of: set while open reports wait for a moderator, whatever the status.
    reported_at = models.DateTimeField(null=True, blank=True, editable=False)
    report_weight = models.PositiveIntegerField(default=0, editable=False)  # of the open reports, in hundredths

    if TYPE_CHECKING:
        reports: ReportQuerySet

        def approve(self, *, by: User | None, channel: str = "queue", seen: str = "") -> Decision | None: ...
        def _become(
            self,
            current: Comment,
            status: str,
            *,
            by: User | None,
            channel: str,
            reason: str = "",
            note: str = "",
            rule: str = "",
            because: str = "",
        ) -> Decision: ...

    class Meta:
        abstract = True

    @transaction.atomic
    def report(self, *, reason: str, statement: str = "", network: str = "") -> Report | None:
        """Take a reader's complaint; enough of them, from networks of their own, put the comment back into the queue.

        A network counts once: None where it has spoken before, save that a word about the law is always kept. Where
        the text was changed since, its new word stands in the place of the old.
        Reports that a moderator dismissed hold it no second time, unless its text changed since. Raises NotShown
        where readers do not see the comment.
        """
        current = self._locked()
        if not current.is_published:
            raise NotShown
        weight = 0 if Report.spoke_before(current, network) else Report.weight_of(network)
        if not weight and reason != Report.Reason.ILLEGAL:
            return None
        replaced = Report.replace(current, network) if weight and network and current.edited_at else 0
        report = Report.objects.create(
            comment=current, reason=reason, statement=statement, network=network, weight=weight
        )
        holds = self._is_held_by(current, current.report_weight - replaced + weight)
        became = current.Status.PENDING if holds else current.status
        step = 1 if current.reported_at is None else 0
        current._count(was=current.status if holds else "", became=became if holds else "", reported=step)
        Decision.record("report", by=None, channel="report", comment=current, reason=reason, about=f"weight={weight}")
        current.weigh_reports()
        if holds:
            counted = ", ".join(f"{number} {reason}" for reason, number in current.reports.open().counted())
            hold = self._become(
                current,
                became,
                by=None,
                channel="report",
                rule="reports",
                because=f"Held by readers' reports: {counted}.",
            )
            Notice.tell_of_move(current, hold)
        self.reported_at, self.report_weight = current.reported_at, current.report_weight
        return report

    @transaction.atomic
    def dismiss_reports(self, *, by: User, channel: str = "queue", seen: str = "") -> Decision | None:
        """Keep it against its open reports; one that they hold is approved. None where no report waits."""
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        current.refuse_unseen(seen, by=by)
        current.refuse_if_reported(seen)
        if current.status == current.Status.PENDING and current.reported_at:
            return self.approve(by=by, channel=channel)
        settlement = Settlement.of(current, current.Status.APPROVED, by=by)
        if not settlement.reports:
            return None
        current._count(reported=settlement.step)
        decision = Decision.record(KEEP, by=by, channel=channel, comment=current)
        settlement.carry_out(decision)
        self.reported_at, self.report_weight = current.reported_at, current.report_weight
        return decision

    @property
    def on_screen(self) -> str:
        """What a form about it posts back as ``seen``: its status, its wording, and how heavily it is reported."""
        return f"{super().on_screen}~{self.report_weight}" if self.reported_at else super().on_screen

    def refuse_if_reported(self, seen: str) -> None:
        """Raise AlreadyDecided where a reader complained after the person had opened it: that word is unread."""
        if self.reported_at and "@" in seen and seen.partition("~")[2] != str(self.report_weight):
            raise AlreadyDecided(
                "A reader reported this comment after you had opened it. Nothing changed: read it first."
            )

    def settle_report(self, report: Report, state: str, answer: Callable[[Comment], Decision]) -> Decision:
        """Answer one report by itself, as a notice does; call with this comment's row locked.

        ``answer`` writes the row of the log, once the counts have moved: whoever counts takes the log last.
        """
        current = self._locked()
        settlement = Settlement(current, state, [report] if report.state == Report.State.OPEN else [])
        current._count(reported=settlement.step)
        decision = answer(current)
        settlement.carry_out(decision)
        self.reported_at, self.report_weight = current.reported_at, current.report_weight
        return decision

    def weigh_reports(self) -> None:
        """Keep since when, and how heavily, it is reported, from its open reports; its row is locked by the caller."""
        still_open = self.reports.open()
        first = still_open.order_by("made_at").values_list("made_at", flat=True).first()
        self.reported_at, self.report_weight = first, still_open.weight()
        self.save(update_fields=["reported_at", "report_weight"])

    def _is_held_by(self, current: Comment, weight: int) -> bool:
        """Whether reports of this weight take an approved comment from readers until a moderator has looked."""
        needed = 100 * Policy.current().reports_to_hold
        if not needed or weight < needed or current.status != current.Status.APPROVED:
            return False
        dismissed = current.reports.filter(state=Report.State.DISMISSED, weight__gt=0)
        if current.edited_at is not None:
            dismissed = dismissed.filter(handled_at__gt=current.edited_at)
        return not dismissed.exists()

    def _complain_again(self, kept: Decision, *, by: User) -> Decision | None:
        """Open again the reports that keeping this comment had dismissed."""
        current = self._locked()
        settlement = Settlement.of(current, current.status, by=by, undoes=kept)
        current._count(reported=settlement.step)
        settlement.carry_out(Decision(by=by, channel="undo"))
        self.reported_at, self.report_weight = current.reported_at, current.report_weight
        return Decision.objects.filter(comment_id=self.pk, by=by).last() if settlement.reports else None
