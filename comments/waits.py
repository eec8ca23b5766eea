"""How long comments waited for a person, read from rows of the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from comments.models import Comment

_PENDING = Comment.Status.PENDING


class Row(Protocol):
    """What is read of a row of the log that says where a comment stands."""

    @property
    def comment_id(self) -> int: ...
    @property
    def was(self) -> str: ...
    @property
    def became(self) -> str: ...
    @property
    def by_id(self) -> int | None: ...
    @property
    def channel(self) -> str: ...
    @property
    def made_at(self) -> datetime: ...


AnyRow = TypeVar("AnyRow", bound=Row)


def left_standing(rows: Iterable[AnyRow]) -> list[AnyRow]:
    """Return rows, the oldest first, without the decisions that were taken back and without their undoing."""
    kept: dict[int, list[int]] = defaultdict(list)
    found = list(rows)
    left_out: set[int] = set()
    for number, row in enumerate(found):
        if row.channel == "undo":
            left_out.add(number)
            if kept[row.comment_id]:
                left_out.add(kept[row.comment_id].pop())
        else:
            kept[row.comment_id].append(number)
    return [row for number, row in enumerate(found) if number not in left_out]


def came_back_at(earlier: Sequence[Row]) -> datetime | None:
    """Return when a comment was put back into the queue last, by reports, say; None where it never left it before."""
    back = (row.made_at for row in reversed(earlier) if row.became == _PENDING and row.was not in ("", _PENDING))
    return next(back, None)


def waits(rows: Iterable[Row], most: int) -> list[timedelta]:
    """Return how long comments were in the queue before a person decided, for the last ``most`` decisions.

    Rows are those of ``left_standing``. A comment that came back waited from then on, not since it was written. One
    that is gone, and is older than the rows, is left out.
    """
    before: dict[int, list[Row]] = defaultdict(list)
    ends: list[tuple[int, datetime, datetime | None]] = []
    for row in rows:
        earlier = before[row.comment_id]
        if row.was == _PENDING and row.became != _PENDING and row.by_id is not None:
            ends.append((row.comment_id, row.made_at, came_back_at(earlier)))
        earlier.append(row)
    ends = ends[-most:]
    written = dict(Comment.objects.filter(pk__in={pk for pk, _, _ in ends}).values_list("pk", "created_at"))
    begun = ((made_at, back or written.get(pk)) for pk, made_at, back in ends)
    return [made_at - since for made_at, since in begun if since is not None]
