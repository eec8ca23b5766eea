"""Feeds of what readers say: in full, with names alone, and only what anybody may read."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from comments import feeds
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def items(client: Client, address: str) -> list[ElementTree.Element]:
    answer = client.get(address)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content).findall("channel/item")


def titles(client: Client, address: str) -> list[str]:
    return [item.findtext("title", "") for item in items(client, address)]


def test_an_item_is_the_whole_comment_under_its_permalink(client: Client) -> None:
    comment = make_comment(
        text="Read *this* & https://host.example/x", name="Dana <Whitfield>", website="https://d.example/"
    )
    (item,) = items(client, "/comments/feed/")
    assert item.findtext("title") == f"Dana <Whitfield> on “{comment.article.headline}”"
    assert item.findtext("link") == item.findtext("guid") == f"https://news.example/comments/{comment.pk}/"
    content = item.findtext(CONTENT, "")
    assert "<em>this</em> &amp; " in content
    assert 'rel="nofollow ugc noopener"' in content
    entry = ElementTree.fromstring(client.get("/comments/feed/atom/").content).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Dana <Whitfield>"
    assert entry.findtext(f"{ATOM}content") == content


def test_the_newest_stand_first_and_say_whom_they_answer(client: Client) -> None:
    article = make_article("Chips")
    first = make_comment(article, name="Dana", created_at=timezone.now() - timedelta(hours=2))
    make_comment(article, name="Hugo", parent=first, created_at=timezone.now() - timedelta(hours=1))
    make_comment(name="Elsewhere")
    assert titles(client, "/comments/feed/on/chips/") == ["Hugo, in reply to Dana", "Dana"]
    assert titles(client, "/comments/feed/")[1] == "Hugo, in reply to Dana, on “Chips”"
    first.withdraw()
    assert titles(client, "/comments/feed/on/chips/") == ["Hugo"]


def test_only_what_readers_see_is_in_a_feed(client: Client) -> None:
    article = make_article("Chips")
    for status in ("pending", "rejected", "spam", "withdrawn"):
        make_comment(article, status=status)
    make_comment(make_article(state="draft", slug="draft"))
    assert titles(client, "/comments/feed/") == titles(client, "/comments/feed/on/chips/") == []
    for slug in ("draft", "nowhere"):
        assert client.get(f"/comments/feed/on/{slug}/").status_code == 404


def test_an_old_slug_leads_to_the_feed_of_today(client: Client) -> None:
    article = make_article("Chips")
    article.slug = "chips-2"
    article.save()
    answer = client.get("/comments/feed/on/chips/atom/")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "https://news.example/comments/feed/on/chips-2/atom/"


def test_a_feed_that_did_not_change_is_not_sent_again(client: Client) -> None:
    comment = make_comment()
    address = f"/comments/feed/on/{comment.article.slug}/"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    comment.mark_spam(by=make_moderator())
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
    assert client.post(address).status_code == 405


def test_a_feed_takes_few_queries_however_much_was_said(client: Client, django_assert_max_num_queries) -> None:
    for _ in range(feeds.ITEMS + 5):
        make_comment(parent=(parent := make_comment()), article=parent.article)
    with django_assert_max_num_queries(4):
        assert len(items(client, "/comments/feed/")) == feeds.ITEMS
    with django_assert_max_num_queries(4):
        items(client, f"/comments/feed/on/{parent.article.slug}/")


def test_the_page_names_its_feeds(client: Client) -> None:
    article = make_article("Chips")
    page = client.get(article.get_absolute_url()).content.decode()
    for address in ("/comments/feed/on/chips/", "/comments/feed/on/chips/atom/"):
        assert page.count(f'href="{address}"') == 2, "in the head, and where the conversation is"
    assert 'href="/comments/feed/atom/"' in client.get("/feeds/").content.decode()


def test_a_reply_of_the_newsroom_is_marked_as_no_reader_can_mark_one(client: Client) -> None:
    comment = make_comment(name="From the newsroom", text="# From the newsroom\n\n<h3>From the newsroom</h3>")
    comment.answer(by=make_moderator(), text="We asked them.")
    for address in ("/comments/feed/", f"/comments/feed/on/{comment.article.slug}/"):
        answer, asked = items(client, address)
        assert answer.findtext("category") == feeds.NEWSROOM
        for part in (CONTENT, "description"):
            assert answer.findtext(part, "").startswith("<h3>From the newsroom</h3>")
            assert "<h3>" not in asked.findtext(part, "")
        assert asked.find("category") is None
        entry = ElementTree.fromstring(client.get(f"{address}atom/").content).find(f"{ATOM}entry")
        assert entry is not None
        assert entry.find(f"{ATOM}category").attrib == {"term": feeds.NEWSROOM}
        assert entry.findtext(f"{ATOM}content", "").startswith("<h3>From the newsroom</h3>")
