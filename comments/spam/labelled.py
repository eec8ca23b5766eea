"""Labelled texts in a file of JSON Lines, to learn from or to measure by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from comments.spam.signals import Sample

_SPAM = {"spam", "1", "true", "yes"}
_HONEST = {"ham", "honest", "0", "false", "no", "ok"}


def labelled_texts(path: str) -> Iterator[tuple[Sample, bool]]:
    """Yield every line's comment and whether it is spam.

    A line is ``{"text": "…", "label": "spam"}`` or ``"ham"``, or ``"spam": true``; ``name``, ``website`` and
    ``article`` may be given. Raises CommandError with the line's number for anything else.
    """
    try:
        with Path(path).open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _read(line, number)
    except (OSError, UnicodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}.") from None


def _read(line: str, number: int) -> tuple[Sample, bool]:
    try:
        row: Any = json.loads(line)
        label = str(row["label"] if "label" in row else row["spam"]).casefold()
        text = row["text"]
    except (ValueError, KeyError, TypeError):
        raise CommandError(f'Line {number}: write {{"text": "…", "label": "spam"}} or "ham".') from None
    if label not in _SPAM | _HONEST or not isinstance(text, str):
        raise CommandError(f'Line {number}: the label is "spam" or "ham", the text a string.')
    name, website, article = (str(row.get(field) or "") for field in ("name", "website", "article"))
    return Sample(text, name=name, website=website, article=article), label in _SPAM
