"""The parts of the paper."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from articles.pagecache import expire


class Section(models.Model):
    """A part of the paper; each article stands in one."""

    class Colour(models.TextChoices):
        """The seven hues of the palette; the style sheet gives each a light and a dark value."""

        VIOLET = "violet", "Violet"
        TEAL = "teal", "Teal"
        MAGENTA = "magenta", "Magenta"
        AMBER = "amber", "Amber"
        BLUE = "blue", "Blue"
        CYAN = "cyan", "Cyan"
        GREEN = "green", "Green"

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=240, blank=True)
    colour = models.CharField(max_length=10, choices=Colour, default=Colour.BLUE)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in the navigation; lower comes first.")

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:section", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        expire("layout")  # the navigation of every page names the sections

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        expire("layout")
        return super().delete(*args, **kwargs)
