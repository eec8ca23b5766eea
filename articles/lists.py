"""A shelf as a list for Django's paginator: it knows its length, and fetches what one page shows."""

from __future__ import annotations

from functools import cached_property

from articles.models import Article
from articles.querysets import ArticleQuerySet
from articles.shelves import Shelf


class ShelfList:
    """The public articles of one shelf, newest first; ``without`` leaves one out, the lead of the front page.

    ``rows`` says how a page's articles are fetched; they are asked to be ``published()`` once more, so that a
    shelf can only ever leave a story out, never let one out.
    """

    ordered = True  # what Django's paginator wants to know of a list

    def __init__(self, key: str, rows: ArticleQuerySet, *, without: Article | None = None) -> None:
        self.shelf = Shelf.at(key)
        self.rows = rows
        self.without = without

    @cached_property
    def _total(self) -> int:
        return self.shelf.total()

    @cached_property
    def _left_out(self) -> int | None:
        """The place of the article that is left out; None where it is not on the shelf."""
        return self.shelf.newer_than(self.without) if self.without else None

    def count(self) -> int:
        return self._total - (self._left_out is not None)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: slice) -> list[Article]:
        start, stop = wanted.start or 0, wanted.stop
        left_out = self._left_out
        if left_out is not None:
            start, stop = start + (left_out <= start), stop + (left_out < stop)
        ids = self.shelf.slice(start, stop, self._total)
        if left_out is not None and self.without is not None:
            ids = [pk for pk in ids if pk != self.without.pk]
        found = {article.pk: article for article in self.rows.published().filter(pk__in=ids)}
        return [found[pk] for pk in ids if pk in found]
