"""Sections, tags, authors, publishers, years and months: title, count, feeds, pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.factories import make_article, make_author, make_publisher, make_section, make_tag

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

LISTS = {
    "/sections/chips/": "Chips",
    "/tags/risc-v/": "RISC-V",
    "/authors/ada-king/": "Ada King",
    "/publishers/official-microsoft-blog/": "Official Microsoft Blog",
    "/2026/": "2026",
    "/2026/03/": "March 2026",
}
every_list = pytest.mark.parametrize(("url", "title"), LISTS.items())


def make_stories(count: int) -> None:
    for number in range(count):
        make_article(
            f"Story {number}",
            slug=f"story-{number}",
            publish_at=NOON - timedelta(minutes=number),
            section=make_section("Chips"),
            tags=("RISC-V", "Fabs"),
            source_publisher=make_publisher(),
        )


@every_list
def test_a_list_prints_its_title_its_count_and_the_month(client: Client, url: str, title: str) -> None:
    make_stories(2)
    page = client.get(url).content.decode()
    assert f'<h1 class="plate__head">{title}</h1>' in page
    assert "<strong>2</strong> stories" in page
    assert '<time datetime="2026-03">March 2026</time>' in page
    assert f'<link rel="canonical" href="https://news.example{url}">' in page


@every_list
def test_a_long_list_has_numbered_pages_with_every_story_once(client: Client, url: str, title: str) -> None:
    make_stories(40)
    shown = []
    for number in (1, 2, 3):
        page = client.get(f"{url}?page={number}").content.decode()
        shown += re.findall(r'item__head"><a href="/2026/03/(story-\d+)/"', page)
    assert shown == [f"story-{number}" for number in range(40)]
    for wrong in ("4", "0", "-1", "x", "999999"):
        assert client.get(f"{url}?page={wrong}").status_code == 404


@every_list
def test_a_list_costs_the_same_queries_whatever_its_length(
    client: Client, url: str, title: str, django_assert_max_num_queries
) -> None:
    make_stories(20)
    with django_assert_max_num_queries(9):
        client.get(url)


@pytest.mark.parametrize(
    ("url", "feed"),
    [
        ("/sections/chips/", "/feeds/sections/chips/"),
        ("/tags/risc-v/", "/feeds/tags/risc-v/"),
        ("/authors/ada-king/", "/feeds/authors/ada-king/"),
        ("/publishers/official-microsoft-blog/", "/feeds/publishers/official-microsoft-blog/"),
    ],
)
def test_a_list_names_its_feeds_in_head_and_text(client: Client, url: str, feed: str) -> None:
    make_stories(1)
    page = client.get(url).content.decode()
    for address in (feed, f"{feed}atom/"):
        assert page.count(f'href="{address}"') == 2
        assert client.get(address).status_code == 200


def test_an_authors_page_says_who_it_is_and_never_the_login(client: Client) -> None:
    make_author("Ada King", role="Security correspondent", bio="Kept a research cluster alive.")
    make_stories(1)
    page = client.get("/authors/ada-king/").content.decode()
    assert "Security correspondent" in page
    assert "Kept a research cluster alive." in page


def test_the_archive_counts_every_month(client: Client) -> None:
    make_stories(3)
    make_article(publish_at=datetime(2025, 12, 31, 23, 59, tzinfo=UTC))
    page = client.get("/archive/").content.decode()
    assert re.search(r'<a href="/2026/03/">March <span>3<', page)
    assert re.search(r'<a href="/2025/12/">December <span>1<', page)
    assert page.index("/2026/03/") < page.index("/2025/12/")


def test_an_archive_without_anything_is_still_a_page(client: Client) -> None:
    assert "Nothing has been published yet." in client.get("/archive/").content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "/0000/",
        "/9999/",
        "/1899/12/",
        "/2026/00/",
        "/2026/13/",
        "/2026/3/",
        "/20262/",
        "/sections/%00/",
        "/tags/a%20b/",
    ],
)
def test_a_date_or_name_that_cannot_be_is_not_found(client: Client, url: str) -> None:
    make_stories(1)
    assert client.get(url).status_code == 404


def test_corrections_stand_newest_first_with_a_link_to_their_place(client: Client) -> None:
    story = make_article("Wrong", slug="wrong", publish_at=NOON)
    first = story.correct(by=None, kind="correction", text="It was nine.", at=NOON + timedelta(hours=1))
    second = story.correct(by=None, kind="update", text="The court agreed.", at=NOON + timedelta(hours=2))
    page = client.get("/corrections/").content.decode()
    assert page.index("The court agreed.") < page.index("It was nine.")
    assert f"/2026/03/wrong/#notice-{first.pk}" in page
    assert f'id="notice-{second.pk}"' in client.get("/2026/03/wrong/").content.decode()
    assert client.get("/corrections/?page=2").status_code == 404


@pytest.mark.parametrize(
    "url", ["/", "/archive/", "/corrections/", "/feeds/", "/search/", "/search/?q=story", "/nothing-here/", *LISTS]
)
def test_no_public_page_sets_a_cookie_or_depends_on_one(client: Client, url: str) -> None:
    make_stories(1)
    answer = client.get(url)
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert client.head(url).status_code == answer.status_code


@pytest.mark.parametrize("url", ["/", "/archive/", "/search/?q=story", "/nothing-here/", "/2026/03/story-0/", *LISTS])
def test_no_public_page_holds_an_inline_script_or_style(client: Client, url: str) -> None:
    make_stories(1)
    page = client.get(url).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert all("ld+json" in tag or " src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_tags_that_stand_together_lead_to_each_other(client: Client) -> None:
    make_tag("Fabs")
    make_stories(1)
    assert '<a href="/tags/fabs/">Fabs</a>' in client.get("/tags/risc-v/").content.decode()
