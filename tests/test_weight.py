"""A first visit of an article's page costs few bytes; counted as they are sent, compressed, without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

# Bytes, as in design.md, 8: of everything, and of each kind.
ALL, STYLE, SCRIPT, FONTS = 48_000, 9_000, 4_000, 32_000
PAGE_HEADERS, FILE_HEADERS = 900, 500  # of one answer, at most; the first is asserted below
WORDS = "The plant makes wafers for cars and phones and the ministry said on Monday that its second line waits"


def sent(content: bytes, *, quality: int = 11) -> int:
    return len(brotli.compress(content, quality=quality))


def static(name: str) -> bytes:
    return Path(str(finders.find(name))).read_bytes()


def prose(length: int, seed: int) -> str:
    """So many words in an order that no compressor knows."""
    words = WORDS.split()
    return " ".join(
        words[(seed * 7 + at * at * 13 + at * 5) % len(words)] + str(at * seed % 97) for at in range(length)
    )


def test_a_first_visit_of_an_article_with_20_comments_stays_within_its_bytes(client: Client) -> None:
    body = "\n".join(f"<p>{prose(60, number)}</p>" for number in range(1, 11))
    article = make_article("A chip maker opens its plant", body=body, tags=("Linux", "Chips", "Europe"))
    for number in range(20):
        make_comment(article, prose(25, number + 20), name=f"Reader Number {number}", email=f"r{number}@reader.example")
    response = client.get(article.get_absolute_url())
    page = response.content
    assert page.count(b'<article class="comment') == 20
    assert sum(len(name) + len(value) + 4 for name, value in response.items()) < PAGE_HEADERS

    loaded = {*re.findall(r'(?:src|rel="stylesheet" href)="([^"]+)"', page.decode())}
    assert loaded == {f"{settings.STATIC_URL}css/site.css", f"{settings.STATIC_URL}js/site.js"}
    style, script = sent(static("css/site.css")), sent(static("js/site.js"))
    faces = re.findall(r'url\("?\.\./(fonts/[^")]+)"?\)', static("css/site.css").decode())
    assert len(faces) == 2, "five requests: the page, a style sheet, a script and two faces"
    fonts = sum(len(static(face)) for face in faces)
    assert style + FILE_HEADERS <= STYLE
    assert script + FILE_HEADERS <= SCRIPT
    assert fonts + 2 * FILE_HEADERS <= FONTS
    # Of quality 5, as a stored page is packed.
    assert sent(page, quality=5) + style + script + fonts + PAGE_HEADERS + 4 * FILE_HEADERS <= ALL
