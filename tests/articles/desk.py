"""How tests work at the desk's article form: as a browser sends it."""

from __future__ import annotations

import html as htmllib
import re

from django.test import Client

from articles.models import Article
from tests.factories import (
    make_article,
)

LIST = "/admin/articles/article/"
ADD = f"{LIST}add/"


def change(article: Article) -> str:
    return f"{LIST}{article.pk}/change/"


def draft(**fields: object) -> Article:
    return make_article(state="draft", publish_at=None, **fields)


def posted(client: Client, url: str, **over: object) -> dict[str, object]:
    """What a browser would send for the form at this address, with some fields filled in otherwise."""
    page = client.get(url).content.decode()
    form = page[page.index('id="article_form"') :]
    data: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "file" or "name" not in attributes or " disabled" in tag:
            continue
        is_box = attributes.get("type") in ("checkbox", "radio")
        if is_box and " checked" not in tag:
            continue
        data[attributes["name"]] = htmllib.unescape(attributes.get("value", "on" if is_box else ""))
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        data[name] = htmllib.unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    return data | {"act": "save"} | over
