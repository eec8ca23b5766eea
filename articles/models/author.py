"""Those who are named in a byline."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from articles.pagecache import expire


class Author(models.Model):
    """Somebody named in a byline; needs no login, and an address is never kept here."""

    name = models.CharField(max_length=90)
    slug = models.SlugField(max_length=90, unique=True)
    role = models.CharField(max_length=90, blank=True, help_text="For example: Security correspondent.")
    bio = models.TextField(max_length=600, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="author",
        help_text="The login of this author, if there is one.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:author", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        expire(f"author:{self.pk}")

    @property
    def initials(self) -> str:
        """Up to two letters for the square beside the name."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
