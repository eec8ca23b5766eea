"""Feeds: full text, absolute addresses of ours, names but no addresses of people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from articles import images
from articles.models import Article
from tests.factories import make_article, make_author, make_editor, make_publisher, picture_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_keys")]
MARCH = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


def make_story(**fields) -> Article:
    return make_article(
        "Billions & more",
        **{
            "slug": "billions",
            "publish_at": MARCH,
            "tags": ("Azure",),
            "authors": ("Ada King", "Jonas Weil"),
            "body": '<p>Whole <a href="/2026/02/before/">text</a>.</p><figure><img src="/media/a.webp"></figure>',
            "source_publisher": make_publisher(),
            "source_title": "They extend",
            "source_url": "https://blogs.microsoft.com/x/",
            **fields,
        },
    )


def rss(client: Client, url: str = "/feeds/latest/") -> ElementTree.Element:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def atom(client: Client, url: str = "/feeds/latest/atom/") -> ElementTree.Element:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def test_an_item_carries_the_whole_text_with_its_source_and_addresses_from_anywhere(client: Client) -> None:
    make_story()
    item = rss(client).find("channel/item")
    content = item.findtext(CONTENT)
    assert '<a href="https://news.example/2026/02/before/">text</a>' in content
    assert 'src="https://news.example/media/a.webp"' in content
    assert 'Source: <a href="https://blogs.microsoft.com/x/">Official Microsoft Blog, They extend</a>' in content
    assert item.findtext("title") == "Billions & more"
    assert item.findtext("link") == "https://news.example/2026/03/billions/"
    assert item.findtext("description").startswith("What story number")
    assert [each.text for each in item.findall("category")] == ["Security", "Azure"]
    entry = atom(client).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}content") == content


def test_an_item_names_its_authors_and_no_address(client: Client) -> None:
    ada = make_editor()
    ada.email = "ada@newsroom.example"
    ada.save()
    make_author("Ada King", user=ada)
    make_story()
    assert rss(client).findtext(f"channel/item/{CREATOR}") == "Ada King and Jonas Weil"
    assert atom(client).findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == "Ada King and Jonas Weil"
    for url in ("/feeds/latest/", "/feeds/latest/atom/"):
        assert b"newsroom.example" not in client.get(url).content


def test_an_update_moves_the_updated_time_and_prints_its_notice(client: Client) -> None:
    story = make_story()
    story.correct(by=None, kind="correction", text="It was nine.", at=MARCH + timedelta(days=1))
    entry = atom(client).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}published") == "2026-03-02T09:30:00+00:00"
    assert entry.findtext(f"{ATOM}updated") == "2026-03-03T09:30:00+00:00"
    assert "It was nine." in entry.findtext(f"{ATOM}content")


def test_the_identity_of_an_item_survives_a_new_slug(client: Client) -> None:
    story = make_story()
    before = rss(client).findtext("channel/item/guid")
    story.slug = "billions-more"
    story.save()
    assert rss(client).findtext("channel/item/guid") == before


def test_the_hero_is_an_enclosure_with_its_size(client: Client) -> None:
    kept = images.clean(picture_file(size=(500, 300)))
    story = make_story()
    story.hero.save(kept.name, ContentFile(kept.read()))
    enclosure = rss(client).find("channel/item/enclosure")
    assert enclosure.get("url") == f"https://news.example/media/{story.hero.name}"
    assert enclosure.get("type") == "image/webp"
    assert int(enclosure.get("length")) == story.hero.size


def test_a_feed_holds_the_newest_twenty(client: Client) -> None:
    for number in range(22):
        make_article(f"Story {number}", publish_at=MARCH - timedelta(hours=number))
    titles = [item.findtext("title") for item in rss(client).findall("channel/item")]
    assert titles == [f"Story {number}" for number in range(20)]


def test_no_feed_believes_the_host_that_was_asked(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    make_story()
    for url in ("/feeds/latest/", "/feeds/latest/atom/", "/feeds/tags/azure/", "/sitemap.xml", "/sitemap-1.xml", "/"):
        assert b"evil.example" not in client.get(url, headers={"host": "evil.example"}).content


def test_a_feed_names_itself_and_its_page(client: Client) -> None:
    make_story()
    channel = rss(client, "/feeds/tags/azure/").find("channel")
    assert channel.findtext("title") == "Azure, newsblog"
    assert channel.findtext("link") == "https://news.example/tags/azure/"
    assert channel.find(f"{ATOM}link").get("href") == "https://news.example/feeds/tags/azure/"


def test_who_has_the_feed_already_is_told_so_until_it_changes(client: Client) -> None:
    story = make_story()
    first = client.get("/feeds/latest/")
    again = client.get("/feeds/latest/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    story.withdraw(by=None, reason="Wrong.")
    assert client.get("/feeds/latest/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_control_characters_break_no_feed(client: Client) -> None:
    make_story(standfirst="a\x0bb", source_title="c\x1fd", kicker="\x02")
    Article.objects.update(headline="One\x08two")
    assert rss(client).findtext("channel/item/title") == "Onetwo"
    atom(client)
    ElementTree.fromstring(client.get("/sitemap-news.xml").content)


def test_corrections_have_a_feed_of_their_own(client: Client) -> None:
    notice = make_story().correct(by=None, kind="correction", text="It was nine.", at=MARCH + timedelta(days=1))
    item = rss(client, "/feeds/corrections/").find("channel/item")
    assert item.findtext("title") == "Correction: Billions & more"
    assert item.findtext("link") == f"https://news.example/2026/03/billions/#notice-{notice.pk}"
    assert atom(client, "/feeds/corrections/atom/").findtext(f"{ATOM}entry/{ATOM}content") == "It was nine."


def test_the_page_of_feeds_leads_to_feeds(client: Client) -> None:
    make_story()
    page = client.get("/feeds/").content.decode()
    for url in ("/feeds/latest/", "/feeds/sections/security/", "/feeds/sections/security/atom/", "/feeds/corrections/"):
        assert f'href="{url}"' in page
        assert client.get(url).status_code == 200


def test_a_feed_costs_the_same_queries_whatever_its_length(client: Client, django_assert_max_num_queries) -> None:
    for number in range(20):
        make_story(slug=f"billions-{number}")
    with django_assert_max_num_queries(7):
        client.get("/feeds/latest/")


def parts_of_the_sitemap(client: Client) -> list[str]:
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return [each.text.removeprefix("https://news.example") for each in index.iter() if each.tag.endswith("loc")]


def test_the_sitemap_index_names_no_part_without_an_article(client: Client) -> None:
    make_story(pk=9_500)
    assert parts_of_the_sitemap(client) == ["/sitemap-lists.xml", "/sitemap-5.xml", "/sitemap-news.xml"]
    make_story(pk=4_000, slug="second")
    make_story(pk=4_001, slug="third")
    make_story(pk=6_001, slug="fourth", noindex=True)
    parts = parts_of_the_sitemap(client)
    assert parts[1:-1] == ["/sitemap-2.xml", "/sitemap-3.xml", "/sitemap-5.xml"]
    assert [client.get(part).status_code for part in parts] == [200] * 5
    assert client.get("/sitemap-1.xml").status_code == client.get("/sitemap-4.xml").status_code == 404


def test_the_sitemap_index_names_parts_that_exist(client: Client) -> None:
    make_story()
    parts = parts_of_the_sitemap(client)
    assert parts == ["/sitemap-lists.xml", "/sitemap-1.xml", "/sitemap-news.xml"]
    for part in parts:
        answer = client.get(part)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/xml; charset=utf-8"
        ElementTree.fromstring(answer.content)
    assert "https://news.example/sections/security/" in client.get("/sitemap-lists.xml").content.decode()
    assert "<lastmod>2026-03-02T09:30:00+00:00</lastmod>" in client.get("/sitemap-1.xml").content.decode()


@pytest.mark.parametrize("part", ["0", "2", "01", "x", "-1", "99999999999999999999", "²"])
def test_a_part_of_the_sitemap_that_is_not_there_is_not_found(client: Client, part: str) -> None:
    make_story()
    assert client.get(f"/sitemap-{part}.xml").status_code == 404


def test_robots_are_led_to_the_sitemap(client: Client) -> None:
    assert "Sitemap: https://news.example/sitemap.xml" in client.get("/robots.txt").content.decode()
