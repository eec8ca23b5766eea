"""Fails a test whose request asks the database in a loop: the cost of such a page grows with what it shows.

Two guards watch every page that the test client reads. django-zeal sees a relation or a column that is fetched for one
object after the other; the other counts statements, whatever they ask. Acts (posts) are not watched: a bulk decision
takes its comments one by one on purpose, each under its lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import zeal
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from zeal.constants import initialize_app_registry
from zeal.patch import patch

# What may be fetched one by one, as (model, relation or column), and why.
ALLOWED: tuple[tuple[str, str, str], ...] = (
    ("auth.User", "get()", "who is signed in, and the person on the stock page about a person"),
)
REPEATS = 4  # times that one request may run the same statement, whatever the values
# Statements that a page may repeat, by how they begin, and why.
REPEATED: tuple[tuple[str, str], ...] = (
    ("SAVEPOINT", "a transaction inside another"),
    ("RELEASE SAVEPOINT", "as above"),
    # The end of one index range for each of a handful of sections; one statement for all would read every article.
    ('SELECT COALESCE("articles_article"."updated_at"', "when each section in the sitemap of lists changed last"),
)


class QueryInALoop(AssertionError):
    """A request ran one statement again and again."""


def watch() -> None:
    """Switch the guards on, for the whole run."""
    initialize_app_registry()
    patch()
    answer = BaseHandler.get_response

    def watched(self: BaseHandler, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return answer(self, request)
        with watching():
            return answer(self, request)

    BaseHandler.get_response = watched  # type: ignore[method-assign]


@contextmanager
def watching() -> Iterator[None]:
    """Raise for a query in a loop inside the block."""
    run: Counter[str] = Counter()

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        run[sql] += 1
        return execute(sql, params, many, context)

    allowed = [{"model": model, "field": field} for model, field, _ in ALLOWED]
    with zeal.zeal_ignore(allowed) if allowed else _nothing(), zeal.zeal_context(), connection.execute_wrapper(count):
        yield
    for sql, times in run.items():
        if times > REPEATS and not sql.startswith(tuple(start for start, _ in REPEATED)):
            raise QueryInALoop(f"One request ran this {times} times: {sql[:300]}")


@contextmanager
def _nothing() -> Iterator[None]:
    yield
