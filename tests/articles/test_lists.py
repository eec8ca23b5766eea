"""A shelf in pages: every story once, in order, also where one is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.paginator import Paginator

from articles.lists import ShelfList
from articles.models import Article
from articles.shelves import Shelf
from tests.factories import make_article

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def everything_on(listed: ShelfList, per_page: int) -> list[int]:
    paginator = Paginator(listed, per_page)
    return [story.pk for page in paginator for story in page]


def pks(stories: list[Article]) -> list[int]:
    return [story.pk for story in stories]


def test_pages_hold_every_story_once_newest_first() -> None:
    stories = [make_article(publish_at=NOON - timedelta(hours=hour)) for hour in range(7)]
    assert everything_on(ShelfList("front", Article.objects.for_cards()), 3) == pks(stories)


@pytest.mark.parametrize("place", range(7))
def test_the_one_left_out_is_on_no_page_and_moves_nothing_twice(place: int) -> None:
    stories = [make_article(publish_at=NOON - timedelta(hours=hour)) for hour in range(7)]
    lead = stories[place]
    listed = ShelfList("front", Article.objects.for_cards(), without=lead.pk)
    assert everything_on(listed, 3) == [story.pk for story in stories if story != lead]
    assert listed.count() == 6


def test_the_rows_of_a_page_are_fetched_once_and_only_when_one_is_asked_for(django_assert_num_queries) -> None:
    stories = [make_article(publish_at=NOON - timedelta(hours=hour)) for hour in range(3)]
    with django_assert_num_queries(3):  # the shelf, what fell due since, and the page of it
        page = ShelfList("front", Article.objects.for_cards())[0:3]
        assert [story.publish_at for story in page] == [story.publish_at for story in stories]
    with django_assert_num_queries(2):  # the rows, and their bylines
        assert [story.headline for story in page] == [story.headline for story in stories]


def test_a_story_that_is_filed_wrongly_is_still_not_let_out() -> None:
    story = make_article(publish_at=NOON)
    Article.objects.filter(pk=story.pk).update(state=Article.State.DRAFT)
    assert everything_on(ShelfList("front", Article.objects.for_cards()), 3) == []


def test_the_months_of_the_archive_are_counted_in_two_queries(django_assert_num_queries) -> None:
    make_article(publish_at=NOON)
    make_article(publish_at=NOON)
    make_article(publish_at=NOON - timedelta(days=90))
    with django_assert_num_queries(2):
        assert Shelf.totals("month:") == {"month:2026-03": 2, "month:2025-12": 1}


def test_a_lead_that_leaves_the_shelf_meanwhile_breaks_no_later_page() -> None:
    stories = [make_article(publish_at=NOON - timedelta(hours=hour)) for hour in range(7)]
    listed = ShelfList("front", Article.objects.for_cards(), without=stories[6].pk)
    stories[6].withdraw(by=None, reason="Gone.")
    assert [story.pk for story in listed[3:6]] == pks(stories[3:6])
