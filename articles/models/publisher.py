"""Where stories that ours are based on were published."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from articles.pagecache import expire


class Publisher(models.Model):
    """Who published a story that ours is based on."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    url = models.URLField("web address", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:publisher", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        expire(f"publisher:{self.pk}")
