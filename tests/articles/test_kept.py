"""Values kept per process are right at once after a change, and never what an undone transaction said."""

from __future__ import annotations

import time

import pytest
import time_machine
from django.db import transaction

from articles import pagecache
from articles.kept import kept
from articles.pagecache import expire
from comments.models import Policy

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_value_is_made_once_and_again_after_its_key_expired() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert [kept("a-test", make), kept("a-test", make)] == [0, 0]
    expire("another")
    assert kept("a-test", make) == 0
    expire("a-test")
    assert kept("a-test", make) == 1


def test_inside_a_transaction_nothing_is_kept() -> None:
    with transaction.atomic():
        assert kept("a-test", lambda: "not committed") == "not committed"
        transaction.set_rollback(True)
    assert kept("a-test", lambda: "committed") == "committed"


def test_the_policy_is_read_once_and_is_right_at_once_after_a_change(django_assert_num_queries) -> None:
    assert Policy.current().number("hold_links") == 2
    with django_assert_num_queries(0):
        assert Policy.current().number("hold_links") == 2
    Policy(hold_links=5).save()
    assert Policy.current().number("hold_links") == 5
    Policy(hold_links=None).save()
    assert Policy.current().number("hold_links") == 2


def test_there_is_one_policy() -> None:
    Policy(hold_links=5).save()
    Policy(hold_links=7).save()
    assert list(Policy.objects.values_list("pk", "hold_links")) == [(1, 7)]


def test_a_value_whose_expiry_was_never_told_is_read_again_within_half_a_minute() -> None:
    with time_machine.travel("2026-03-02 12:00:00+00:00", tick=False) as clock:
        assert kept("an-old-test", lambda: "before") == "before"
        clock.shift(pagecache.KEPT_FOR - 1)
        notes = pagecache.Notes(None, None)
        token = pagecache.rendering.set(notes)
        assert kept("an-old-test", lambda: "after") == "before"
        pagecache.rendering.reset(token)
        assert time.time() - notes.since == pagecache.KEPT_FOR - 1, "a page that shows it is as old as it"
        clock.shift(1)
        assert kept("an-old-test", lambda: "after") == "after"
