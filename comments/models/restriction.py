"""Words of the newsroom for the conversations of a section or of the whole site; the clock begins and ends them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from articles.kept import kept
from articles.models import Article, Section
from articles.pagecache import expire
from comments.models.ends import refuse_end_that_is_over
from comments.models.log import Decision
from comments.models.policy import KEY as SITE_KEY

KEY = "comment-restrictions"


def pages_key(section: int | None) -> str:
    """Return the key that pages carry for the words about their section, or about the whole site."""
    return SITE_KEY if section is None else f"comments-in:{section}"


class Restriction(models.Model):
    """Closed, staff only or slow, for every article of a section or of the site, with a reason that readers see."""

    class Mode(models.TextChoices):
        SLOW = "slow", "Slow: one comment a writer in a while"
        STAFF = "staff", "Staff only"
        CLOSED = "closed", "Closed"

    section = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Empty: the whole site."
    )
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.CLOSED)
    slow_seconds = models.PositiveIntegerField(
        "in slow mode, seconds between two comments",
        default=300,
        validators=[MinValueValidator(10), MaxValueValidator(86_400)],
    )
    reason = models.CharField(max_length=200, help_text="Printed where the form would stand.")
    since = models.DateTimeField("from", default=timezone.now)
    until = models.DateTimeField(null=True, blank=True, help_text="When it ends by itself. Empty: when you end it.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    if TYPE_CHECKING:
        section_id: int | None

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = "restriction of comments"
        verbose_name_plural = "restrictions of comments"
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=["slow", "staff", "closed"]), name="restriction_mode_known"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="restriction_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section or 'The whole site'}: {self.get_mode_display().partition(':')[0].lower()}"

    def clean(self) -> None:
        """Raises ValidationError for an end that is over, unless it stands so, or that comes before the beginning."""
        if self.until and self.since and self.until <= self.since:
            raise ValidationError({"until": "It would end before it begins."})
        refuse_end_that_is_over(self)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it; the pages of its section are rendered anew, and those of the one that it was for before."""
        is_new = self._state.adding
        before = list(Restriction.objects.filter(pk=self.pk).values_list("section", flat=True)) if self.pk else []
        super().save(*args, **kwargs)
        if is_new:
            Decision.record(f"restricted-{self.mode}", by=self.by, about=self.about)
        elif "update_fields" not in kwargs:
            Decision.record("restriction-changed", by=self.by, about=f"{self.about} mode={self.mode}")
        expire(KEY, *{pages_key(section) for section in (self.section_id, *before)})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        section = self.section_id
        gone = super().delete(*args, **kwargs)
        expire(KEY, pages_key(section))
        return gone

    def keep(self, *, by: User) -> None:
        """Put it into force as it stands."""
        self.by = by
        self.save()

    @transaction.atomic
    def drop(self, *, by: User) -> None:
        """Take it away as if it had never been; the log keeps that it was."""
        about = f"{self.about} mode={self.mode}"
        self.delete()
        Decision.record("restriction-removed", by=by, about=about)

    @property
    def about(self) -> str:
        """What it is for, as the log has it."""
        return f"section={self.section_id}" if self.section_id else "site"

    @transaction.atomic
    def end(self, *, by: User) -> bool:
        """End it now; False where it has ended already. Raises PermissionDenied for whoever may not change rules."""
        if not by.has_perm("comments.change_restriction"):
            raise PermissionDenied
        now = timezone.now()
        if self.until is not None and self.until <= now:
            return False
        self.since, self.until = min(self.since, now), now
        self.save(update_fields=["since", "until"])
        Decision.record("restriction-ended", by=by, about=self.about)
        return True

    def covers(self, article: Article) -> bool:
        return self.section_id is None or self.section_id == article.section_id

    def is_in_force(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)

    @classmethod
    def kept(cls) -> tuple[Restriction, ...]:
        """Return what is in force or to come; no query where it is kept (see ``articles/kept.py``)."""
        ends = Q(until=None) | Q(until__gt=timezone.now())
        return kept(KEY, lambda: tuple(cls.objects.filter(ends).order_by("pk")))
