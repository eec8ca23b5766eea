"""Words typed with a press that was not taken: they come back, into their form or beside it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.models import Comment
from tests.comments.desk.queueing import QUEUE, pending
from tests.factories import make_editor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("place", ["queue", "page"])
def test_a_refused_rejection_keeps_reason_and_note_in_its_form(
    client: Client, max_: User, article: Article, place: str
) -> None:
    comment = pending(article)
    seen = comment.on_screen
    Comment.objects.filter(pk=comment.pk).update(text="Buy this now.", edited_at=timezone.now())
    press = {"decide": f"reject:{comment.pk}", "seen": seen, "reason": "off-topic", "note": "Try the <forum>."}
    url = QUEUE if place == "queue" else f"{QUEUE}{comment.pk}/change/"
    html = client.post(url, press, follow=True).content.decode()
    assert "Try the &lt;forum&gt;.</textarea>" in html
    assert 'value="off-topic" required checked' in html
    assert "What you had typed" not in html
    assert "Try the" not in client.get(url).content.decode()  # once


@pytest.mark.parametrize("place", ["queue", "page"])
def test_words_whose_form_is_gone_are_given_back_beside_it(
    client: Client, max_: User, article: Article, place: str
) -> None:
    comment = pending(article)
    seen = comment.on_screen
    comment.reject(by=make_editor(), reason="insult")
    press = {"decide": f"reject:{comment.pk}", "seen": seen, "reason": "off-topic", "note": "Try the forum."}
    if place == "page":
        press = {"decide": f"answer:{comment.pk}", "seen": seen, "reply": "Well said, in many words."}
    url = QUEUE if place == "queue" else f"{QUEUE}{comment.pk}/change/"
    html = client.post(url, press, follow=True).content.decode()
    assert "What you had typed" in html
    assert ("Try the forum.</textarea>" if place == "queue" else "Well said, in many words.</textarea>") in html
    assert ("You had chosen: off topic" in html) == (place == "queue")


def test_words_kept_for_one_comment_never_stand_in_the_form_of_another(
    client: Client, max_: User, article: Article
) -> None:
    comment, other = pending(article), pending(article)
    press = {"decide": f"reject:{comment.pk}", "seen": "pending", "note": "Try the forum."}
    client.post(f"{QUEUE}{comment.pk}/change/", press)
    assert "Try the forum." not in client.get(f"{QUEUE}{other.pk}/change/").content.decode()
    assert "Try the forum.</textarea>" in client.get(f"{QUEUE}{comment.pk}/change/").content.decode()


def test_a_note_of_many_lines_keeps_its_end(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    note = "\n".join(["line"] * 60)[:299] + "!"
    sent = {"decide": f"reject:{comment.pk}", "seen": comment.on_screen, "reason": "insult"}
    client.post(QUEUE, {**sent, "note": note.replace("\n", "\r\n")})
    comment.refresh_from_db()
    assert comment.note == note


def test_words_for_a_comment_that_is_gone_are_given_back(client: Client, max_: User, article: Article) -> None:
    press = {"decide": "answer:4711", "seen": "pending", "reply": "Well said, and true."}
    for url in (QUEUE, f"{QUEUE}4711/change/"):
        assert "Well said, and true.</textarea>" in client.post(url, press, follow=True).content.decode()


def test_a_reply_that_is_too_long_comes_back_whole(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    reply = "Every word counts. " * 700
    press = {"decide": f"answer:{comment.pk}", "seen": comment.on_screen, "reply": reply}
    html = client.post(f"{QUEUE}{comment.pk}/change/", press, follow=True).content.decode()
    assert f"{reply}</textarea>" in html
