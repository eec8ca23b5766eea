"""What happens at the same time: two clicks, two moderators, a stored copy and an approval."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.test import Client, RequestFactory

from articles.pagecache import PageCache
from comments.models import AlreadyDecided, Comment, Decision, Measure, Notice, Tally, Writer
from tests.comments.posting import post
from tests.comments.test_decisions import assert_counts_are_true
from tests.factories import make_article, make_comment, make_editor, make_moderator

# The roles were made by migrations; they are put back after each of these tests, which really commit.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

# The test database of SQLite lives in memory, where threads share one connection's locks.
several_connections = pytest.mark.skipif(connection.vendor == "sqlite", reason="needs connections of their own")


def at_once(*acts: Callable[[], object]) -> None:
    """Run these acts in threads that start together; the first error is raised here."""
    start = threading.Barrier(len(acts))
    errors: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except BaseException as error:  # handed to the test below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if errors:
        raise errors[0]


@several_connections
def test_equal_posts_that_arrive_together_make_one_comment() -> None:
    article = make_article()
    places: list[str] = []
    at_once(*[lambda: places.append(post(Client(), article).headers["Location"])] * 4)
    assert len(set(places)) == 1
    assert Comment.objects.count() == 1


@several_connections
def test_contrary_clicks_that_arrive_together_make_one_decision() -> None:
    ada, max_, comment = make_editor(), make_moderator(), make_comment(status="pending")
    told: list[str] = []

    def click(act: Callable[[Comment], object]) -> None:
        try:
            act(Comment.objects.get(pk=comment.pk))
        except AlreadyDecided as late:
            told.append(str(late))

    at_once(
        lambda: click(lambda mine: mine.approve(by=ada, seen="pending")),
        lambda: click(lambda mine: mine.mark_spam(by=max_, seen="pending")),
    )
    assert len(told) == 1
    assert Decision.objects.count() == 1
    assert_counts_are_true(comment.article_id)


@several_connections
def test_a_changed_text_and_a_decision_about_the_old_one_never_both_happen() -> None:
    ada, max_, comment = make_editor(), make_moderator(), make_comment(status="pending")
    on_screen, told = comment.on_screen, []

    def press(act: Callable[[Comment], object]) -> None:
        try:
            act(Comment.objects.get(pk=comment.pk))
        except AlreadyDecided as late:
            told.append(str(late))

    at_once(
        lambda: press(lambda mine: mine.amend(by=ada, text="Other words.", reason="A test.", seen=on_screen)),
        lambda: press(lambda mine: mine.approve(by=max_, seen=on_screen)),
    )
    comment.refresh_from_db()
    assert len(told) == 1
    assert (comment.status, comment.moderated_at is None) in [("pending", False), ("approved", True)]


@several_connections
def test_two_bans_that_arrive_together_are_one() -> None:
    ada, max_, comment = make_editor(), make_moderator(), make_comment()
    writer = comment.writer
    assert writer
    told: list[str] = []

    def ban(by: User) -> None:
        try:
            Measure.impose(writer, "ban", by=by, reason="Threats.")
        except AlreadyDecided as late:
            told.append(str(late))

    at_once(lambda: ban(ada), lambda: ban(max_))
    assert len(told) == 1
    assert Measure.objects.count() == 1


@several_connections
def test_a_ban_that_waited_for_another_sees_it() -> None:
    """The second began before the first was written: its look has to be as late as its turn."""
    ada, max_, comment = make_editor(), make_moderator(), make_comment()
    writer = comment.writer
    assert writer
    told: list[str] = []

    def ban() -> None:
        try:
            Measure.impose(writer, "ban", by=ada, reason="Threats.")
        except AlreadyDecided as late:
            told.append(str(late))
        finally:
            connection.close()

    second = threading.Thread(target=ban)
    with transaction.atomic():
        Writer.objects.select_for_update().get(pk=writer.pk)
        second.start()
        wait_until_somebody_waits()
        Measure.impose(writer, "ban", by=max_, reason="Threats.")
    second.join(30)
    assert len(told) == 1
    assert Measure.objects.count() == 1


def wait_until_somebody_waits() -> None:
    """Return once another connection to this database waits for a lock."""
    end = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waited.")


@several_connections
def test_many_acts_in_one_thread_neither_wait_in_a_ring_nor_lose_a_count() -> None:
    max_, root = make_moderator(), make_comment(status="pending")
    answers = [make_comment(root.article, parent=root, status="pending") for _ in range(6)]

    def decide(pk: int) -> None:
        mine = Comment.objects.get(pk=pk)
        mine.approve(by=max_)
        mine.mark_spam(by=max_)
        mine.approve(by=max_)

    at_once(*[lambda pk=comment.pk: decide(pk) for comment in (root, *answers)])
    assert_counts_are_true(root.article_id)
    call_command("verify_log", verbosity=0)
    root.refresh_from_db()
    assert root.thread_size == 7


def test_an_approval_shows_in_the_stored_copy_at_once(tmp_path: Path) -> None:
    layer = PageCache(
        get_wsgi_application(), next_due=lambda: None, is_session=lambda value: False, folder=tmp_path, release="test"
    )

    def page(path: str) -> str:
        environ = RequestFactory().get(path).environ
        return b"".join(layer(environ, lambda status, headers, exc_info=None: None)).decode()

    max_, comment = make_moderator(), make_comment(text="Worth the wait.", status="pending")
    path = comment.article.get_absolute_url()
    for address in (path, "/"):
        assert "Worth the wait." not in page(address)
        assert "#comments" not in page("/")
    decision = comment.approve(by=max_)
    assert "Worth the wait." in page(path)
    assert f'href="{path}#comments">1<' in page("/")
    assert decision is not None
    comment.undo(decision, by=max_)
    assert "Worth the wait." not in page(path)
    comment.approve(by=max_)
    comment.withdraw()
    assert "Worth the wait." not in page(path)


@several_connections
def test_notices_are_answered_while_readers_report_and_nobody_waits_in_a_ring() -> None:
    max_, article = make_moderator(), make_article()
    notices, others = [], [make_comment(article, f"Another remark {number}") for number in range(15)]
    for number in range(15):
        comment = make_comment(article, f"A remark {number}")
        with transaction.atomic():
            report = comment.report(reason="illegal", statement="A lie", network=f"192.0.{number}.0/24")
            assert report is not None
            notices.append(Notice.enter(report))

    def answer() -> None:
        for notice in notices:
            Notice.objects.get(pk=notice.pk).dismiss(by=max_, explanation="Nothing unlawful.")

    def report() -> None:
        for number, other in enumerate(others):
            Comment.objects.get(pk=other.pk).report(reason="abuse", network=f"198.51.{number}.0/24")

    at_once(answer, report)
    assert Tally.counts()["reported"] == Comment.objects.exclude(reported_at=None).count() == len(others)
    call_command("verify_log", verbosity=0)
