"""Shelves: kept counts and positions against counting and stepping through, whatever editors do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import shelves
from articles.models import Article, Author, Byline
from articles.shelves import Filing, Shelf, ShelfMark
from tests.factories import make_article, make_author, make_editor, make_section, make_tag

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def public_on(key: str) -> list[int]:
    """The ids that readers see on a shelf, newest first, found without any shelf."""
    kind, _, value = key.partition(":")
    found = Article.objects.published()
    if kind == "section":
        found = found.filter(section_id=value)
    elif kind == "tag":
        found = found.filter(tags=value)
    elif kind == "author":
        found = found.filter(bylines__author=value)
    return list(found.newest_first().values_list("pk", flat=True))


def assert_shelves_are_right() -> None:
    for shelf in Shelf.objects.exclude(key__regex="^(month|year):"):
        expected = public_on(shelf.key)
        total = shelf.total()
        assert total == len(expected), shelf.key
        for start in range(0, total + 2, 3):
            found = [pk for pk, _ in shelf.slice(start, start + 3, total)]
            assert found == expected[start : start + 3], (shelf.key, start)


def test_an_article_is_counted_where_it_stands() -> None:
    article = make_article(tags=("Linux",), publish_at=NOON)
    keys = {"front", f"section:{article.section_id}", f"tag:{make_tag().pk}", f"author:{make_author().pk}"}
    keys |= {"month:2026-03", "year:2026"}
    assert set(Filing.objects.values_list("shelf__key", flat=True)) == keys
    assert all(Shelf.at(key).total() == 1 for key in keys)


def test_a_shelf_on_which_nothing_was_filed_is_empty() -> None:
    assert Shelf.at("section:99").total() == 0
    assert Shelf.at("section:99").slice(0, 10, 0) == []


def test_a_scheduled_article_is_counted_from_its_moment_on_with_nothing_running() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        make_article(publish_at=NOON - timedelta(days=1))
        due = make_article(publish_at=NOON + timedelta(hours=1))
        assert Shelf.at("front").total() == 1
        clock.shift(timedelta(hours=1))
        assert Shelf.at("front").total() == 2
        assert Shelf.at("front").slice(0, 1, 2) == [(due.pk, due.publish_at)]


def test_every_act_moves_an_article_to_where_it_belongs() -> None:
    ada = make_editor()
    article = make_article(state=Article.State.DRAFT)
    assert not Filing.objects.exists()
    article.submit(by=ada)
    article.publish(by=ada)
    assert Shelf.at("front").total() == 1
    article.section = make_section("Space")
    article.save()
    assert Shelf.at(f"section:{article.section_id}").total() == 1
    assert Shelf.at(f"section:{make_section().pk}").total() == 0
    article.withdraw(by=ada, reason="The source took it back.")
    assert Shelf.at("front").total() == 0


def test_tags_and_bylines_count_once_they_are_settled() -> None:
    article = make_article()
    article.tags.add(make_tag("Rust"))
    Byline.objects.create(article=article, author=make_author("Jonas Weil"))
    article.settle()
    assert Shelf.at(f"tag:{make_tag('Rust').pk}").total() == 1
    assert Shelf.at(f"author:{Author.objects.get(slug='jonas-weil').pk}").total() == 1


def test_positions_are_kept_and_found_again(django_assert_num_queries) -> None:
    with mock.patch.object(shelves, "STEP", 5):
        for number in range(23):
            make_article(publish_at=NOON + timedelta(hours=number))
        assert list(ShelfMark.objects.filter(shelf__key="front").values_list("position", flat=True)) == [4, 9, 14, 19]
        shelf, expected = Shelf.at("front"), public_on("front")[18:21]
        with django_assert_num_queries(2):
            assert [pk for pk, _ in shelf.slice(18, 21, 23)] == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(["add", "withdraw", "republish", "move", "retag", "wait"]),
            st.integers(min_value=-40, max_value=40),
        ),
        min_size=3,
        max_size=14,
    )
)
def test_whatever_editors_and_the_clock_do_shelves_agree_with_counting(acts) -> None:
    Article.objects.all().delete()
    Shelf.objects.all().delete()
    with mock.patch.object(shelves, "STEP", 3), time_machine.travel(NOON, tick=False) as clock:
        articles: list[Article] = []
        for act, number in acts:
            article = articles[number % len(articles)] if articles else None
            if act == "add" or article is None:
                articles.append(make_article(publish_at=timezone.now() + timedelta(minutes=number)))
            elif act == "withdraw" and article.state == Article.State.PUBLISHED:
                article.withdraw(by=None, reason="Gone.")
            elif act == "republish" and article.state == Article.State.WITHDRAWN:
                article.publish(by=None, at=timezone.now() + timedelta(minutes=number))
            elif act == "move":
                article.section = make_section(f"Section {number % 3}")
                article.save()
            elif act == "retag":
                article.tags.set([make_tag(f"Tag {number % 3}")])
                article.settle()
            elif act == "wait":
                clock.shift(timedelta(minutes=abs(number)))
        assert_shelves_are_right()


def test_counting_anew_changes_nothing_that_was_right_and_mends_what_was_not() -> None:
    def marks() -> list[tuple[int, int, int]]:
        return list(ShelfMark.objects.order_by("shelf", "position").values_list("shelf", "position", "article_id"))

    with mock.patch.object(shelves, "STEP", 5):
        for number in range(12):
            make_article(publish_at=NOON - timedelta(hours=number))
        before = marks()
        shelves.recount()
        assert marks() == before
        Shelf.objects.filter(key="front").update(count=99)
        shelves.recount(["front"])
        assert Shelf.at("front").total() == 12
