"""The append-only log of what was decided, chained by hashes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Never

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F
from django.utils import timezone

if TYPE_CHECKING:
    from comments.models.comment import Comment


class DecisionQuerySet(models.QuerySet["Decision"]):
    """The log can be read and added to, nothing else."""

    def update(self, **kwargs: Any) -> Never:
        raise TypeError("The log of decisions is append-only.")

    def delete(self) -> Never:
        raise TypeError("The log of decisions is append-only.")


class LogHead(models.Model):
    """The end of the chain: one row, locked by whoever appends, so that entries have one order."""

    digest = models.CharField(max_length=64, default="", blank=True)
    length = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.length} decisions"


class Decision(models.Model):
    """One act of moderation, in an append-only log that is chained by hashes from its first row.

    It holds neither text nor names, and no foreign key that could take it along when a comment or a person is
    erased: the log stays whole. Each digest covers the row and the digest before it, so a changed or missing
    row breaks the chain from there on (``verify_log``).
    """

    comment_id = models.BigIntegerField(db_index=True)
    article_id = models.BigIntegerField()
    was = models.CharField(max_length=10, blank=True)
    became = models.CharField(max_length=10)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    channel = models.CharField(max_length=10)
    reason = models.CharField(max_length=15, blank=True)
    reason_before = models.CharField(max_length=15, blank=True)  # so that an undo can put it back
    rule = models.CharField(max_length=30, blank=True)
    made_at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)

    objects = DecisionQuerySet.as_manager()

    if TYPE_CHECKING:
        by_id: int | None

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.was or 'new'} → {self.became}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The log of decisions is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("The log of decisions is append-only.")

    @property
    def actor_name(self) -> str:
        """Who decided, for other staff; somebody who has left is still somebody."""
        if self.by_id is None:
            return "The writer" if self.channel == "receipt" else "The site"
        person = User.objects.filter(pk=self.by_id).first()
        return (person.get_full_name() or person.get_username()) if person else "Somebody who has left"

    @classmethod
    def append(
        cls,
        comment: Comment,
        *,
        was: str,
        became: str,
        by: User | None,
        channel: str,
        reason: str = "",
        rule: str = "",
    ) -> Decision:
        """Write the next row of the log; call inside the transaction of the act itself."""
        head, _ = LogHead.objects.select_for_update().get_or_create(pk=1)
        decision = cls(
            comment_id=comment.pk,
            article_id=comment.article_id,
            was=was,
            became=became,
            by=by,
            channel=channel,
            reason=reason,
            reason_before=comment.reason if was else "",
            rule=rule,
            made_at=timezone.now(),
            previous=head.digest,
        )
        decision.digest = decision.computed_digest()
        decision.save(force_insert=True)
        LogHead.objects.filter(pk=1).update(digest=decision.digest, length=F("length") + 1)
        return decision

    def computed_digest(self) -> str:
        """Return the SHA-256 of the row and the digest before it; database-independent."""
        row = [
            self.comment_id,
            self.article_id,
            self.was,
            self.became,
            self.by_id,
            self.channel,
            self.reason,
            self.reason_before,
            self.rule,
            self.made_at.isoformat(timespec="microseconds"),
            self.previous,
        ]
        return hashlib.sha256(json.dumps(row, separators=(",", ":")).encode()).hexdigest()
