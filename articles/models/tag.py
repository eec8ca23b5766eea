"""Subjects."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from articles.pagecache import expire


class Tag(models.Model):
    """A subject; any number to an article."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:tag", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        expire(f"tag:{self.pk}")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        expire(f"tag:{self.pk}")
        return super().delete(*args, **kwargs)
