"""Several comments by one press: those ticked, and all in a folder as the menus narrow it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.models import Comment, Decision, Tally
from tests.comments.desk.queueing import QUEUE, pending, undo_in
from tests.factories import make_article, make_comment, make_editor

pytestmark = pytest.mark.django_db


def asked(page: str) -> dict[str, str]:
    """What the page that asks once more posts back."""
    return dict(re.findall(r'name="(confirmed|newest|asked_at|asked)" value="([^"]+)"', page))


def test_several_are_decided_by_one_press_and_undone_by_one(client: Client, max_: User, article: Article) -> None:
    one, two, three = pending(article), pending(article), pending(article)
    client.post(QUEUE, {"index": "0", "action": "spam", "_selected_action": [one.pk, two.pk]})
    statuses = list(Comment.objects.order_by("pk").values_list("status", flat=True))
    assert statuses == ["spam", "spam", "pending"]
    html = client.get(QUEUE).content.decode()
    assert "2 comments moved to spam" in html
    client.post(QUEUE, undo_in(html))
    assert set(Comment.objects.values_list("status", flat=True)) == {"pending"}
    assert not Decision.objects.filter(comment_id=three.pk).exists()


@pytest.mark.parametrize(
    ("others", "said"), [("public", "where their articles are published"), ("none", "once its article is published")]
)
def test_in_bulk_too_nobody_is_told_that_readers_see_what_they_do_not(
    client: Client, max_: User, article: Article, others: str, said: str
) -> None:
    ticked = [pending(article).pk]
    article.withdraw(by=make_editor(), reason="It was wrong.")
    if others == "public":
        ticked.append(pending(make_article()).pk)
    post = {"index": "0", "action": "approve", "_selected_action": ticked}
    html = client.post(QUEUE, post, follow=True).content.decode()
    assert said in html
    assert "now" not in html.partition('class="toast"')[2].partition("</form>")[0]


def test_a_bulk_rejection_without_a_reason_changes_nothing(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    post = {"index": "0", "action": "reject", "_selected_action": [comment.pk], "bulk_reason": ""}
    html = client.post(QUEUE, post, follow=True).content.decode()
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert "Choose a reason" in html
    assert f'value="{comment.pk}" checked' in html  # nobody ticks twice
    assert f'value="{comment.pk}" checked' not in client.get(QUEUE).content.decode()
    client.post(QUEUE, {**post, "bulk_reason": "advertising"})
    comment.refresh_from_db()
    assert (comment.status, comment.reason) == ("rejected", "advertising")


def test_in_bulk_what_others_decided_is_named_and_left(client: Client, max_: User, article: Article) -> None:
    mine, theirs = pending(article), pending(article, name="Gregor")
    theirs.mark_spam(by=make_editor())
    post = {"index": "0", "action": "approve", "_selected_action": [mine.pk, theirs.pk]}
    html = client.post(QUEUE, post, follow=True).content.decode()
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, theirs.status) == ("approved", "spam")
    assert "Gregor: Ada King" in html


def test_in_bulk_what_others_decided_alike_is_named_too(client: Client, max_: User, article: Article) -> None:
    mine, theirs = pending(article), pending(article, name="Gregor")
    theirs.reject(by=make_editor(), reason="insult")
    post = {"index": "0", "action": "reject", "_selected_action": [mine.pk, theirs.pk], "bulk_reason": "off-topic"}
    html = client.post(QUEUE, post, follow=True).content.decode()
    theirs.refresh_from_db()
    assert theirs.reason == "insult"
    assert "1 comment rejected (off topic)" in html
    assert "Gregor: Ada King moved this comment to rejected first" in html


def test_the_whole_folder_is_decided_only_after_a_page_that_repeats_the_number(
    client: Client, max_: User, article: Article
) -> None:
    for _ in range(22):
        pending(article)
    post = {"index": "0", "action": "spam", "select_across": "1"}
    page = client.post(QUEUE, post).content.decode()
    assert "Mark as spam all 22" in page
    assert Comment.objects.filter(status="pending").count() == 22
    client.post(QUEUE, {**post, **asked(page)})
    assert Comment.objects.filter(status="spam").count() == 22


def test_all_that_a_narrowed_folder_holds_is_decided_and_undone_by_one_press(
    client: Client, max_: User, article: Article
) -> None:
    for number in range(23):
        pending(article, rule="links" if number % 2 else "first")
    url = f"{QUEUE}?rule=links"
    post = {"index": "0", "action": "reject", "select_across": "1", "bulk_reason": "advertising"}
    page = client.post(url, post).content.decode()
    assert "Reject all 11?" in page
    assert "Why it waits: Number of links" in page
    html = client.post(url, {**post, **asked(page)}, follow=True).content.decode()
    assert "11 comments rejected (advertising)" in html
    assert set(Comment.objects.filter(rule="links").values_list("status", flat=True)) == {"rejected"}
    assert set(Comment.objects.filter(rule="first").values_list("status", flat=True)) == {"pending"}
    client.post(QUEUE, undo_in(html))
    assert set(Comment.objects.values_list("status", flat=True)) == {"pending"}
    assert Tally.counts()["pending"] == 23


def test_what_came_or_changed_after_the_question_is_left_alone(client: Client, max_: User, article: Article) -> None:
    old, edited = pending(article), pending(article)
    post = {"index": "0", "action": "spam", "select_across": "1"}
    answers = asked(client.post(QUEUE, post).content.decode())
    late = pending(article)
    Comment.objects.filter(pk=edited.pk).update(text="Other words.", edited_at=timezone.now())
    html = client.post(QUEUE, {**post, **answers}, follow=True).content.decode()
    states = dict(Comment.objects.values_list("pk", "status"))
    assert states == {old.pk: "spam", edited.pk: "pending", late.pk: "pending"}
    assert "1 comment moved to spam" in html
    assert "1 of the 2 asked about was left alone: it had changed, or been decided, meanwhile." in html


def test_of_all_asked_about_those_left_alone_are_counted(client: Client, max_: User, article: Article) -> None:
    for _ in range(26):
        pending(article)
    post = {"index": "0", "action": "spam", "select_across": "1"}
    page = client.post(QUEUE, post).content.decode()
    assert "Mark as spam all 26?" in page
    for comment in Comment.objects.all()[:2]:
        comment.approve(by=make_editor(f"ada-{comment.pk}"))
    html = client.post(QUEUE, {**post, **asked(page)}, follow=True).content.decode()
    assert "24 comments moved to spam" in html
    assert "2 of the 26 asked about were left alone: they had changed, or been decided, meanwhile." in html
    again = client.post(QUEUE, {**post, **asked(page)}, follow=True).content.decode()
    assert "26 of the 26 asked about were left alone" in again
    assert "24 comments moved to spam" in again  # with the Undo of the first press


def test_what_lies_beyond_one_press_was_not_left_alone(
    client: Client, max_: User, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.admin.bulk.BULK_LIMIT", 3)
    for _ in range(5):
        pending(article)
    post = {"index": "0", "action": "spam", "select_across": "1"}
    answers = asked(client.post(QUEUE, post).content.decode())
    html = client.post(QUEUE, {**post, **answers}, follow=True).content.decode()
    assert "3 comments moved to spam" in html
    assert "Press again for the rest." in html
    assert "left alone" not in html


@pytest.mark.parametrize(
    "tampered",
    [
        {"newest": "x"},
        {"newest": "9" * 30},
        {"asked_at": "yesterday"},
        {"asked_at": "2026-11-25T10:00:00"},
        {"asked_at": "9999-12-31T23:59:00-12:00"},
    ],
)
def test_a_question_that_cannot_be_read_changes_nothing(
    client: Client, max_: User, article: Article, tampered: dict[str, str]
) -> None:
    pending(article)
    post = {"index": "0", "action": "spam", "select_across": "1"}
    answers = asked(client.post(QUEUE, post).content.decode())
    html = client.post(QUEUE, {**post, **answers, **tampered}, follow=True).content.decode()
    assert "Nothing changed" in html
    assert not Decision.objects.exists()


def test_a_ticked_comment_whose_text_changed_is_named_and_left(client: Client, max_: User, article: Article) -> None:
    mine, edited = pending(article), pending(article, name="Gregor")
    seen = [f"{comment.pk}:{comment.on_screen}" for comment in (mine, edited)]
    Comment.objects.filter(pk=edited.pk).update(text="Other words.", edited_at=timezone.now())
    post = {"index": "0", "action": "approve", "_selected_action": [mine.pk, edited.pk], "seen": seen}
    html = client.post(QUEUE, post, follow=True).content.decode()
    mine.refresh_from_db()
    edited.refresh_from_db()
    assert (mine.status, edited.status) == ("approved", "pending")
    assert "Gregor: The text was changed after you had read it" in html


def test_reported_comments_of_several_states_are_decided_together(client: Client, max_: User, article: Article) -> None:
    now = timezone.now()
    held, shown_ = pending(article, reported_at=now), make_comment(article, reported_at=now)
    seen = [f"{comment.pk}:{comment.on_screen}" for comment in (held, shown_)]
    post = {"index": "0", "action": "spam", "_selected_action": [held.pk, shown_.pk], "seen": seen}
    client.post(f"{QUEUE}?folder=reported", post)
    assert set(Comment.objects.values_list("status", flat=True)) == {"spam"}


def test_what_readers_reports_brought_into_the_folder_meanwhile_is_left_alone(
    client: Client, max_: User, article: Article
) -> None:
    late = make_comment(article, "Fine, then reported.")
    for _ in range(3):
        pending(article)
    press = {"index": "0", "action": "approve", "select_across": "1"}
    page = client.post(QUEUE, press).content.decode()
    for number in range(3):
        Comment.objects.get(pk=late.pk).report(reason="abuse", network=f"192.0.{number}.0/24")
    client.post(QUEUE, {**press, **dict(re.findall(r'name="(confirmed|newest|asked_at)" value="([^"]+)"', page))})
    late.refresh_from_db()
    assert (late.status, late.reports.open().count()) == ("pending", 3)
    assert Comment.objects.pending().count() == 1
