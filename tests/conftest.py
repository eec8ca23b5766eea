"""What every test may lean on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, connections

from articles import kept
from articles.models import Article
from tests import loops

# A busy machine makes no property false. A change lands or not by what it does, not by chance: properties explore on
# the machines of those who write them.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.register_profile("ci", hypothesis.settings.get_profile("unhurried"), derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI", "").lower() in ("1", "true") else "unhurried")

COMMITS = pytest.StashKey[bool]()  # whether a test really commits
BLOCKER = pytest.StashKey[Any]()  # what lets code outside a test at the database


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(django_settings.VAR, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that really commits is followed by an emptied database; see ``pytest_runtest_teardown``."""
    for item in items:
        marks = item.iter_markers("django_db")
        item.stash[COMMITS] = any(mark.kwargs.get("transaction") for mark in marks)
        if item.stash[COMMITS]:
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """Put back what migrations made (the groups of the desk) after a test whose end emptied every table.

    Django itself runs such tests last; with several processes a file with them may come before other files.
    """
    result = yield
    if item.stash.get(COMMITS, False) and nextitem is not None:  # after the last one the database is gone
        with item.config.stash[BLOCKER].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
    return result


@pytest.fixture(scope="session", autouse=True)
def _remember_the_blocker(django_db_blocker: Any, pytestconfig: pytest.Config) -> None:
    pytestconfig.stash[BLOCKER] = django_db_blocker


@pytest.fixture(scope="session", autouse=True)
def _watch_for_loops() -> None:
    loops.watch()


@pytest.fixture(autouse=True)
def _quick_and_separate(settings: Any, tmp_path: Path) -> None:
    """Cheap password hashes, a media folder of the test's own, and no counter left from the test before."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    kept.forget()


@pytest.fixture
def noon() -> Iterator[None]:
    """The clock starts at a noon in June, next year's: during the test no day, week, month or year turns."""
    with time_machine.travel(datetime(datetime.now(UTC).year + 1, 6, 15, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def first_keys(db: None) -> None:
    """Articles of this test have the keys from 1, which the first part of the sitemap holds.

    A rollback leaves PostgreSQL's sequences where they were, and SQLite's stay so when a table is emptied.
    """
    table = {"table": Article._meta.db_table, "column": Article._meta.pk.column}
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), [table]):
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def _one_connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the connection that holds a test's transaction: at the end of a request Django would close it."""
    if not request.node.stash.get(COMMITS, False):
        monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
