"""What is scheduled next, as every process knows it: each page that is rendered asks when the clock ends its life."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from articles.kept import kept
from articles.models import Article

KEY = "published"  # whoever schedules an article, or changes its time, expires it
AHEAD = 20  # moments: as one passes, the next is known


def next_due() -> datetime | None:
    """Return what ``ArticleQuerySet.next_due`` says; no query where it is kept (see ``articles/kept.py``)."""
    ahead = kept(KEY, lambda: tuple(Article.objects.scheduled().values_list("publish_at", flat=True)[:AHEAD]))
    now = timezone.now()
    coming = next((moment for moment in ahead if moment is not None and moment > now), None)
    # Where all of a full row have passed there may be more behind it.
    return coming if coming is not None or len(ahead) < AHEAD else Article.objects.next_due()
