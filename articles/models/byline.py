"""Who wrote an article, in the order printed."""

from __future__ import annotations

from django.db import models

from articles.models.author import Author


class BylineManager(models.Manager["Byline"]):
    """Bylines come with their authors: nobody prints one without the name."""

    def get_queryset(self) -> models.QuerySet[Byline]:
        return super().get_queryset().select_related("author")


class Byline(models.Model):
    """One author of one article, in the order printed."""

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="bylines")
    position = models.PositiveSmallIntegerField(default=0)

    objects = BylineManager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="byline_once")]

    def __str__(self) -> str:
        return self.author.name
