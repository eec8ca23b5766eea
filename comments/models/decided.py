"""Where a comment stands: the acts of writers, rules and moderators that move it, each with its row in the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from articles.pagecache import expire
from comments.models.appeal import Appeal
from comments.models.log import DECIDING, KEEP, MOVING, PICKS, UNDO_TIME, Decision
from comments.models.notice import Notice
from comments.models.report import Settlement
from comments.models.reported import Reported
from comments.models.statement import Statement
from comments.models.words import EVERYWHERE, AlreadyDecided, TextChanged

if TYPE_CHECKING:
    from comments.models.comment import Comment

TAKEN_BACK = "It was taken back already. Nothing changed."
DONE = {
    KEEP: "kept this comment",
    "featured": "featured this comment",
    "unfeatured": "took this comment from the picks",
}


class Decided(Reported):
    """The part of ``Comment`` that decisions move; it changes through ``_decide`` alone, which leaves a Decision.

    ``seen`` is what the person had on the screen: the status, or ``on_screen``.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        SPAM = "spam", "Spam"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Reason(models.TextChoices):
        """Why a comment was rejected; the writer sees it on the receipt."""

        INSULT = "insult", "Insult or attack"
        OFF_TOPIC = "off-topic", "Off topic"
        PRIVATE = "private", "Private information about someone"
        NO_SOURCE = "no-source", "Serious claim without a source"
        ADVERTISING = "advertising", "Advertising"
        DUPLICATE = "duplicate", "Said already"
        UNLAWFUL = "unlawful", "Unlawful"

    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    featured = models.BooleanField(default=False)

    # Why it started where it did, as a moderator reads it.
    rule = models.CharField(max_length=30, blank=True)
    because = models.CharField(max_length=200, blank=True)
    score = models.SmallIntegerField(null=True, blank=True)  # 0 to 100; none yet where no score was taken
    signals = models.JSONField(default=list, blank=True)  # [[weight, words], …], what the score is made of

    # The last decision, kept for lists and the receipt; the log has them all.
    reason = models.CharField(max_length=15, choices=Reason, blank=True)
    note = models.CharField(max_length=300, blank=True)  # to the writer, on the receipt
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def approve(self, *, by: User | None, channel: str = "queue", seen: str = "") -> Decision | None:
        """Let readers see it, at once."""
        return self._decide(self.Status.APPROVED, by=by, channel=channel, seen=seen)

    def reject(
        self, *, by: User | None, reason: str, note: str = "", channel: str = "queue", seen: str = ""
    ) -> Decision | None:
        """Keep it from readers, with a reason from the list; the note is for its writer alone.

        Raises ValueError where the reason is not one of ``Comment.Reason``.
        """
        if reason not in self.Reason.values:
            raise ValueError("Choose a reason: the writer is told why.")
        return self._decide(self.Status.REJECTED, by=by, channel=channel, seen=seen, reason=reason, note=note)

    def mark_spam(self, *, by: User | None, channel: str = "queue", seen: str = "") -> Decision | None:
        """Put it into the spam folder."""
        return self._decide(self.Status.SPAM, by=by, channel=channel, seen=seen)

    def restore(self, *, by: User | None, channel: str = "queue", seen: str = "") -> Decision | None:
        """Put it back into the queue."""
        return self._decide(self.Status.PENDING, by=by, channel=channel, seen=seen)

    def withdraw(self, *, by: User | None = None, channel: str = "receipt") -> Decision | None:
        """Take it back for its writer (``by``, where that is staff): replies stay, under a stub that names nobody."""
        return self._decide(self.Status.WITHDRAWN, by=by, channel=channel)

    @transaction.atomic
    def feature(self, *, by: User, featured: bool = True, channel: str = "queue", seen: str = "") -> Decision | None:
        """Set it off for readers as worth reading, or no longer; None when it is so already.

        Raises AlreadyDecided where it is not approved, or no longer what that person saw.
        """
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        if current.featured == featured:
            return None
        if current.status != self.Status.APPROVED:
            raise AlreadyDecided(current.who_decided(to=by))
        current.refuse_unseen(seen, by=by)
        if featured:
            current.refuse_if_reported(seen)
        act = "featured" if featured else "unfeatured"
        decision = Decision.record(act, by=by, channel=channel, comment=current)
        self.featured = featured
        self.save(update_fields=["featured"])
        expire(f"thread:{self.article_id}")
        return decision

    def undo(self, decision: Decision, *, by: User) -> Decision | None:
        """Take a decision back while it stands; raises AlreadyDecided where it was taken back, or overtaken, since."""
        with transaction.atomic():
            current = self._locked()
            current._refuse_overtaken(decision, by=by)
            if decision.act == "featured":
                return self.feature(by=by, featured=False, channel="undo")
            if decision.act == KEEP:
                if (again := self._complain_again(decision, by=by)) is None:
                    raise AlreadyDecided(TAKEN_BACK)
                return again
            if current.edited_at and current.edited_at > decision.made_at and decision.was == self.Status.APPROVED:
                raise TextChanged("Its writer changed the words since. Read them, then decide; nothing changed.")
            if decision.act == "unfeatured":
                return self.feature(by=by, channel="undo")
            earlier = Decision.objects.deciding_about(self.pk).filter(pk__lt=decision.pk).last()
            reopened = earlier is not None and Appeal.reopen(current, since=earlier.made_at)
            told = earlier and Statement.objects.filter(decision=earlier.pk, to=Statement.To.WRITER).first()
            undone = self._decide(
                decision.was or self.Status.PENDING,
                by=by,
                channel="undo",
                reason=decision.reason_before,
                note=told.note if told and decision.was == self.Status.REJECTED else "",
                undoes=decision,
            )
            if reopened:
                Decision.record("appeal-reopened", by=by, channel="undo", comment=self._locked())
            return undone

    @transaction.atomic
    def _decide(
        self,
        status: str,
        *,
        by: User | None,
        channel: str,
        seen: str = "",
        reason: str = "",
        note: str = "",
        undoes: Decision | None = None,
    ) -> Decision | None:
        """Move to a status under the row's lock; None when it is there already.

        Raises PermissionDenied for somebody who does not moderate, and AlreadyDecided where the comment is no
        longer in the status that the person saw, or says something else (TextChanged): a second moderator never
        overrules a first by accident. What its writer took back stays so: nobody else brings it before readers again.
        """
        if by is not None and not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        if current.status == status:
            return None
        if current.status == self.Status.WITHDRAWN:
            raise AlreadyDecided(current.who_decided(to=by))
        current.refuse_unseen(seen, by=by)
        if status == self.Status.APPROVED:
            current.refuse_if_reported(seen)
        granted = Appeal.follow(current, status, by=by)
        settlement = Settlement.of(current, status, by=by, undoes=undoes)
        current._count(was=current.status, became=status, reported=settlement.step)
        was = current.status
        decision = self._become(current, status, by=by, channel=channel, reason=reason, note=note)
        settlement.carry_out(decision)
        if self.Status.APPROVED in (status, was):
            Notice.tell_of_move(current, decision)
        if granted:
            Decision.record("appeal-granted", by=by, channel=channel, comment=current)
        self.reported_at, self.report_weight = current.reported_at, current.report_weight
        return decision

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
    ) -> Decision:
        """Write down what was decided, once the counts have moved; ``current`` is the row as it was."""
        decision = Decision.append(
            current,
            was=current.status,
            became=status,
            by=by,
            channel=channel,
            reason=reason,
            rule=rule or current.rule,
        )
        was_seen = current.status == self.Status.APPROVED
        hides = status == self.Status.SPAM and (was_seen or current.reported_at)
        is_slip = channel == "undo" and current.decided_at and decision.made_at - current.decided_at <= UNDO_TIME
        puts_back = status == self.Status.PENDING and was_seen and by is not None and not is_slip
        if status == self.Status.REJECTED or channel == "report" or hides or puts_back:
            Statement.to_writer(current, decision, note=note)
        current.status = self.status = status
        self.reason, self.note = reason, note
        self.rule, self.because = rule or current.rule, because or current.because
        self.decided_at = None if status == self.Status.PENDING else decision.made_at
        self.user_agent = ""
        self.featured = current.featured and status == self.Status.APPROVED
        changed = ["status", "reason", "note", "rule", "because", "decided_at", "user_agent", "featured"]
        self.save(update_fields=changed)
        expire(f"thread:{self.article_id}", EVERYWHERE)  # acts after commit
        return decision

    def stay(self, rule: str) -> None:
        """Be where it is for another reason, from now on: its words, say, and no more who wrote them."""
        this = cast("Comment", self)
        now = Decision.append(this, was=self.status, became=self.status, by=None, channel="triage", rule=rule)
        self.decided_at = now.made_at
        self.save(update_fields=["decided_at"])

    def _refuse_overtaken(self, decision: Decision, *, by: User) -> None:
        """Raise AlreadyDecided where a decision is no longer the last word of its kind about this row, as it is now."""
        acts = (*MOVING, *PICKS) if decision.act in PICKS else DECIDING
        rows = Decision.objects.filter(comment_id=self.pk, act__in=acts, pk__gte=decision.pk).order_by("pk")
        match list(rows[:3]):
            case [first] if first == decision and decision.became == self.status:
                return
            case [first, then] if first == decision and then.channel == "undo":
                raise AlreadyDecided(TAKEN_BACK)
        raise AlreadyDecided(self.who_decided(to=by, acts=acts))

    def who_decided(self, *, to: User | None = None, acts: Sequence[str] = DECIDING) -> str:
        """Return a sentence for whoever came second, or was first without knowing it: who did what, when and why."""
        last = Decision.objects.filter(comment_id=self.pk, act__in=acts).order_by("pk").last()
        moved = f"moved this comment to {self.get_status_display().lower()}"
        if last is None:
            return f"The site {moved} first. Nothing changed."
        at = timezone.localtime(last.made_at)
        who, place = ("You", "yourself") if to is not None and last.by_id == to.pk else (last.actor_name, "first")
        why = f" ({self.get_reason_display().lower()})" if self.reason and last.act in MOVING else ""
        return f"{who} {DONE.get(last.act, moved)} {place} on {at.day} {at:%B at %H:%M}{why}. Nothing changed."
