"""A shelf as a list for Django's paginator: it knows its length, and fetches what a page shows when it is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from articles.models import Article
from articles.pagecache import carries
from articles.querysets import ArticleQuerySet
from articles.shelves import Shelf

Filed = tuple[int, datetime]  # an article's id and publish time, as a shelf holds them


class Story:
    """An article in a list. Its place and time are known; the row is fetched when something else of it is asked.

    A page that finds the story's part kept (``articles/fragments.py``) never asks. Whoever does ask prints it, so
    the page carries the article from then on.
    """

    __slots__ = ("_rows", "pk", "publish_at")

    def __init__(self, pk: int, publish_at: datetime, rows: Rows) -> None:
        self.pk = pk
        self.publish_at = publish_at
        self._rows = rows

    def __getattr__(self, name: str) -> Any:
        carries(f"article:{self.pk}")
        return getattr(self._rows.of(self.pk), name)


class Rows(Sequence[Story]):
    """The stories of one page: the first row that is asked for brings those of all, in one query."""

    def __init__(self, filed: Sequence[Filed], rows: ArticleQuerySet) -> None:
        self.filed = filed
        self._stories = [Story(pk, publish_at, self) for pk, publish_at in filed]
        self._rows = rows

    def of(self, pk: int) -> Article:
        return self._found[pk]

    @cached_property
    def _found(self) -> dict[int, Article]:
        return {article.pk: article for article in self._rows.filter(pk__in=[story.pk for story in self._stories])}

    def __len__(self) -> int:
        return len(self._stories)

    def __iter__(self) -> Iterator[Story]:
        return iter(self._stories)

    def __getitem__(self, wanted: Any) -> Any:
        return self._stories[wanted]


class ShelfList(Sequence[Story]):
    """The public articles of one shelf, newest first; ``without`` leaves one out, the lead of the front page.

    ``rows`` says how a page's articles are fetched.
    """

    ordered = True  # what Django's paginator wants to know of a list

    def __init__(self, key: str, rows: ArticleQuerySet, *, without: int | None = None) -> None:
        self.shelf = Shelf.at(key)
        self.rows = rows
        self.without = without

    @cached_property
    def _total(self) -> int:
        return self.shelf.total()

    def count(self) -> int:  # type: ignore[override]  # Django's paginator asks a list of rows so
        return self._total - (self.without is not None)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: Any) -> Any:
        return Rows(self.filed(wanted.start or 0, wanted.stop), self.rows)

    def filed(self, start: int, stop: int) -> list[Filed]:
        """Return id and publish time of the stories from ``start`` to before ``stop``."""
        if self.without is None:
            return self.shelf.slice(start, stop, self._total)
        # One more, in case that the one to leave out is among them; where it is newer, all are one place further on.
        filed = self.shelf.slice(start, stop + 1, self._total)
        newer = self.shelf.newer_than(self.without) if start else None
        if newer is not None and newer < start:
            del filed[:1]
        return [row for row in filed if row[0] != self.without][: stop - start]
