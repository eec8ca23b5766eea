"""What is kept of an article's past: its old addresses, its corrections, and the moves between its states."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class PastSlug(models.Model):
    """A slug under which readers knew an article; it redirects for ever."""

    slug = models.SlugField(max_length=90, unique=True)
    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="past_slugs")

    def __str__(self) -> str:
        return self.slug


class Correction(models.Model):
    """A dated note under a published article; its text never changes in silence."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", "Correction"
        UPDATE = "update", "Update"
        CLARIFICATION = "clarification", "Clarification"

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=15, choices=Kind)
    text = models.TextField(max_length=1000)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["-made_at", "-id"], name="correction_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"


class Transition(models.Model):
    """The trace of a move from one state to another: who, when, and why."""

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="transitions")
    was = models.CharField(max_length=10)
    became = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"
