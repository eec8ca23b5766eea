"""What readers may not see stands on no surface, and the clock alone decides when it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from articles.models import Article
from tests.factories import make_article, make_author, make_publisher, make_section, make_tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_keys")]

DUE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HEADLINE = "Zebrafish in the data hall"

SURFACES = {
    "page": "/2026/03/zebrafish/",
    "front": "/",
    "section": "/sections/security/",
    "tag": "/tags/linux/",
    "author": "/authors/ada-king/",
    "publisher": "/publishers/official-microsoft-blog/",
    "year": "/2026/",
    "month": "/2026/03/",
    "search by headline": "/search/?q=hall",
    "search by text": "/search/?q=plankton",
    "corrections": "/corrections/",
    "related": "/2026/03/neighbour/",
    "not found": "/2026/03/no-such-story/",
    "withdrawn": "/2026/03/withdrawn/",
    "latest feed": "/feeds/latest/",
    "latest feed, Atom": "/feeds/latest/atom/",
    "section feed": "/feeds/sections/security/",
    "section feed, Atom": "/feeds/sections/security/atom/",
    "tag feed": "/feeds/tags/linux/",
    "tag feed, Atom": "/feeds/tags/linux/atom/",
    "author feed": "/feeds/authors/ada-king/",
    "author feed, Atom": "/feeds/authors/ada-king/atom/",
    "publisher feed": "/feeds/publishers/official-microsoft-blog/",
    "publisher feed, Atom": "/feeds/publishers/official-microsoft-blog/atom/",
    "corrections feed": "/feeds/corrections/",
    "corrections feed, Atom": "/feeds/corrections/atom/",
    "sitemap": "/sitemap-1.xml",
    "news sitemap": "/sitemap-news.xml",
}
surface = pytest.mark.parametrize("url", SURFACES.values(), ids=SURFACES.keys())


def make_story(**fields) -> Article:
    """The story that is looked for, on every list that the site has, among neighbours that are public."""
    shared = {"section": make_section(), "tags": ("Linux",), "source_publisher": make_publisher()}
    make_article("Neighbour", slug="neighbour", publish_at=DUE - timedelta(hours=1), **shared)
    gone = make_article("Withdrawn", slug="withdrawn", publish_at=DUE - timedelta(hours=2), **shared)
    with time_machine.travel(DUE - timedelta(hours=1), tick=False):
        gone.withdraw(by=None, reason="It was wrong.")
    story = make_article(
        HEADLINE, slug="zebrafish", body="<p>About plankton.</p>", **{"publish_at": DUE, **shared, **fields}
    )
    story.corrections.create(kind="update", text="Changed.", made_at=DUE)
    return story


def shows(client: Client, url: str) -> bool:
    page = client.get(url).content.decode()
    return HEADLINE in page or "/zebrafish/" in page


@surface
def test_a_scheduled_story_appears_with_its_second_and_not_before(client: Client, url: str) -> None:
    with time_machine.travel(DUE - timedelta(days=1), tick=False):
        make_story()
    with time_machine.travel(DUE - SECOND, tick=False):
        assert not shows(client, url)
    with time_machine.travel(DUE + SECOND, tick=False):
        assert shows(client, url)


@surface
@pytest.mark.parametrize("state", [Article.State.DRAFT, Article.State.IN_REVIEW])
def test_what_was_never_published_is_shown_nowhere(client: Client, url: str, state: str) -> None:
    with time_machine.travel(DUE + timedelta(hours=1), tick=False):
        make_story(state=state)
        assert not shows(client, url)


@surface
def test_a_withdrawn_story_is_shown_nowhere_but_at_its_own_address(client: Client, url: str) -> None:
    with time_machine.travel(DUE + timedelta(hours=1), tick=False):
        story = make_story()
        assert shows(client, url)
        story.withdraw(by=None, reason="The figures were invented.")
        assert shows(client, url) == (url == SURFACES["page"])


@pytest.mark.parametrize("state", [Article.State.DRAFT, Article.State.IN_REVIEW])
def test_an_unpublished_story_is_not_found_by_any_of_its_addresses(client: Client, state: str) -> None:
    make_article(slug="leak", publish_at=DUE, state=state)
    assert client.get("/2026/03/leak/").status_code == 404
    assert client.get("/leak/").status_code == 404


def test_a_story_that_was_withdrawn_before_its_time_is_simply_not_found(client: Client) -> None:
    with time_machine.travel(DUE - SECOND, tick=False):
        story = make_article(HEADLINE, slug="zebrafish", publish_at=DUE)
        story.withdraw(by=None, reason="A source asked us not to.")
    with time_machine.travel(DUE + SECOND, tick=False):
        page = client.get("/2026/03/zebrafish/")
    assert page.status_code == 404
    assert HEADLINE not in page.content.decode()


def test_the_word_and_its_twin_agree_around_the_due_second() -> None:
    story = make_article(publish_at=DUE)
    for moment, seen in ((DUE - SECOND, False), (DUE, True), (DUE + SECOND, True)):
        with time_machine.travel(moment, tick=False):
            assert story.is_published == seen
            assert Article.objects.published().filter(pk=story.pk).exists() == seen


def test_a_notice_dated_ahead_waits_for_its_time(client: Client) -> None:
    with time_machine.travel(DUE, tick=False):
        story = make_article(publish_at=DUE - SECOND)
        story.corrections.create(kind="update", text="Told on Tuesday.", made_at=DUE + timedelta(days=1))
        assert "Told on Tuesday." not in client.get("/corrections/").content.decode()
        assert "Told on Tuesday." not in client.get("/feeds/corrections/").content.decode()
    with time_machine.travel(DUE + timedelta(days=1), tick=False):
        assert "Told on Tuesday." in client.get("/corrections/").content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "/sections/empty/",
        "/tags/empty/",
        "/authors/empty/",
        "/publishers/empty/",
        "/2026/",
        "/2026/03/",
        "/feeds/tags/empty/",
        "/feeds/authors/empty/atom/",
    ],
)
def test_a_list_without_a_public_story_is_not_found(client: Client, url: str) -> None:
    section, publisher = make_section("Empty"), make_publisher("Empty")
    make_tag("Empty")
    make_author("Empty")
    with time_machine.travel(DUE - SECOND, tick=False):
        make_article(publish_at=DUE, section=section, tags=("Empty",), authors=("Empty",), source_publisher=publisher)
        assert client.get(url).status_code == 404
    with time_machine.travel(DUE + SECOND, tick=False):
        assert client.get(url).status_code == 200


def test_search_engines_are_told_of_no_story_that_keeps_out_or_stands_elsewhere(client: Client) -> None:
    make_article("Kept out", slug="kept-out", noindex=True)
    make_article("Copied", slug="copied", canonical_url="https://first.example/copied")
    make_article("Ours", slug="ours")
    for url in ("/sitemap-1.xml", "/sitemap-news.xml"):
        listed = client.get(url).content.decode()
        assert "/ours/" in listed
        assert "/kept-out/" not in listed
        assert "/copied/" not in listed


def test_the_news_sitemap_holds_two_days(client: Client) -> None:
    make_article("Old", slug="old-news", publish_at=DUE)
    with time_machine.travel(DUE + timedelta(hours=48), tick=False):
        assert "/old-news/" in client.get("/sitemap-news.xml").content.decode()
    with time_machine.travel(DUE + timedelta(hours=48, seconds=1), tick=False):
        assert "/old-news/" not in client.get("/sitemap-news.xml").content.decode()
