"""What keeps the desk's lists quick at any size: nothing is counted, paged or searched further than helps anybody."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import EmptyPage, Page, Paginator
from django.db import models
from django.http import HttpRequest

COUNTED = 1_000  # how far a number is counted where none is kept; a tab says “1000+” beyond
DEEPEST = 20_000  # rows that the pages of one list reach; who wants an older one narrows the list
SEARCHED = 10_000  # rows that a search, or a menu without an index of its own, looks through

Row = TypeVar("Row", bound=models.Model)


class DeskPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time on Django 5.2
    """Pages of a list of the desk, as far as ``DEEPEST``.

    A page is found in two steps, its keys by the index and then its rows by their keys: an offset that carried whole
    rows with all that is joined to them would cost a hundred times as much. ``rows`` says how they are fetched,
    ``known`` is a kept size, and ``upto`` bounds the counting where there is none.
    """

    def __init__(
        self, *args: Any, rows: models.QuerySet[Any], known: int | None = None, upto: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.known = known
        self.upto = upto or DEEPEST + 1  # one more, so that what lies beyond is known of

    @cached_property
    def count(self) -> int:
        return count_to(self.upto, self.object_list) if self.known is None else self.known  # type: ignore[arg-type]

    @cached_property
    def num_pages(self) -> int:
        return max(1, -(-min(self.count, DEEPEST) // self.per_page))

    @property
    def ends_early(self) -> bool:
        """Whether there are rows that no page shows."""
        return self.count > DEEPEST

    def validate_number(self, number: int | float | str) -> int:
        """A page beyond the last is the last: a list gets shorter under whoever answers all that its end shows."""
        try:
            return super().validate_number(number)
        except EmptyPage:
            return self.num_pages if int(number) > 1 else 1

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        found: models.QuerySet[Any] = self.object_list  # type: ignore[assignment]
        if found.model is not self.rows.model:  # the stock page of a row's history asks the same admin for its pages
            return super().page(number)
        start = (number - 1) * self.per_page
        keys = list(found.values_list("pk", flat=True)[start : start + self.per_page])
        return Page(self.rows.filter(pk__in=keys).order_by(*found.query.order_by), number, self)


class DeskList(ChangeList):
    """A list whose last page is shown, and marked, for any page beyond it."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.page_num = self.paginator.validate_number(self.page_num)


def count_to(most: int, rows: models.QuerySet[Any]) -> int:
    """Return how many rows there are, counted no further than that."""
    return rows.order_by()[:most].count()


def first_of(rows: models.QuerySet[Row]) -> tuple[models.QuerySet[Row], bool]:
    """Return the first ``SEARCHED`` rows of an ordered list, and whether that leaves any out.

    They are cut by the first column of their order, so that whatever narrows them further works on one range of an
    index. Rows that are equal there stay together: a few more than asked for may remain.
    """
    order = str(rows.query.order_by[0])
    name = order.removeprefix("-")
    edge = list(rows.values_list(name, flat=True)[SEARCHED : SEARCHED + 1])
    if not edge:
        return rows, False
    return rows.filter(**{f"{name}__{'gte' if order != name else 'lte'}": edge[0]}), True


def found_in(rows: models.QuerySet[Row], matching: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """Return what a search found among some rows, by its keys: the costly condition is asked once, not per use."""
    return rows.filter(pk__in=list(matching.values_list("pk", flat=True)[:COUNTED]))
