"""What a moderator takes back: once, for a while, and only while it still stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.models import Comment, Decision
from tests.comments.desk.queueing import QUEUE, pending, undo_in
from tests.factories import make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db


def test_an_act_says_what_readers_see_and_can_be_undone(client: Client, max_: User, article: Article) -> None:
    comment = pending(article, name="P. Okafor")
    client.post(QUEUE, {"decide": f"approve:{comment.pk}", "seen": "pending"})
    html = client.get(QUEUE).content.decode()
    assert "Comment by P. Okafor approved: readers see it now" in html
    undo = undo_in(html)
    client.post(QUEUE, undo)
    comment.refresh_from_db()
    assert comment.status == "pending"


@pytest.mark.parametrize("place", ["queue", "page"])
def test_undo_stands_until_the_next_act(client: Client, max_: User, article: Article, place: str) -> None:
    comment, other = pending(article), pending(article)
    url = QUEUE if place == "queue" else f"{QUEUE}{comment.pk}/change/"
    press = {"decide": f"approve:{comment.pk}", "seen": comment.on_screen}
    client.post(url, press)
    first = undo_in(client.get(url).content.decode())  # a page that the browser may have thrown away
    client.post(url, press)  # the second half of a double click
    assert undo_in(client.get(url).content.decode()) == first
    client.post(url, {"decide": f"approve:{other.pk}", "seen": "pending"})
    second = undo_in(client.get(url).content.decode())
    assert second != first
    client.post(url, second)
    assert "Undone: 1 comment back where it was." in client.get(url).content.decode()
    assert "Undone" not in client.get(url).content.decode()


def test_an_undo_that_is_refused_stands_no_longer(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    client.post(QUEUE, {"decide": f"approve:{comment.pk}", "seen": "pending"})
    comment.mark_spam(by=make_editor())
    undo = undo_in(client.get(QUEUE).content.decode())
    client.post(QUEUE, undo, follow=True)
    assert 'name="undo"' not in client.get(QUEUE).content.decode()


def test_undo_is_offered_for_ten_minutes(client: Client, max_: User, article: Article, monkeypatch) -> None:
    comment = pending(article)
    client.post(QUEUE, {"decide": f"approve:{comment.pk}", "seen": "pending"})
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=9))
    assert 'name="undo"' in client.get(QUEUE).content.decode()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=11))
    assert 'name="undo"' not in client.get(QUEUE).content.decode()


def test_undo_leaves_alone_what_somebody_decided_since(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    decision = comment.approve(by=max_)
    comment.reject(by=make_editor(), reason="off-topic")
    assert decision
    html = client.post(QUEUE, {"undo": str(decision.pk)}, follow=True).content.decode()
    comment.refresh_from_db()
    assert comment.status == "rejected"
    assert "Ada King" in html


def test_nobody_undoes_the_act_of_another(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    decision = comment.approve(by=make_editor())
    assert decision
    client.post(QUEUE, {"undo": str(decision.pk)})
    comment.refresh_from_db()
    assert comment.status == "approved"


def test_undo_leads_back_to_what_it_took_back(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    pending(article)
    decision = comment.approve(by=max_)
    assert decision is not None
    answer = client.post(QUEUE, {"undo": str(decision.pk)})
    assert answer.headers["Location"] == f"{QUEUE}#c{comment.pk}"


def test_undo_always_answers_with_a_sentence(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    decision = comment.approve(by=max_)
    assert decision is not None
    client.post(QUEUE, {"undo": str(decision.pk)})
    again = client.post(QUEUE, {"undo": str(decision.pk)}, follow=True).content.decode()
    assert "It was taken back already. Nothing changed." in again
    for nothing in ("", "x", "4711"):
        page = client.post(QUEUE, {"undo": nothing}, follow=True).content.decode()
        assert "There was nothing to take back. Nothing changed." in page


def test_a_reply_is_taken_back_once(client: Client, max_: User, article: Article) -> None:
    comment = make_comment(article)
    here = f"{QUEUE}{comment.pk}/change/"
    press = {"decide": f"answer:{comment.pk}", "seen": comment.on_screen, "reply": "Well said, and true."}
    undo = undo_in(client.post(here, press, follow=True).content.decode())
    client.post(here, undo)
    again = client.post(here, undo, follow=True).content.decode()
    assert "It was taken back already. Nothing changed." in again
    assert "Somebody has decided about your reply" not in again


def test_of_many_that_are_not_taken_back_five_are_named(client: Client, max_: User, article: Article) -> None:
    decisions = [pending(article, name=f"Reader {number}").approve(by=max_) for number in range(7)]
    for comment in Comment.objects.all():
        comment.mark_spam(by=make_moderator(f"other-{comment.pk}"))
    undo = ",".join(str(decision.pk) for decision in decisions if decision)
    page = client.post(QUEUE, {"undo": undo}, follow=True).content.decode()
    assert page.count("moved this comment to spam first") == 5
    assert "2 more are left alone for such reasons." in page


def test_undone_is_a_reply_taken_back_with_its_words(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    here = f"{QUEUE}{comment.pk}/change/"
    press = {"decide": f"answer:{comment.pk}", "seen": comment.on_screen, "reply": "Well said, and true."}
    html = client.post(here, press, follow=True).content.decode()
    undo = undo_in(html)
    page = client.post(here, undo, follow=True).content.decode()
    comment.refresh_from_db()
    reply = Comment.objects.get(parent=comment)
    assert (comment.status, reply.status) == ("pending", "withdrawn")
    assert "Well said, and true.</textarea>" in page
    client.post(here, {**press, "seen": comment.on_screen})
    assert Comment.objects.filter(parent=comment, status="approved").count() == 1


def test_undo_of_a_reply_overrules_nobody_and_says_what_it_did(client: Client, max_: User, article: Article) -> None:
    comment = make_comment(article)
    here = f"{QUEUE}{comment.pk}/change/"
    press = {"decide": f"answer:{comment.pk}", "seen": comment.on_screen, "reply": "Well said, and true."}
    html = client.post(here, press, follow=True).content.decode()
    undo = undo_in(html)
    reply = Comment.objects.get(parent=comment)
    reply.reject(by=make_editor(), reason="insult")
    page = client.post(here, undo, follow=True).content.decode()
    assert "Somebody has decided about your reply since" in page
    reply.refresh_from_db()
    assert reply.status == "rejected"
    press["reply"] = "Another reply."
    html = client.post(here, press, follow=True).content.decode()
    undo = undo_in(html)
    assert "your reply is taken back" in client.post(here, undo, follow=True).content.decode()
    assert Decision.objects.deciding().last().by == max_  # type: ignore[union-attr]
