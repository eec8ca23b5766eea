"""How each moderator is told of comments that wait, and which of them were told already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from comments.models.comment import Comment


class ModeratorMail(models.Model):
    """When one moderator is mailed what waits; each sets it for himself, and nobody is mailed unasked."""

    class Speed(models.TextChoices):
        NEVER = "never", "Never"
        AT_ONCE = "at-once", "At once"
        HOURLY = "hourly", "Once an hour, if something came"
        DAILY = "daily", "Every morning: all that waits"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="moderator_mail"
    )
    speed = models.CharField(max_length=10, choices=Speed, default=Speed.NEVER)
    since = models.DateTimeField(default=timezone.now)  # of the present choice: what waited before is no news
    mailed_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        user_id: int

    class Meta:
        verbose_name = "mail about waiting comments"
        verbose_name_plural = "my mail"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(speed__in=["never", "at-once", "hourly", "daily"]),
                name="moderator_mail_speed_known",
            )
        ]

    def __str__(self) -> str:
        return f"Mail to moderator {self.user_id}"

    def choose(self, speed: str) -> None:
        """Take another speed from now on."""
        self.speed, self.since, self.mailed_at = self.Speed(speed), timezone.now(), None
        self.save()


class HeldNotice(models.Model):
    """That a moderator was mailed a comment when it came; kept while the comment counts as new."""

    mail = models.ForeignKey(ModeratorMail, on_delete=models.CASCADE, related_name="+", db_index=False)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="held_notice_by_age")]
        constraints = [models.UniqueConstraint(fields=["mail", "comment"], name="held_notice_once")]

    def __str__(self) -> str:
        return f"Notice of comment {self.comment_id}"
