"""What the rules of triage keep in tables: the running flood windows, the listed words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction

from articles.kept import kept
from articles.pagecache import expire
from comments.models.comment import Comment
from comments.models.log import Decision
from comments.words import WordList, folded

WORDS_KEY = "comment-words"


class FloodWindow(models.Model):
    """How much a network has sent in the running window; see ``triage.floods``."""

    network = models.CharField(max_length=43, primary_key=True)
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.count} since {self.started_at:%H:%M:%S}"

    @classmethod
    def hit(cls, network: str, *, now: datetime, window: timedelta) -> FloodWindow:
        """Count one post of a network, in one statement, and return the running window.

        The row stays locked to the end of the transaction: two equal posts that arrive together are ordered.
        """
        table = connection.ops.quote_name(cls._meta.db_table)
        sql = f"""
            INSERT INTO {table} AS flood (network, started_at, count) VALUES (%s, %s, 1)
            ON CONFLICT (network) DO UPDATE SET
                count = CASE WHEN flood.started_at > %s THEN flood.count + 1 ELSE 1 END,
                started_at = CASE WHEN flood.started_at > %s THEN flood.started_at ELSE excluded.started_at END
            RETURNING network, started_at, count
        """  # noqa: S608  # the table's name is ours
        return cls.objects.raw(sql, [network, now, now - window, now - window])[0]


class Effect(models.TextChoices):
    """What the newsroom's lists do to a comment."""

    HOLD = "hold", "Hold for a moderator"
    SPAM = "spam", "Put into the spam folder"
    REJECT = "reject", "Reject"


class Words:
    """The listed words as every process keeps them: one automaton, and what each phrase does."""

    def __init__(self, listed: dict[str, tuple[str, str]]) -> None:
        self.effects = listed
        self._list = WordList(listed)

    def found(self, text: str) -> list[tuple[str, str, str]]:
        """Return (phrase, effect, reason to reject) of each that stands in a text, in the list's order."""
        return [(phrase, *self.effects[phrase]) for phrase in self._list.found(text)]


class BlockedWord(models.Model):
    """A word or phrase of the newsroom's lists; whole words, letter case ignored, ``*`` for any letters."""

    Effect = Effect

    phrase = models.CharField(
        max_length=100,
        unique=True,
        help_text="Whole words; letter case and accents do not matter. * stands for any letters: casino*, *pharm*.",
    )
    effect = models.CharField(max_length=10, choices=Effect, default=Effect.HOLD)
    reason = models.CharField(
        "why it is rejected",
        max_length=15,
        choices=Comment.Reason,
        default=Comment.Reason.INSULT,
        help_text="What the writer reads; only where the word rejects.",
    )

    class Meta:
        ordering = ["phrase"]

    def __str__(self) -> str:
        return self.phrase

    def clean(self) -> None:
        """Raises ValidationError for what matches nothing, and for a word that is listed in another spelling."""
        if not any(char.isalnum() for char in folded(self.phrase)):
            raise ValidationError({"phrase": "Write at least one letter or digit: this would match nothing."})
        others = BlockedWord.objects.exclude(pk=self.pk).values_list("phrase", flat=True)
        same = next((other for other in others.iterator() if folded(other) == folded(self.phrase)), None)
        if same is not None:
            raise ValidationError({"phrase": f"“{same}” is on the lists already, and is the same word."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        expire(WORDS_KEY)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        expire(WORDS_KEY)
        return gone

    @transaction.atomic
    def keep(self, *, by: User) -> None:
        """Put it into force as it stands; the log has what it does, and not the phrase."""
        act = "word-added" if self._state.adding else "word-changed"
        self.save()
        Decision.record(act, by=by, about=f"effect={self.effect}")

    @transaction.atomic
    def drop(self, *, by: User) -> None:
        """Take it off the list."""
        self.delete()
        Decision.record("word-removed", by=by, about=f"effect={self.effect}")

    @classmethod
    def kept(cls) -> Words:
        """Return the lists in force; no query where they are kept (see ``articles/kept.py``)."""
        return kept(WORDS_KEY, cls._load)

    @classmethod
    def _load(cls) -> Words:
        rows = cls.objects.order_by("phrase").values_list("phrase", "effect", "reason")
        return Words({phrase: (effect, reason) for phrase, effect, reason in rows})
