"""The front page: one lead, no story twice, numbered pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from articles.models import Article
from tests.factories import make_article, make_section

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_stories(count: int, **fields) -> list[Article]:
    """Return stories an hour apart, the newest first."""
    return [make_article(slug=f"story-{n}", publish_at=NOON - timedelta(hours=n), **fields) for n in range(count)]


def slugs_on(client: Client, url: str) -> list[str]:
    """Return the slugs of the stories whose headlines a page prints, in order."""
    page = client.get(url)
    assert page.status_code == 200
    return re.findall(r'<h[2-4][^>]*><a href="/\d{4}/\d\d/([a-z0-9-]+)/">', page.content.decode())


def test_the_newest_story_leads_while_none_is_pinned(client: Client) -> None:
    make_stories(3)
    assert slugs_on(client, "/") == ["story-0", "story-1", "story-2"]


def test_a_pinned_story_leads_until_its_pin_ends(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        stories = make_stories(30)
        stories[25].pin(by=None, until=NOON + timedelta(hours=1))
        assert slugs_on(client, "/")[0] == "story-25"
        clock.move_to(NOON + timedelta(hours=1))
        assert slugs_on(client, "/")[0] == "story-0"


def test_a_pin_on_a_story_that_is_not_public_yet_lets_nothing_out(client: Client) -> None:
    make_stories(2)
    scheduled = make_article("Secret", slug="secret", publish_at=datetime(2100, 1, 1, tzinfo=UTC))
    scheduled.pin(by=None, until=datetime(2100, 1, 2, tzinfo=UTC))
    assert slugs_on(client, "/") == ["story-0", "story-1"]


@pytest.mark.parametrize("pinned", [None, 0, 2, 20, 44])
def test_every_story_is_on_exactly_one_page(client: Client, pinned: int | None) -> None:
    stories = make_stories(45, section=None)
    if pinned is not None:
        stories[pinned].pin(by=None, until=datetime(2100, 1, 1, tzinfo=UTC))
    shown = [slug for number in (1, 2, 3) for slug in slugs_on(client, f"/?page={number}")]
    assert len(shown) == len(set(shown))
    assert set(shown) == {story.slug for story in stories}
    assert client.get("/?page=4").status_code == 404


def test_the_side_column_repeats_nothing_that_the_page_shows(client: Client) -> None:
    make_stories(30)
    page = client.get("/").content.decode()
    side = page.partition("More by section")[2]
    aside = set(re.findall(r'href="/2026/03/(story-\d+)/"', side))
    assert aside
    assert not aside & set(slugs_on(client, "/"))


def test_the_river_stands_under_its_days_with_clock_times(client: Client) -> None:
    make_stories(20)
    page = client.get("/").content.decode()
    assert "Monday 2 March 2026" in page
    assert ">05:00</time>" in page
    assert "Sunday 1 March 2026" in client.get("/?page=2").content.decode()


def test_an_empty_site_has_a_front_page_that_says_so(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "The first story has still to be published." in page.content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999", "1.0", "٢", "", "01", "99999999999999999999", "%00"])
def test_a_page_that_is_not_there_is_not_found_and_says_why(client: Client, number: str) -> None:
    make_stories(2)
    page = client.get(f"/?page={number}")
    assert page.status_code == 404
    assert re.search("Pages are numbered from 1|This list ends at page 1", page.content.decode())


def test_the_first_page_has_one_address_for_search_engines(client: Client) -> None:
    make_stories(20)
    assert '<link rel="canonical" href="https://news.example/">' in client.get("/?page=1").content.decode()
    second = client.get("/?page=2").content.decode()
    assert '<link rel="canonical" href="https://news.example/?page=2">' in second
    assert '<a rel="prev" href="/">' in second


def test_a_front_page_of_any_length_costs_the_same_queries(client: Client, django_assert_max_num_queries) -> None:
    for name in ("Security", "Chips", "Policy"):
        for number in range(10):
            make_article(f"{name} {number}", section=make_section(name), authors=("Ada King", "Jonas Weil"))
    make_article().correct(by=None, kind="update", text="More is known.")
    with django_assert_max_num_queries(15):
        client.get("/")


def test_the_sections_stand_in_the_editors_order_in_the_navigation(client: Client) -> None:
    make_section("Zeta", position=1)
    make_section("Alpha", position=2)
    page = client.get("/").content.decode()
    assert page.index("/sections/zeta/") < page.index("/sections/alpha/")


def test_the_page_of_a_section_marks_it_in_the_navigation(client: Client) -> None:
    make_article(section=make_section("Chips"))
    page = client.get("/sections/chips/").content.decode()
    assert re.search(r'<a href="/sections/chips/" aria-current="true">', page)
