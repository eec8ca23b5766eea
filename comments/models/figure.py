"""The numbers of the transparency table: one row a number and year, added up from the log as it grows."""

from __future__ import annotations

from collections import Counter

from django.db import models
from django.db.models import F

from articles.pagecache import expire

FIGURES_KEY = "figures"  # carried by the pages that print them


class Figure(models.Model):
    """How often something happened in a year, by the site's clock."""

    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=30)
    key = models.CharField(max_length=80, blank=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["year", "name", "key"]
        constraints = [models.UniqueConstraint(fields=["year", "name", "key"], name="figure_once")]

    def __str__(self) -> str:
        return f"{self.year} {self.name} {self.key}: {self.value}"

    @classmethod
    def add(cls, found: Counter[tuple[int, str, str]]) -> None:
        """Add what was counted; call in the transaction that moves the mark, so that nothing counts twice."""
        for (year, name, key), number in sorted(found.items()):
            row = cls.objects.get_or_create(year=year, name=name, key=key)[0]
            cls.objects.filter(pk=row.pk).update(value=F("value") + number)
        if found:
            expire(FIGURES_KEY)


class FigureMark(models.Model):
    """How far the figures have come: one row, locked by whoever counts on."""

    decision = models.BigIntegerField(default=0)  # the last row of the log that is counted
    comment = models.BigIntegerField(default=0)  # the last comment that is counted as received
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="figure_mark_is_one_row")]

    def __str__(self) -> str:
        return f"Counted to {self.decision}"
