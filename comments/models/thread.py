"""The conversation under one article, and the kept counts of the folders."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator
from django.db import connection, models, transaction
from django.utils import timezone

from articles.models import Article
from articles.pagecache import expire
from comments.markup import says
from comments.models.ends import refuse_end_that_is_over
from comments.models.log import Decision


class Thread(models.Model):
    """The conversation under one article: its mode and its kept counts.

    It is a row of its own so that an article's version does not move when somebody comments.
    """

    class Mode(models.TextChoices):
        OPEN = "open", "Open, by the site's rules"
        KEPT_OPEN = "kept-open", "Open, whatever its age"
        SLOW = "slow", "Slow: one comment a writer in a while"
        STAFF = "staff", "Staff only"
        CLOSED = "closed", "Closed"

    article = models.OneToOneField(Article, primary_key=True, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.OPEN)
    until = models.DateTimeField(null=True, blank=True)  # when the mode ends by itself; None: when somebody ends it
    # Between two comments of one writer, in slow mode.
    slow_seconds = models.PositiveIntegerField(
        default=300, validators=[MaxValueValidator(86_400, "A day is the most.")]
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True, help_text="Printed where the form would stand.")
    approved_count = models.PositiveIntegerField(default=0)
    pending_count = models.PositiveIntegerField(default=0)
    root_count = models.PositiveIntegerField(default=0)  # threads with anything to show: what the pages divide
    last_comment_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-pending_count", "-article"], name="thread_by_waiting"),
            models.Index(
                fields=["-pending_count", "-article"], name="thread_closed", condition=models.Q(mode="closed")
            ),
        ]

    def __str__(self) -> str:
        return f"Thread on {self.article}"

    @classmethod
    def of(cls, article: Article) -> Thread:
        """Return the thread of an article, making the row when it is the first time."""
        return cls.objects.get_or_create(article=article)[0]

    def clean(self) -> None:
        refuse_end_that_is_over(self)

    def is_in_force(self, now: datetime) -> bool:
        """Whether moderators have said anything of this thread that holds at a moment."""
        return self.mode != self.Mode.OPEN and (self.until is None or now < self.until)

    @transaction.atomic
    def rule(
        self, mode: str, *, by: User | None, reason: str = "", until: datetime | None = None, slow_seconds: int = 300
    ) -> None:
        """Say how this conversation is led from now on, to an end or until somebody says otherwise.

        Raises PermissionDenied for somebody who does not moderate, ValueError where readers would not be told why.
        """
        if by is not None and not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        if mode not in self.Mode.values:
            raise ValueError("Choose how the conversation is led. Nothing changed.")
        if mode in (self.Mode.CLOSED, self.Mode.STAFF) and not says(reason):
            raise ValueError("Say why: readers see it where the form would stand.")
        self.mode, self.closed_reason, self.slow_seconds = mode, reason.strip(), slow_seconds
        self.closed_at = timezone.now() if mode in (self.Mode.CLOSED, self.Mode.STAFF, self.Mode.SLOW) else None
        self.until = until if mode != self.Mode.OPEN else None
        self.save(update_fields=["mode", "closed_at", "closed_reason", "until", "slow_seconds"])
        Decision.record(f"thread-{self.mode}", by=by, article_id=self.article_id)
        expire(f"thread:{self.article_id}")

    @transaction.atomic
    def close(self, *, by: User | None, reason: str) -> None:
        """Take no more comments; readers see since when and why."""
        if by is not None and not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        self.mode, self.closed_at, self.closed_reason, self.until = self.Mode.CLOSED, timezone.now(), reason, None
        self.save(update_fields=["mode", "closed_at", "closed_reason", "until"])
        Decision.record(f"thread-{self.mode}", by=by, article_id=self.article_id)
        expire(f"thread:{self.article_id}")

    @transaction.atomic
    def reopen(self, *, by: User | None) -> None:
        """Take comments again."""
        if by is not None and not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        self.mode, self.closed_at, self.closed_reason, self.until = self.Mode.OPEN, None, "", None
        self.save(update_fields=["mode", "closed_at", "closed_reason", "until"])
        Decision.record(f"thread-{self.mode}", by=by, article_id=self.article_id)
        expire(f"thread:{self.article_id}")


class Tally(models.Model):
    """How many comments stand in a folder, kept by the transaction that moves them."""

    status = models.CharField(max_length=10, primary_key=True)
    count = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.status}: {self.count}"

    @classmethod
    def move(cls, status: str, by: int) -> None:
        """Count a folder up or down, in one statement; its row stays locked to the end of the transaction."""
        table = connection.ops.quote_name(cls._meta.db_table)
        sql = f"""
            INSERT INTO {table} AS kept (status, count) VALUES (%s, %s)
            ON CONFLICT (status) DO UPDATE SET count = kept.count + excluded.count
        """  # noqa: S608  # the table's name is ours
        with connection.cursor() as cursor:
            cursor.execute(sql, [status, by])

    @classmethod
    def counts(cls) -> dict[str, int]:
        """Return the count of every folder, in one query."""
        return defaultdict(int, cls.objects.values_list("status", "count"))
