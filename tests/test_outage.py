"""A database that does not answer costs a reader a minute, not a text."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from comments import receipts
from comments.models import Comment
from tests.factories import make_article

TEXT = 'An hour\'s work, with <angle brackets> & "quotes".\n\nAnd a second paragraph.'
RECEIPT = receipts.receipt_url(Comment(pk=7))


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", gone)
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", gone)


@pytest.mark.usefixtures("no_database")
def test_a_page_that_cannot_be_rendered_asks_for_patience(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src" in answer.headers["Content-Security-Policy"]
    assert "Our database does not answer at the moment." in answer.content.decode()


@pytest.mark.usefixtures("no_database")
def test_a_comment_comes_back_whole_with_a_button_that_sends_it_again(client: Client) -> None:
    sent = {"comment": TEXT, "name": "Rita Moreau", "email": "rita@reader.example", "token": "abc", "reply": "7"}
    answer = client.post("/comments/on/some-story/", sent)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Your comment is not posted yet" in page
    assert '<form method="post" action="/comments/on/some-story/">' in page
    assert "An hour&#x27;s work, with &lt;angle brackets&gt; &amp; &quot;quotes&quot;." in page
    for name in ("name", "email", "token", "reply"):
        assert f'<input type="hidden" name="{name}" value="{sent[name]}">' in page


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize(
    ("path", "name", "head", "button"),
    [
        ("/comments/7/report/", "statement", "Your report is not sent yet", "Send the report"),
        (f"{RECEIPT}edit/", "comment", "Your change is not saved yet", "Save the change"),
        (f"{RECEIPT}appeal/", "text", "Your appeal is not sent yet", "Send the appeal"),
    ],
)
def test_a_report_an_edit_and_an_appeal_come_back_as_a_comment_does(
    client: Client, path: str, name: str, head: str, button: str
) -> None:
    answer = client.post(path, {name: TEXT, "name": "Rita Moreau", "seen": "first"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert head in page
    assert f'<form method="post" action="{path}">' in page
    assert f'name="{name}" rows="9" dir="auto">\nAn hour&#x27;s work, with &lt;angle brackets&gt;' in page
    assert '<input type="hidden" name="seen" value="first">' in page
    assert f">{button}</button>" in page


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize("path", ["/", "/search/", "/comments/receipt/abc/"])
def test_nothing_else_that_was_posted_is_printed(client: Client, path: str) -> None:
    page = client.post(path, {"comment": "marker-text"}).content.decode()
    assert "marker-text" not in page


@pytest.mark.django_db
def test_a_mistake_of_ours_is_no_outage(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_article(slug="some-story")

    def broken(*args: object, **kwargs: object) -> None:
        raise ValueError("a mistake")

    monkeypatch.setattr("articles.article_page.Around", broken)
    client.raise_request_exception = False
    moved = client.get("/some-story/")
    assert client.get(moved.headers["Location"]).status_code == 500
