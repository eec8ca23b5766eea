"""What moderators decide and note about a person rather than about one comment; the clock ends a measure, not a job."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from comments.markup import says
from comments.models.comment import Comment
from comments.models.log import Decision
from comments.models.words import AlreadyDecided
from comments.models.writer import Writer

REASON_LENGTH = 300  # characters, as a note about a decision
NOTE_LENGTH = 2000  # characters


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Measures, by whether they hold now and by who is told of them."""

    def in_force(self, now: datetime) -> Self:
        """What holds at a moment: neither lifted by then nor run out."""
        return self.filter(Q(lifted_at=None) | Q(lifted_at__gt=now), Q(until=None) | Q(until__gt=now), made_at__lte=now)

    def told_on(self, comment: Comment) -> Self:
        """What the receipt of a comment tells its writer, the newest first: warnings, suspensions, bans.

        Only what was decided after the comment was written. An address is merely typed: who posts under somebody
        else's must not learn from the new receipt what was decided about that person.
        """
        told = (Measure.Kind.WARN, Measure.Kind.SUSPEND, Measure.Kind.BAN)
        if comment.writer_id is None:
            return self.none()
        return self.filter(writer=comment.writer_id, kind__in=told, made_at__gt=comment.created_at).order_by("-pk")


class Measure(models.Model):
    """One measure about a writer. It is never changed or deleted: it is lifted, or the clock ends it."""

    class Kind(models.TextChoices):
        """What follows from it; the rules of triage carry out all but the warning."""

        WARN = "warn", "Warned"
        HOLD = "hold", "Always held"
        SUSPEND = "suspend", "Suspended"
        BAN = "ban", "Banned"

    writer = models.ForeignKey(Writer, on_delete=models.CASCADE, related_name="measures")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=REASON_LENGTH)  # a warning's is its text; told on receipts, see told_on()
    until = models.DateTimeField(null=True, blank=True)  # None: for good
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = MeasureQuerySet.as_manager()

    if TYPE_CHECKING:
        writer_id: int

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["warn", "hold", "suspend", "ban"]), name="measure_kind_known"),
            models.CheckConstraint(condition=~Q(kind="suspend", until=None), name="measure_suspension_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} (writer {self.writer_id})"

    def is_in_force(self, now: datetime) -> bool:
        """Whether it holds at a moment: the twin of ``MeasureQuerySet.in_force``."""
        return (
            self.made_at <= now
            and (self.lifted_at is None or self.lifted_at > now)
            and (self.until is None or self.until > now)
        )

    @classmethod
    @transaction.atomic
    def impose(
        cls,
        writer: Writer,
        kind: str,
        *,
        by: User,
        reason: str,
        until: datetime | None = None,
        now: datetime | None = None,
    ) -> Measure:
        """Decide something about a person, for a reason, to an end or for good.

        Raises PermissionDenied for somebody who does not moderate, ValueError for what cannot be decided so, and
        AlreadyDecided where the same is in force already: the first moderator's end is not moved by a second's.
        """
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        reason = reason.strip()
        if kind not in cls.Kind.values:
            raise ValueError("Choose what is to follow. Nothing changed.")
        if not says(reason):
            raise ValueError("Write the reason first. Nothing changed.")
        if len(reason) > REASON_LENGTH:
            raise ValueError(f"A reason has at most {REASON_LENGTH} characters; this one has {len(reason)}.")
        if kind == cls.Kind.SUSPEND and until is None:
            raise ValueError("Say until when: a suspension ends. A ban may be for good.")
        Writer.objects.select_for_update().filter(pk=writer.pk).first()  # orders two moderators
        now = now or timezone.now()  # in its turn: else one who waited would not see what the first decided meanwhile
        if until is not None and until <= now:
            raise ValueError("That end has passed already. Choose a later one.")
        if kind != cls.Kind.WARN and (first := cls.objects.filter(writer=writer, kind=kind).in_force(now).first()):
            raise AlreadyDecided(f"{first.actor_name} decided that first. Nothing changed; lift it to set another end.")
        Decision.record(f"measure-{kind}", by=by)  # about nobody: the log outlives whom it concerns
        return cls.objects.create(writer=writer, kind=kind, reason=reason, until=until, by=by, made_at=now)

    @transaction.atomic
    def lift(self, *, by: User) -> bool:
        """End it now; False where it has ended already."""
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        now = timezone.now()
        running = Measure.objects.select_for_update().filter(pk=self.pk, lifted_at=None).in_force(now)
        if running.first() is None:
            return False
        self.lifted_at, self.lifted_by = now, by
        self.save(update_fields=["lifted_at", "lifted_by"])
        Decision.record("measure-lifted", by=by, about=self.kind)
        return True

    @property
    def actor_name(self) -> str:
        """Who decided it, for other staff."""
        return (self.by.get_full_name() or self.by.get_username()) if self.by else "Somebody who has left"


class StaffNote(models.Model):
    """What moderators tell each other about a writer; nobody else ever reads it, and it is added to, not changed."""

    writer = models.ForeignKey(Writer, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=NOTE_LENGTH)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Note (writer {self.writer_id})"

    if TYPE_CHECKING:
        writer_id: int

    @classmethod
    def leave(cls, writer: Writer, *, by: User, text: str) -> StaffNote:
        """Keep a note for the colleagues. Raises PermissionDenied, or ValueError for an empty or endless one."""
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        text = text.strip()
        if not says(text):
            raise ValueError("Write the note first. Nothing was kept.")
        if len(text) > NOTE_LENGTH:
            raise ValueError(f"A note has at most {NOTE_LENGTH:,} characters; this one has {len(text):,}.")
        return cls.objects.create(writer=writer, by=by, text=text)
