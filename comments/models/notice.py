"""Notices of illegal content: their states, their deadline, and what whoever sent one is told."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from articles.tasks import task
from comments.mail import absolute, send, to_writer
from comments.markup import says
from comments.models.log import UNDO_TIME, Decision
from comments.models.policy import Policy
from comments.models.report import Report
from comments.models.statement import Statement
from comments.models.writer import LOOKED_AGAIN, WAITS_AT_MOST, Writer

if TYPE_CHECKING:
    from comments.models.comment import Comment

_SALT = "comments.notice"
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{43})", re.ASCII)
CHANNEL = "notice"  # through which decisions on notices stand in the log
EXPLANATION_LENGTH = 2_000  # characters


class AlreadyAnswered(Exception):
    """The notice was decided before; the message says how."""


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, by what is still to be done about them."""

    def open(self) -> Self:
        return self.filter(handled_at__isnull=True)  # the words of the index, which a list of states would not be

    def overdue(self, now: datetime | None = None) -> Self:
        return self.open().filter(due_at__lt=now or timezone.now())


class Notice(models.Model):
    """One person's word that a comment breaks the law (article 16 of the Digital Services Act), and its answer.

    What it says stands in its report. The address, where one was given, is kept where all are: in ``Writer``.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        REVIEW = "review", "Under review"
        UPHELD = "upheld", "Upheld"
        DISMISSED = "dismissed", "Dismissed"
        VOID = "void", "Void"

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="notices")
    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="notice")
    law = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=80, blank=True)
    notifier = models.ForeignKey(Writer, null=True, blank=True, on_delete=models.SET_NULL, related_name="notices")
    good_faith = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)
    decision = models.BigIntegerField(null=True, blank=True)  # the row of the log that answered it
    explanation = models.TextField(blank=True)  # to whoever sent it, from the moderator
    link_number = models.PositiveIntegerField(default=0)  # raised to revoke the private link
    told = models.CharField(max_length=10, default="open", editable=False)  # the standing that its sender was told last
    words_go = models.BooleanField(default=False, editable=False)  # its sender had all erased while it waited

    objects = NoticeQuerySet.as_manager()

    if TYPE_CHECKING:
        comment_id: int
        report_id: int
        notifier_id: int | None

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = "notice of illegal content"
        verbose_name_plural = "notices of illegal content"
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="notice_list"),
            models.Index(fields=["due_at", "id"], name="notice_waiting", condition=models.Q(handled_at__isnull=True)),
            models.Index(fields=["handled_at"], name="notice_words_go", condition=models.Q(words_go=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["received", "review", "upheld", "dismissed", "void"]),
                name="notice_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk}"  # neither the name nor the address: this reaches logs and messages

    @property
    def is_open(self) -> bool:
        return self.handled_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at < timezone.now()

    @property
    def standing(self) -> str:
        """What stands of it now: "open", the answer, or "published" where what was removed is back.

        A writer who takes back what was published again changes nothing of what was said about the notice.
        """
        if self.is_open:
            return "open"
        if self.state == self.State.UPHELD and self.comment.status == self.comment.Status.APPROVED:
            return "published"
        return self.told if self.told != "open" and self.came_back is not None else self.state

    @property
    def came_back(self) -> Decision | None:
        """The decision that published again what the notice had removed, unless a later one turned it round."""
        if self.state != self.State.UPHELD:
            return None
        since = Decision.objects.deciding_about(self.comment_id).filter(made_at__gte=self.handled_at)
        last = since.exclude(became="withdrawn").last()
        return last if last is not None and last.became == "approved" else None

    # The private link.

    @property
    def token(self) -> str:
        """The last part of the private address: a keyed hash, so that a later mail can name it again."""
        return f"{self.pk}-{self._proof(settings.SECRET_KEY)}"

    def get_absolute_url(self) -> str:
        return reverse("comments:notice", args=[self.token])

    @classmethod
    def of_token(cls, token: str) -> Notice | None:
        """Return the notice of a token; None for one that is forged, revoked, or whose notice is gone."""
        match = _TOKEN.fullmatch(token)
        notice = match and cls.objects.select_related("comment__article", "report").filter(pk=match[1]).first()
        if not (match and notice):
            return None
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return notice if any(constant_time_compare(notice._proof(key), match[2]) for key in keys) else None

    def revoke(self) -> None:
        """Void the private link; the next one that is made is another."""
        Notice.objects.filter(pk=self.pk).update(link_number=models.F("link_number") + 1)
        self.refresh_from_db(fields=["link_number"])

    def _proof(self, key: str) -> str:
        digest = salted_hmac(_SALT, f"{self.pk}:{self.link_number}", secret=key, algorithm="sha256").digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    # Its life.

    @classmethod
    def enter(cls, report: Report, *, law: str = "", name: str = "", notifier: Writer | None = None) -> Notice:
        """Write a new notice with its deadline; call inside the transaction that writes its report."""
        now = timezone.now()
        notice = cls.objects.create(
            comment_id=report.comment_id,
            report=report,
            law=law,
            name=name,
            notifier=notifier,
            good_faith=True,
            made_at=now,
            due_at=now + timedelta(days=Policy.current().notice_days),
        )
        Decision.record("notice", by=None, channel="report", comment=report.comment, about=f"notice={notice.pk}")
        if notifier is not None:
            mail_notice_received.enqueue(notice.pk)
        return notice

    def tell(self) -> None:
        """Have its sender mailed what stands, once a slip could be taken back; nothing goes where that is known."""
        if self.notifier_id is not None:
            mail_standing.using(run_after=timezone.now() + UNDO_TIME).enqueue(self.pk)

    @transaction.atomic
    def take(self, *, by: User) -> None:
        """Say that somebody looks into it; the deadline stays. Raises ValueError where a colleague does already."""
        current = self._locked(by)
        if current.reviewer is not None and current.reviewer != by:
            name = current.reviewer.get_full_name() or current.reviewer.get_username()
            raise ValueError(f"{name} is looking into it already. Nothing changed.")
        if current.state == self.State.RECEIVED:
            self._become(self.State.REVIEW, reviewer=by)
            Decision.record("notice-review", by=by, comment=self.comment, about=f"notice={self.pk}")

    @transaction.atomic
    def uphold(self, *, by: User, explanation: str, seen: str = "") -> None:
        """Take the comment from readers as unlawful; its writer and whoever sent the notice are told why.

        Raises AlreadyDecided, as the comment's own acts do, where it is no longer what was ``seen``.
        """
        self._locked(by, explanation)
        # The comment's own act answers every open notice about it, this one too.
        Notice.objects.filter(pk=self.pk).update(explanation=explanation)
        moved = self.comment.reject(by=by, reason="unlawful", note=explanation[:300], channel=CHANNEL, seen=seen)
        if moved is None:  # rejected already, by a rule after an edit: readers do not see it, and the answer stands
            self._answer(self.State.UPHELD, by=by, explanation=explanation)
        else:
            # Others about the same comment are answered by the same reasons.
            others = Notice.objects.filter(comment=self.comment_id, decision=moved.pk, explanation="")
            others.update(explanation=explanation)
        self.refresh_from_db()

    @transaction.atomic
    def dismiss(self, *, by: User, explanation: str) -> None:
        """Find nothing unlawful; the comment stays where it is, and whoever sent the notice is told why."""
        self._locked(by, explanation)
        self._answer(self.State.DISMISSED, by=by, explanation=explanation)

    @transaction.atomic
    def void(self, *, by: User | None, explanation: str) -> None:
        """End it without a decision: it was sent by mistake, taken back, or is no notice at all."""
        self._locked(by, explanation)
        self._answer(self.State.VOID, by=by, explanation=explanation)

    def follow(self, decision: Decision) -> None:
        """Be answered by a decision that took the comment from readers; its rows are locked by the caller."""
        if decision.became == "rejected" and decision.reason == "unlawful":
            state, why = self.State.UPHELD, self.explanation
        elif decision.became == "withdrawn":
            state, why = self.State.VOID, "The comment's writer took it back before a decision. Readers do not see it."
        else:
            state, why = self.State.VOID, "The comment was taken down on other grounds. Readers do not see it."
        self._become(state, explanation=why, handled_at=decision.made_at, decision=decision.pk)
        Decision.record(
            f"notice-{state}",
            by=decision.by,
            channel=decision.channel,
            comment=self.comment,
            about=f"notice={self.pk}",
        )
        self._tell(decision)

    def reopen(self, decision: Decision) -> None:
        """Wait again: what answered it was taken back, or the comment that had gone came back.

        Whoever sent it sees so on the page. The second may be weeks later, so the deadline begins anew.
        """
        fields: dict[str, object] = {"explanation": "", "handled_at": None, "decision": None}
        if decision.channel != "undo":
            fields["due_at"] = timezone.now() + timedelta(days=Policy.current().notice_days)
        self._become(self.State.REVIEW, **fields)
        Decision.record(
            "notice-reopened",
            by=decision.by,
            channel=decision.channel,
            comment=self.comment,
            about=f"notice={self.pk}",
        )
        self.tell()

    @classmethod
    def tell_of_move(cls, comment: Comment, decision: Decision) -> None:
        """Tell whoever was told that a comment is gone that it is back, or went again; part of that transaction."""
        upheld = cls.objects.filter(comment=comment.pk, state=cls.State.UPHELD)
        for notice in upheld.exclude(decision=decision.pk).order_by("pk"):  # those that it answers are told of that
            notice.comment = comment
            if decision.became == comment.Status.APPROVED:
                when = "readers see it" if comment.article.is_published else "readers see it once its story is public"
                Statement.to_notifier(notice, decision, restriction=f"The comment was published again: {when}.")
            notice.tell()

    def _answer(self, state: str, *, by: User | None, explanation: str) -> None:
        def answered(comment: Comment) -> Decision:
            decision = Decision.record(
                f"notice-{state}",
                by=by,
                channel=CHANNEL if by else "receipt",
                comment=comment,
                about=f"notice={self.pk}",
            )
            self._become(state, explanation=explanation, handled_at=decision.made_at, decision=decision.pk)
            return decision

        reported = {self.State.UPHELD: "upheld", self.State.DISMISSED: "dismissed"}
        self._tell(self.comment.settle_report(self.report, reported.get(self.State(state), "void"), answered))

    def _tell(self, decision: Decision) -> None:
        words = {
            self.State.UPHELD: "The comment was removed: readers do not see it any more.",
            self.State.DISMISSED: "The comment was not removed on account of your notice.",
            self.State.VOID: "Your notice was closed without a decision about the law.",
        }
        state = self.State(self.state)
        law = None
        if state == self.State.UPHELD:
            # What the writer was told; it is another notice's law where that one was upheld.
            told = Statement.objects.filter(decision=decision.pk, to=Statement.To.WRITER).first()
            law = self.law if told is None or told.law == self.law else ""
        Statement.to_notifier(self, decision, restriction=words[state], law=law)
        self.tell()

    def _become(self, state: str, **fields: object) -> None:
        fields["state"] = state
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))

    def _locked(self, by: User | None, explanation: str | None = None) -> Notice:
        """Lock the comment's row, then look whether the notice still waits.

        Raises PermissionDenied for somebody who does not moderate, ValueError without an explanation where one is
        needed, and AlreadyAnswered for a notice that was decided before.
        """
        if by is not None and not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        if explanation is not None and not says(explanation):
            raise ValueError("Write the reasons: whoever sent the notice is told them. Nothing changed.")
        self.comment.locked()
        current = Notice.objects.get(pk=self.pk)
        if not current.is_open:
            raise AlreadyAnswered(f"This notice was {current.get_state_display().lower()} before. Nothing changed.")
        return current


def _has_turn(writer: Writer) -> bool:
    """Whether a mail about a notice may go now: to an address that nobody has confirmed, in its turn alone."""
    return writer.confirmed_at is not None or writer.take_turn()


def _send(name: str, subject: str, notice: Notice, writer: Writer) -> None:
    """Mail whoever sent a notice a link to its private page, and no word that came with the notice."""
    about = {"number": notice.pk, "link": absolute(notice.get_absolute_url()), "due_at": notice.due_at}
    try:
        send(to_writer(name, writer, subject=subject, about=about))
    except Exception:
        if writer.confirmed_at is None:
            writer.return_turn()
        raise


def _of(pk: int) -> tuple[Notice | None, Writer | None]:
    notice = Notice.objects.select_related("notifier", "comment").filter(pk=pk).first()
    writer = notice.notifier if notice else None
    return notice, writer if writer is not None and writer.stopped_at is None else None


@task("Mail that a notice was received", queue="mail")
def mail_notice_received(pk: int) -> None:
    """The page has said so already; without a turn this mail comes back for a day, unless the answer is quicker."""
    notice, writer = _of(pk)
    if notice is None or writer is None or not notice.is_open:
        return
    if _has_turn(writer):
        _send("notice_received", f"We have your notice {pk}", notice, writer)
    elif timezone.now() < notice.made_at + WAITS_AT_MOST:
        mail_notice_received.using(run_after=timezone.now() + LOOKED_AGAIN).enqueue(pk)


@task("Mail what stands of a notice", queue="mail")
def mail_standing(pk: int, since: str = "") -> None:
    """Tell what stands where that is not what was told last; without a turn it comes back for a day."""
    notice, writer = _of(pk)
    if notice is None or writer is None or notice.standing == notice.told:
        return
    now = timezone.now()
    if not _has_turn(writer):
        first = datetime.fromisoformat(since) if since else now
        if now < first + WAITS_AT_MOST:
            mail_standing.using(run_after=now + LOOKED_AGAIN).enqueue(pk, first.isoformat())
        return
    # Claimed before it is sent: of two workers with the same news one mails it.
    if not Notice.objects.filter(pk=pk, told=notice.told).update(told=notice.standing):
        return
    try:
        if notice.told == "open":
            _send("notice_decided", f"Your notice {pk} was answered", notice, writer)
        else:
            _send("notice_changed", f"What stands of your notice {pk} has changed", notice, writer)
    except Exception:
        Notice.objects.filter(pk=pk).update(told=notice.told)
        raise
