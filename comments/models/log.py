"""The append-only log of what was done, chained by hashes."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Never, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F
from django.utils import timezone

from articles.pagecache import expire

if TYPE_CHECKING:
    from comments.models.comment import Comment

LOG_KEY = "log"  # carried by the pages that are made from the log

UNDO_TIME = timedelta(minutes=1)  # in which a moderator takes a slip back, before anybody is mailed of it
DECIDE, KEEP = "decide", "keep"
MOVING = ("", DECIDE)  # the acts that move a comment; the first rows of a log name none
DECIDING = (*MOVING, KEEP)  # the acts that answer for what readers see
PICKS = ("featured", "unfeatured")  # the acts that set a comment off for readers, or no longer

_CODES = re.compile(r"[a-z0-9_ ,.:=+-]{0,200}", re.ASCII)

# The columns that a digest covers, in the order of ``digest_of``.
COVERED = (
    *("pk", "comment_id", "article_id", "was", "became", "by_id", "channel", "reason", "reason_before", "rule"),
    *("made_at", "previous", "act", "about"),
)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """The log can be read and added to, nothing else."""

    def deciding(self) -> Self:
        """The rows that say where a comment stands, without what else was done about it."""
        return self.filter(act__in=DECIDING)

    def deciding_about(self, comment_id: int) -> Self:
        """Those rows of one comment, in the order in which they were written."""
        return self.deciding().filter(comment_id=comment_id).order_by("pk")

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

    ``act`` says what was done: "decide" moved the comment, "keep" let it stand against readers' reports; others
    ("report", "feature", "settings" …) leave it where it is. ``about`` holds codes and numbers, never words of
    somebody's. A row that is about no comment has 0 in its place.
    """

    comment_id = models.BigIntegerField(db_index=True)
    article_id = models.BigIntegerField()
    act = models.CharField(max_length=20, blank=True, default="")
    about = models.CharField(max_length=200, blank=True, default="")
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
        return f"{self.was or 'new'} → {self.became}" if self.act in DECIDING else self.act

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The log of decisions is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("The log of decisions is append-only.")

    @property
    def word(self) -> str:
        """What was done, in a word or two, for lists of staff and readers."""
        if self.act == KEEP:
            return "kept"
        return self.became if self.act in DECIDING else self.act.replace("-", " ")

    @property
    def actor_name(self) -> str:
        """Who decided, for other staff; somebody who has left is still somebody."""
        if self.by_id is None:
            return {"receipt": "The writer", "own": "The writer", "report": "Readers' reports"}.get(
                self.channel, "The site"
            )
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
        """Write that a comment moved; call inside the transaction of the act itself."""
        return cls._chain(
            comment_id=comment.pk,
            article_id=comment.article_id,
            act=DECIDE,
            was=was,
            became=became,
            by=by,
            channel=channel,
            reason=reason,
            reason_before=comment.reason if was else "",
            rule=rule,
        )

    @classmethod
    def record(
        cls,
        act: str,
        *,
        by: User | None,
        channel: str = "desk",
        comment: Comment | None = None,
        article_id: int = 0,
        reason: str = "",
        about: str = "",
    ) -> Decision:
        """Write an act that moves no comment; call inside the transaction of the act itself.

        ``about`` says more in codes and numbers ("hold_links", "count=3"). Raises ValueError for anything that
        could be somebody's words: the log outlives what people have erased.
        """
        if not _CODES.fullmatch(about):
            raise ValueError("The log takes codes and numbers, no texts.")
        status = comment.status if comment else ""
        return cls._chain(
            comment_id=comment.pk if comment else 0,
            article_id=comment.article_id if comment else article_id,
            act=act,
            about=about,
            was=status,
            became=status,
            by=by,
            channel=channel,
            reason=reason,
            reason_before=comment.reason if comment and act == KEEP else "",
        )

    @classmethod
    def _chain(cls, **fields: Any) -> Decision:
        """Write the next row. Its number follows the last one's under the lock, so that no number is ever missing."""
        head, _ = LogHead.objects.select_for_update().get_or_create(pk=1)
        last = cls.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        decision = cls(pk=last + 1, made_at=timezone.now(), previous=head.digest, **fields)
        decision.digest = decision.computed_digest()
        decision.save(force_insert=True)
        LogHead.objects.filter(pk=1).update(digest=decision.digest, length=F("length") + 1)
        expire(LOG_KEY)
        return decision

    def computed_digest(self) -> str:
        """Return the SHA-256 of the row and the digest before it; database-independent."""
        return digest_of(*(getattr(self, name) for name in COVERED))


def digest_of(
    pk: int,
    comment_id: int,
    article_id: int,
    was: str,
    became: str,
    by_id: int | None,
    channel: str,
    reason: str,
    reason_before: str,
    rule: str,
    made_at: datetime,
    previous: str,
    act: str,
    about: str,
) -> str:
    """Return the digest of a row given by its columns; what was written before acts had names is covered without."""
    when = made_at.isoformat(timespec="microseconds")
    row: list[object] = [
        *(comment_id, article_id, was, became, by_id, channel, reason, reason_before, rule, when, previous)
    ]
    if act:
        row += [pk, act, about]
    return hashlib.sha256(json.dumps(row, separators=(",", ":")).encode()).hexdigest()
