"""What a page says of itself to machines."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from articles import images
from tests.factories import make_article, make_publisher, picture_file

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def head_of(client: Client, url: str) -> str:
    return client.get(url).content.decode().partition("</head>")[0]


def data_of(client: Client, url: str) -> dict[str, Any]:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', head_of(client, url), re.S)[1])


def test_an_article_tells_machines_what_it_tells_readers(client: Client) -> None:
    story = make_article(
        "Billions more",
        slug="a",
        publish_at=MARCH,
        standfirst="One cloud, and only one.",
        tags=("Azure", "OpenAI"),
        authors=("Ada King", "Jonas Weil"),
        source_publisher=make_publisher(),
        source_title="They extend",
        source_url="https://blogs.microsoft.com/x/",
    )
    story.correct(by=None, kind="correction", text="It was nine.", at=MARCH + timedelta(days=1))
    data = data_of(client, "/2026/03/a/")
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == "Billions more"
    assert data["mainEntityOfPage"] == "https://news.example/2026/03/a/"
    assert data["datePublished"] == "2026-03-02T09:30:00+00:00"
    assert data["dateModified"] == "2026-03-03T09:30:00+00:00"
    assert [author["name"] for author in data["author"]] == ["Ada King", "Jonas Weil"]
    assert data["author"][0]["url"] == "https://news.example/authors/ada-king/"
    assert data["articleSection"] == "Security"
    assert data["keywords"] == ["Azure", "OpenAI"]
    assert data["isBasedOn"]["name"] == "They extend"
    assert data["isBasedOn"]["url"] == "https://blogs.microsoft.com/x/"
    assert data["isBasedOn"]["publisher"]["name"] == "Official Microsoft Blog"
    assert data["correction"][0]["text"] == "It was nine."


def test_an_article_without_source_or_notice_claims_none(client: Client) -> None:
    make_article(slug="a", publish_at=MARCH)
    data = data_of(client, "/2026/03/a/")
    assert not {"isBasedOn", "correction", "image", "keywords"} & data.keys()


def test_the_card_names_title_description_and_picture(client: Client) -> None:
    kept = images.clean(picture_file(size=(1200, 800)))
    story = make_article("Billions", slug="a", publish_at=MARCH, standfirst="One cloud.", hero_alt="Racks")
    assert '<meta name="twitter:card" content="summary">' in head_of(client, "/2026/03/a/")
    story.hero.save(kept.name, ContentFile(kept.read()))
    head = head_of(client, "/2026/03/a/")
    for tag in (
        "<title>Billions | newsblog</title>",
        '<meta name="description" content="One cloud.">',
        '<meta property="og:type" content="article">',
        '<meta property="og:title" content="Billions">',
        f'<meta property="og:image" content="https://news.example/media/{story.hero.name}">',
        '<meta property="og:image:width" content="1200">',
        '<meta property="og:image:alt" content="Racks">',
        '<meta name="twitter:card" content="summary_large_image">',
        '<meta property="article:published_time" content="2026-03-02T09:30:00+00:00">',
        '<link rel="canonical" href="https://news.example/2026/03/a/">',
    ):
        assert tag in head


def test_the_data_block_cannot_be_closed_by_what_it_holds(client: Client) -> None:
    nasty = "</script><!--<script>&amp;"
    make_article(nasty, slug="a", publish_at=MARCH, standfirst=nasty)
    assert data_of(client, "/2026/03/a/")["headline"] == nasty


def test_a_verbatim_copy_points_to_where_it_stood_first(client: Client) -> None:
    make_article(slug="a", publish_at=MARCH, canonical_url="https://first.example/a/", noindex=True)
    head = head_of(client, "/2026/03/a/")
    assert '<link rel="canonical" href="https://first.example/a/">' in head
    assert '<meta name="robots" content="noindex, follow">' in head
    assert data_of(client, "/2026/03/a/")["mainEntityOfPage"] == "https://news.example/2026/03/a/"


def test_the_front_page_names_the_site(client: Client) -> None:
    data = data_of(client, "/")
    assert (data["@type"], data["name"], data["url"]) == ("WebSite", "newsblog", "https://news.example/")


@pytest.mark.parametrize("url", ["/", "/archive/", "/corrections/", "/feeds/", "/search/", "/2026/", "/2026/03/a/"])
def test_every_page_has_one_title_one_heading_and_one_canonical_address(client: Client, url: str) -> None:
    make_article(slug="a", publish_at=MARCH)
    page = client.get(url).content.decode()
    assert page.count("<title>") == 1
    assert page.count("<h1") == 1
    assert page.count('rel="canonical"') == 1
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
