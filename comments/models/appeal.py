"""A writer's one appeal against a decision, which somebody else than the first moderator judges."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from comments.models.log import Decision
from comments.models.words import AlreadyDecided

if TYPE_CHECKING:
    from comments.models.comment import Comment

TEXT_LENGTH = 2000  # characters
NOTE_LENGTH = 300  # characters, as a note with a decision


class NoAppeal(Exception):
    """There is nothing to appeal against, or nothing more; the message says which, to the writer."""


class Appeal(models.Model):
    """Why a writer thinks that a comment should be read again, and what came of it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        GRANTED = "granted", "Granted"
        REFUSED = "refused", "Refused"
        VOID = "void", "Void: the writer took the comment back"

    comment = models.OneToOneField("comments.Comment", on_delete=models.CASCADE, related_name="appeal")
    text = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)  # to the writer, on the receipt
    words_go = models.BooleanField(default=False, editable=False)  # its writer had them erased while it waited

    if TYPE_CHECKING:
        comment_id: int
        judged_by_id: int | None

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [
            models.Index(fields=["made_at", "id"], name="appeal_open", condition=models.Q(state="open")),
            models.Index(fields=["state", "-made_at", "-id"], name="appeal_by_state"),
            models.Index(fields=["judged_at"], name="appeal_words_go", condition=models.Q(words_go=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "granted", "refused", "void"]), name="appeal_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"Appeal about comment {self.comment_id}"

    @classmethod
    def why_not(cls, comment: Comment) -> str:
        """Return why a writer cannot appeal, in a sentence for that person; empty where it is possible."""
        if cls.objects.filter(comment=comment.pk).exists():
            return "You have appealed already: there is one appeal for each comment."
        if comment.status not in (comment.Status.REJECTED, comment.Status.SPAM):
            return "There is no decision against this comment, so there is nothing to appeal against."
        if not comment.text:
            return "The text of this comment is kept no longer, so nobody can read it again."
        return ""

    @classmethod
    @transaction.atomic
    def lodge(cls, comment: Comment, text: str) -> Appeal:
        """Ask for the comment to be read again. Raises NoAppeal where that is not possible, or no more."""
        current = comment.locked()
        if sentence := cls.why_not(current):
            raise NoAppeal(sentence)
        Decision.record("appeal", by=None, channel="receipt", comment=current)
        return cls.objects.create(comment=comment, text=text)

    def bars(self, user: User) -> str:
        """Return why a moderator may not judge this, in a sentence; empty where nothing is in the way.

        Whoever decided against the comment is not asked again, and neither is whoever has left the role.
        """
        if not user.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        against = (self.comment.Status.REJECTED, self.comment.Status.SPAM)
        decided = Decision.objects.deciding_about(self.comment_id).filter(became__in=against, by=user)
        decided = decided.exclude(channel="undo")  # who takes a slip back only restores what another decided
        return "You decided about this comment. Somebody else judges the appeal." if decided.exists() else ""

    @transaction.atomic
    def grant(self, *, by: User, note: str = "", publish: bool = True, seen: str = "") -> None:
        """Put the comment before readers, or back into the queue, and tell its writer.

        Raises PermissionDenied, and AlreadyDecided where somebody judged first, where the comment is no longer what
        was ``seen``, or where this person may not judge.
        """
        comment = self._ready(by, seen)
        self._close(self.State.GRANTED, by=by, note=note)
        if publish:
            comment.approve(by=by, channel="appeal")
        else:
            comment.restore(by=by, channel="appeal")

    @transaction.atomic
    def refuse(self, *, by: User, note: str = "", seen: str = "") -> None:
        """Leave the comment where it is, and tell its writer. Raises as ``grant`` does."""
        comment = self._ready(by, seen)
        self._close(self.State.REFUSED, by=by, note=note)
        Decision.record("appeal-refused", by=by, channel="appeal", comment=comment)

    @classmethod
    def follow(cls, comment: Comment, status: str, *, by: User | None) -> bool:
        """Close the open appeal of a comment that is decided about otherwise; part of that act's transaction.

        Return whether it is granted by that. One whose comment only waits again stays open: what comes of that is not
        decided, and the one who rejected it may be the one who put it back.
        """
        if status not in (comment.Status.APPROVED, comment.Status.WITHDRAWN):
            return False
        granted = status == comment.Status.APPROVED
        closed = cls.objects.filter(comment=comment.pk, state=cls.State.OPEN).update(
            state=cls.State.GRANTED if granted else cls.State.VOID, judged_by=by, judged_at=timezone.now()
        )
        return granted and closed > 0

    @classmethod
    def reopen(cls, comment: Comment, *, since: datetime) -> bool:
        """Let the appeal wait again whose grant, later than a moment, was taken back; return whether there was one."""
        granted = cls.objects.filter(comment=comment.pk, state=cls.State.GRANTED, judged_at__gte=since)
        return granted.update(state=cls.State.OPEN, judged_by=None, judged_at=None, note="") > 0

    def _ready(self, by: User, seen: str) -> Comment:
        """Return the comment, its row locked, once nothing keeps this person from judging."""
        comment = self.comment.locked()
        now = Appeal.objects.select_for_update().get(pk=self.pk)
        if now.state != self.State.OPEN:
            raise AlreadyDecided(f"{now.judge_name} closed this appeal first: {now.state}. Nothing changed.")
        if sentence := self.bars(by):
            raise AlreadyDecided(f"{sentence} Nothing changed.")
        comment.refuse_unseen(seen, by=by)
        return comment

    def _close(self, state: str, *, by: User, note: str) -> None:
        self.state, self.judged_by, self.judged_at = state, by, timezone.now()
        self.note = note.strip()[:NOTE_LENGTH]
        self.save(update_fields=["state", "judged_by", "judged_at", "note"])

    @property
    def judge_name(self) -> str:
        """Who judged, for staff."""
        if self.state == self.State.VOID:
            return "The writer"
        return (self.judged_by.get_full_name() or self.judged_by.get_username()) if self.judged_by else "Somebody"
