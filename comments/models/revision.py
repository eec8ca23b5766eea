"""What a comment said before it was changed: for moderators alone, as long as the comment's own text is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone


class Revision(models.Model):
    """One earlier wording of a comment. The wording that stands is the comment's own."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="revisions")
    name = models.CharField(max_length=80)
    website = models.URLField(max_length=200, blank=True)
    text = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # the moderator who changed it
    by_staff = models.BooleanField(default=False)  # stays true where that person has left
    reason = models.CharField(max_length=200, blank=True)  # a moderator's

    if TYPE_CHECKING:
        comment_id: int

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Earlier wording of comment {self.comment_id}"

    @property
    def actor_name(self) -> str:
        """Who replaced it, for staff."""
        if not self.by_staff:
            return "The writer"
        return (self.by.get_full_name() or self.by.get_username()) if self.by else "Somebody who has left"
