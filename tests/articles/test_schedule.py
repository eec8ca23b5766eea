"""What is scheduled next is known without a query, and right at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from articles import schedule
from articles.models import Article
from tests.factories import make_article

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_next_moment_is_kept_and_follows_every_change(django_assert_num_queries) -> None:
    with time_machine.travel(NOON, tick=False):
        assert schedule.next_due() is None
        later = make_article(publish_at=NOON + 3 * HOUR)
        assert schedule.next_due() == NOON + 3 * HOUR
        make_article(publish_at=NOON + HOUR)
        assert schedule.next_due() == NOON + HOUR
        later.publish_at = NOON + HOUR / 2
        later.save()
        assert schedule.next_due() == NOON + HOUR / 2
        with django_assert_num_queries(0):
            assert schedule.next_due() == NOON + HOUR / 2


def test_as_one_moment_passes_the_next_is_known(django_assert_num_queries, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "AHEAD", 2)
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(1, 4):
            make_article(publish_at=NOON + timedelta(seconds=number))
        assert schedule.next_due() == NOON + timedelta(seconds=1)
        clock.shift(1)
        with django_assert_num_queries(0):
            assert schedule.next_due() == NOON + timedelta(seconds=2)
        clock.shift(1)
        assert schedule.next_due() == NOON + timedelta(seconds=3) == Article.objects.next_due()
        clock.shift(1)
        assert schedule.next_due() is None
