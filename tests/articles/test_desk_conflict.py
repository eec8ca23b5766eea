"""Two people at one article: the later save is refused, and neither text is lost."""

from __future__ import annotations

import html as htmllib
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.articles.desk import change, draft, posted
from tests.factories import (
    make_author_user,
)

pytestmark = pytest.mark.django_db


def test_a_save_over_a_newer_version_is_refused_with_both_texts(client: Client, ada: User) -> None:
    article = draft(headline="Base headline", kicker="Base kicker", standfirst="Base standfirst")
    url = change(article)
    mine = posted(client, url, headline="My headline", standfirst="My standfirst")
    client.post(url, posted(client, url, headline="Their headline", kicker="Their kicker"))
    answer = client.post(url, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    article.refresh_from_db()
    assert article.headline == "Their headline"
    assert 'name="mine:headline" value="My headline"' in page
    assert 'name="theirs:headline" value="Their headline"' in page
    assert 'name="kicker" value="Their kicker"' in page
    assert 'name="standfirst" value="My standfirst"' in page

    inputs = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    data = {name: htmllib.unescape(value) for name, value in inputs.items()}
    client.post(url, {**data, "choice:headline": "mine", "act": "save"})
    article.refresh_from_db()
    assert (article.headline, article.kicker, article.standfirst) == ("My headline", "Their kicker", "My standfirst")


def test_neither_text_can_be_chosen_too(client: Client, ada: User) -> None:
    article = draft(headline="Base headline")
    url = change(article)
    mine = posted(client, url, headline="My headline")
    client.post(url, posted(client, url, headline="Their headline"))
    page = client.post(url, mine).content.decode()
    inputs = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    data = {name: htmllib.unescape(value) for name, value in inputs.items()}
    client.post(url, {**data, "choice:headline": "own", "own:headline": "A third headline", "act": "save"})
    article.refresh_from_db()
    assert article.headline == "A third headline"


@pytest.mark.parametrize("version", ["", "0", "x", "999", None])
def test_a_save_without_the_right_version_is_refused(client: Client, ada: User, version: str | None) -> None:
    article = draft(headline="As it was")
    data = posted(client, change(article), headline="As sent")
    del data["version"]
    answer = client.post(change(article), data if version is None else {**data, "version": version})
    article.refresh_from_db()
    assert (answer.status_code, article.headline) == (409, "As it was")
    assert "As sent" in answer.content.decode()


def test_an_author_whose_article_moved_on_gets_the_text_back(client: Client) -> None:
    jonas = make_author_user()
    article = draft(created_by=jonas)
    client.force_login(jonas)
    data = posted(client, change(article), headline="Half an hour of work")
    article.submit(by=jonas)
    answer = client.post(change(article), data)
    article.refresh_from_db()
    assert answer.status_code == 409
    assert article.headline != "Half an hour of work"
    assert "Half an hour of work" in answer.content.decode()
