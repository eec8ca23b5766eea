"""Pictures beside names: drawn here, from a random value, telling nothing of an address."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import partial

import pytest
from django.test import Client

from comments.avatars import code_of, draw
from comments.models import Writer


@pytest.mark.django_db
def test_the_picture_follows_from_the_random_value_the_name_and_the_comment_alone() -> None:
    rita, other = Writer.of("rita@reader.example"), Writer.of("other@reader.example")
    shared = partial(code_of, comment=None)
    assert shared(rita.random, "Rita Moreau") == shared(rita.random, "rita  moreau")
    assert shared(rita.random, "Rita Moreau") != shared(other.random, "Rita Moreau"), "an impostor looks different"
    assert shared(rita.random, "Rita Moreau") != shared(rita.random, "Quiet Quentin"), "two names stay apart"
    codes = {code_of(rita.random, "Rita Moreau", comment=number) for number in (None, 1, 2)}
    assert len(codes) == 3, "a comment's own is like no other"
    before = shared(rita.random, "Rita Moreau")
    rita.delete()
    assert shared(Writer.of("rita@reader.example").random, "Rita Moreau") != before, "an erased one is not met again"


def test_every_code_is_a_small_symmetrical_picture() -> None:
    for code in ("000000", "ffffff", "a1b2c3", "000007"):
        svg = draw(code)
        assert len(svg) < 700
        root = ET.fromstring(svg)
        assert root.tag.endswith("svg")
        squares = {tuple(step.split("h")[0].split()) for step in root[1].get("d", "").split("M")[1:]}
        assert {(str(6 - int(x)), y) for x, y in squares} == squares


def test_a_browser_asks_once(client: Client) -> None:
    response = client.get("/comments/avatars/a1b2c3.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response.headers


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["a1b2c", "a1b2c3d", "A1B2C3", "g00000", "٣٣٣٣٣٣", "%00", "..%2f"])
def test_anything_else_is_not_there(client: Client, code: str) -> None:
    assert client.get(f"/comments/avatars/{code}.svg").status_code == 404
