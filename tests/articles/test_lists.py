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


def everything_on(listed: ShelfList, per_page: int) -> list[Article]:
    paginator = Paginator(listed, per_page)
    return [article for page in paginator for article in page]


def test_pages_hold_every_story_once_newest_first() -> None:
    stories = [make_article(publish_at=NOON - timedelta(hours=hour)) for hour in range(7)]
    assert everything_on(ShelfList("front", Article.objects.for_cards()), 3) == stories


@pytest.mark.parametrize("place", range(7))
def test_the_one_left_out_is_on_no_page_and_moves_nothing_twice(place: int) -> None:
    stories = [make_article(publish_at=NOON - timedelta(hours=hour)) for hour in range(7)]
    lead = stories[place]
    listed = ShelfList("front", Article.objects.for_cards(), without=lead)
    assert everything_on(listed, 3) == [story for story in stories if story != lead]
    assert listed.count() == 6


def test_leaving_out_what_is_not_there_changes_nothing() -> None:
    stories = [make_article(publish_at=NOON), make_article(state=Article.State.DRAFT)]
    assert everything_on(ShelfList("front", Article.objects.for_cards(), without=stories[1]), 3) == stories[:1]


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
