"""The plain search: every word, headline first, and a sentence for whatever cannot be searched."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles import search as finder
from tests.factories import make_article, make_section

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def found(client: Client, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200
    return re.findall(r'item__head"><a href="/2026/03/([a-z0-9-]+)/"', answer.content.decode())


@pytest.fixture
def stories(db) -> None:
    make_article("Keys of hardware", slug="headline", publish_at=NOON - timedelta(days=1))
    make_article("A lock", slug="standfirst", publish_at=NOON, standfirst="A hardware lock with two keys.")
    make_article("A bolt", slug="text", publish_at=NOON, body="<p>The <em>hard</em>ware took new keys.</p>")
    make_article("Only keys", slug="half", publish_at=NOON)


@pytest.mark.usefixtures("stories")
def test_every_word_must_stand_somewhere_and_headlines_come_first(client: Client) -> None:
    assert found(client, "/search/?q=HARDWARE+keys") == ["headline", "text", "standfirst"]


@pytest.mark.usefixtures("stories")
def test_the_words_stay_in_the_box_and_are_marked_where_they_stand(client: Client) -> None:
    page = client.get("/search/?q=hardware+keys").content.decode()
    assert 'value="hardware keys"' in page
    assert "<mark>Keys</mark> of <mark>hardware</mark>" in page
    assert "The <mark>hardware</mark> took new <mark>keys</mark>." in page


@pytest.mark.usefixtures("stories")
def test_a_search_can_be_kept_to_one_section(client: Client) -> None:
    make_article("Keys for chips", slug="chips", publish_at=NOON, section=make_section("Chips"))
    assert found(client, "/search/?q=keys&section=chips") == ["chips"]
    page = client.get("/search/?q=keys&section=chips").content.decode()
    assert '<option value="chips" selected>' in page
    assert len(found(client, "/search/?q=keys&section=unknown")) == 5


@pytest.mark.usefixtures("stories")
def test_pages_of_a_search_keep_its_words_and_section(client: Client) -> None:
    for number in range(20):
        make_article(f"Zinc & copper {number}", publish_at=NOON)
    page = client.get("/search/?q=zinc+%26&section=security").content.decode()
    assert 'href="?q=zinc+%26&amp;section=security&amp;page=2"' in page
    assert len(found(client, "/search/?q=zinc+%26&section=security&page=2")) == 2
    assert client.get("/search/?q=zinc&page=3").status_code == 404
    assert client.get("/search/?q=zinc&page=x").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["ÉTÉ", "été", "Été"])
def test_letters_with_accents_are_found_in_either_case(client: Client, typed: str) -> None:
    make_article("Un Été à Paris", slug="paris", publish_at=NOON)
    assert found(client, f"/search/?q={quote(typed)}") == ["paris"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["100%", "snake_case", r"back\slash", "'quote", '"double', "<b>", "a&b", "*", "NEAR(", "-x"]
)
def test_signs_are_searched_as_they_are(client: Client, typed: str) -> None:
    make_article(f"It says {typed} there", slug="signs", publish_at=NOON)
    make_article("It says 100 snakeXcase backXslash there", slug="other", publish_at=NOON)
    assert found(client, f"/search/?q={quote(typed)}") == ["signs"]


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/search/", "/search/?q=", "/search/?q=%20%09%0a", "/search/?q=%E3%80%80"])
def test_an_empty_search_is_the_form_alone(client: Client, url: str) -> None:
    make_article(slug="a")
    assert found(client, url) == []
    assert 'name="q"' in client.get(url).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("a%00b", "a character that no text can hold"),
        ("x" * 201, "may have 200 characters"),
        ("+".join(f"word{n}" for n in range(9)), "may have 8 words"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_a_sentence(client: Client, query: str, sentence: str) -> None:
    answer = client.get(f"/search/?q={query}")
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["%FF%FE", "%ED%A0%80", "%", "%E2%80%AE", "%C2%80", "a&q=b", "q&section=%00", "\U0001f980"]
)
def test_broken_input_is_never_our_fault(client: Client, query: str) -> None:
    make_article(slug="a")
    assert client.get(f"/search/?q={query}").status_code in (200, 400)


@pytest.mark.django_db
def test_a_search_that_finds_nothing_says_so_and_offers_the_other_sections(client: Client) -> None:
    make_article(slug="a", section=make_section("Chips"))
    page = client.get("/search/?q=zebra&section=chips").content.decode()
    assert "No story in Chips holds every word of “zebra”." in page
    assert 'href="?q=zebra"' in page


@pytest.mark.django_db
def test_search_engines_are_asked_to_stay_out(client: Client) -> None:
    assert '<meta name="robots" content="noindex, follow">' in client.get("/search/?q=a").content.decode()


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=5), max_size=3))
def test_marking_words_changes_nothing_but_the_marks(text: str, words: list[str]) -> None:
    marked = finder.highlight(text, tuple(word.casefold() for word in words))
    bare = marked.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert unescape(bare) == unescape(text.replace("&", "&amp;"))


@pytest.mark.django_db
def test_a_search_costs_the_same_queries_whatever_it_finds(client: Client, django_assert_max_num_queries) -> None:
    for number in range(20):
        make_article(f"Zinc {number}", authors=("Ada King", "Jonas Weil"))
    with django_assert_max_num_queries(7):
        client.get("/search/?q=zinc")
