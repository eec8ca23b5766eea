"""What the rules of triage keep in tables: the running flood windows, the listed words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, models


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


class BlockedWord(models.Model):
    """A word or phrase that holds a comment, or puts it into the spam folder; whole words, letter case ignored."""

    class Effect(models.TextChoices):
        HOLD = "hold", "Hold for a moderator"
        SPAM = "spam", "Put into the spam folder"

    phrase = models.CharField(max_length=100, unique=True)
    effect = models.CharField(max_length=10, choices=Effect, default=Effect.HOLD)

    class Meta:
        ordering = ["phrase"]

    def __str__(self) -> str:
        return self.phrase
