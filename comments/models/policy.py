"""The newsroom's rules for its conversations, in one row that the desk edits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone

from articles.kept import kept
from articles.pagecache import expire
from comments.models.log import Decision

KEY = "comment-policy"
DECADE, CENTURY = 3650, 36_500  # days


def at_most(limit: int) -> MaxValueValidator:
    """Bound a number: what no calendar and no column holds would fail where it is used, for everybody."""
    return MaxValueValidator(limit, "Use at most %(limit_value)s.")


class Policy(models.Model):
    """What every new comment is measured by, how long things are kept, and what stands above the form.

    A number left empty is the server's own (``COMMENTS_…`` in the environment), so that a site is safe before
    anybody has opened this page.
    """

    # Taking a comment.
    hold_links = models.PositiveSmallIntegerField(
        "hold from this many links",
        null=True,
        blank=True,
        validators=[at_most(1000)],
        help_text="0: links alone hold nothing.",
    )
    flood_limit = models.PositiveIntegerField(
        "comments a network may send",
        null=True,
        blank=True,
        validators=[at_most(100_000)],
        help_text="0: as many as it likes.",
    )
    flood_window = models.PositiveIntegerField(
        "in this many seconds", null=True, blank=True, validators=[at_most(86_400)]
    )
    close_after_days = models.PositiveIntegerField(
        "close after days",
        null=True,
        blank=True,
        validators=[at_most(CENTURY)],
        help_text="0: never by age. An article or its thread can differ.",
    )
    trust_confirmed = models.BooleanField(
        "let confirmed regulars skip the queue",
        default=False,
        help_text="Only who has followed a link sent to the address, and has enough approved comments.",
    )
    trust_after = models.PositiveSmallIntegerField("approved comments needed", default=5, validators=[at_most(1000)])
    rejected_share = models.PositiveSmallIntegerField(
        "hold who was rejected this often, %",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="Of what was approved of a writer, or turned down by people, within the days named beside. 0: off.",
    )
    rejected_days = models.PositiveSmallIntegerField("within days", default=30, validators=[at_most(DECADE)])
    hold_score = models.PositiveSmallIntegerField(
        "hold from spam score", default=12, validators=[MaxValueValidator(100)]
    )
    spam_score = models.PositiveSmallIntegerField(
        "spam folder from spam score", default=80, validators=[MinValueValidator(1), MaxValueValidator(101)]
    )
    reports_to_hold = models.PositiveSmallIntegerField(
        "reports that hold a comment",
        default=3,
        validators=[at_most(1000)],
        help_text="Independent ones. 0: reports never hold.",
    )
    notice_days = models.PositiveSmallIntegerField(
        "days to decide a notice of illegal content", default=7, validators=[MinValueValidator(1), at_most(365)]
    )

    redress = models.TextField(
        "redress out of court",
        blank=True,
        help_text="Where people can turn who disagree with a decision: printed in each statement of reasons. "
        "Empty: certified bodies under the Digital Services Act, and courts.",
    )

    # Above the form and around the thread.
    guidelines = models.TextField(blank=True, help_text="Above the form; Markdown as in comments. Keep it short.")
    announcement = models.TextField(blank=True, help_text="Above every thread; Markdown as in comments.")
    announced_until = models.DateTimeField("until", null=True, blank=True)
    avatars = models.BooleanField(
        "drawn avatars",
        default=False,
        help_text="Drawn here from random values. Only comments that confirmed regulars let in themselves share one.",
    )
    public_log = models.BooleanField(
        "public moderation log", default=False, help_text="Acts, rules and times, without texts or names."
    )

    # How long what is kept (days).
    keep_network_days = models.PositiveSmallIntegerField(
        "keep networks, days", default=30, validators=[MinValueValidator(1), at_most(DECADE)]
    )
    keep_spam_days = models.PositiveSmallIntegerField(
        "keep spam, days", default=30, validators=[MinValueValidator(1), at_most(DECADE)]
    )
    keep_rejected_days = models.PositiveSmallIntegerField(
        "keep the text of rejected comments, days", default=180, validators=[MinValueValidator(1), at_most(DECADE)]
    )
    keep_unconfirmed_days = models.PositiveSmallIntegerField(
        "keep unconfirmed requests, days", default=7, validators=[MinValueValidator(1), at_most(DECADE)]
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "rules for comments"
        verbose_name_plural = "rules for comments"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="policy_is_one_row")]

    def __str__(self) -> str:
        return "Rules for comments"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it as the one row; pages that print some of it are rendered anew."""
        self.pk = 1
        self.changed_at = timezone.now()
        super().save(*args, **kwargs)
        expire(KEY)

    @transaction.atomic
    def change(self, *, by: User) -> list[str]:
        """Keep these rules from now on, and return which of them differ from before.

        The log has which, by whom and when, but not what they say: a guideline is somebody's words.
        """
        before = Policy.objects.select_for_update().filter(pk=1).first() or Policy(pk=1)
        names = [field.name for field in self._meta.concrete_fields if field.editable and not field.primary_key]
        changed = [name for name in names if getattr(self, name) != getattr(before, name)]
        self.save()
        for start in range(0, len(changed), 6):  # as many names as a row of the log holds
            Decision.record("settings", by=by, about=" ".join(changed[start : start + 6]))
        return changed

    @classmethod
    def current(cls) -> Policy:
        """Return the rules in force; one query, and none where they are kept (see ``articles/kept.py``)."""
        return kept(KEY, lambda: cls.objects.filter(pk=1).first() or cls(pk=1))

    def number(self, name: str) -> int:
        """Return one of the numbers that the server's settings give where the desk has left it empty."""
        own = getattr(self, name)
        return int(getattr(settings, f"COMMENTS_{name.upper()}") if own is None else own)

    def announces(self, now: datetime) -> bool:
        """Whether the announcement is to be shown at a moment."""
        return bool(self.announcement) and (self.announced_until is None or now < self.announced_until)
