"""What ends by the clock: an end that somebody names lies ahead."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone


def refuse_end_that_is_over(row: Any) -> None:
    """Raise ValidationError for an end (``until``) in the past, unless the row stands so already."""
    if row.until is None or row.until > timezone.now():
        return
    if not type(row)._default_manager.filter(pk=row.pk, until=row.until).exists():
        raise ValidationError({"until": "That end is over already. Name a later one, or none."})
