"""How tests post a comment: as the form of the article's page does."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from articles.models import Article
from comments.forms import form_token

FORM = "application/x-www-form-urlencoded"
RITA = {
    "comment": "A remark by Rita, which is worth reading.",
    "name": "Rita Moreau",
    "email": "rita@reader.example",
    "website": "",
}


def post(client: Client, article: Article, *, slug: str = "", headers: dict[str, str] | None = None, **fields: Any):
    """Post Rita's comment with some fields changed; a field that is None is left out."""
    sent = {**RITA, "token": form_token(article), **fields}
    sent = {name: value for name, value in sent.items() if value is not None}
    return client.post(f"/comments/on/{slug or article.slug}/", sent, headers=headers)


def raw(client: Client, article: Article, body: bytes, content_type: str = FORM, **extra: str):
    """Post a body of bytes as it is."""
    return client.post(f"/comments/on/{article.slug}/", body, content_type=content_type, **extra)


def body(article: Article, **fields: str) -> bytes:
    """What a browser sends of Rita's comment with some fields changed."""
    return urlencode({**RITA, "token": form_token(article), **fields}).encode()


def altered(key: str, at: int = -1) -> str:
    """A key with one of its characters replaced by another."""
    letters = list(key)
    letters[at] = "A" if letters[at] != "A" else "B"
    return "".join(letters)


def text(response: HttpResponse) -> str:
    """The words of a page, character references resolved."""
    return html.unescape(response.content.decode())
