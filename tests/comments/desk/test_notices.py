"""The desk's list of notices, what is due first on top, and the page on which one is answered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from comments.models import Comment, Notice, Writer
from tests.comments.posting import text
from tests.factories import make_author_user, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/notice/"


def make_notice(statement: str = "It denies a crime.", *, comment: Comment | None = None, days: int = 0) -> Notice:
    comment = comment or make_comment()
    report = comment.report(reason="illegal", statement=statement, network=f"203.0.{comment.pk % 250}.0/24")
    assert report is not None
    notice = Notice.enter(report, law="§ 130", name="Nora", notifier=Writer.of("nora@notify.example"))
    if days:
        Notice.objects.filter(pk=notice.pk).update(due_at=timezone.now() + timedelta(days=days))
    return notice


@pytest.fixture
def max_(client: Client) -> User:
    user = make_moderator()
    client.force_login(user)
    return user


def answer(client: Client, notice: Notice, act: str, explanation: str = "It is an opinion.", seen: str = "") -> str:
    post = {"answer": act, "explanation": explanation, "seen": seen or notice.comment.on_screen}
    return text(client.post(f"{LIST}{notice.pk}/change/", post, follow=True))


def test_what_is_due_first_stands_first_and_what_is_overdue_says_so(client: Client, max_: User) -> None:
    make_notice("The later one.", days=5)
    make_notice("The late one.", days=-1)
    make_notice("The next one.", days=1)
    page = text(client.get(LIST))
    assert page.index("The late one.") < page.index("The next one.") < page.index("The later one.")
    assert page.count("Overdue since") == 1
    overdue = text(client.get(f"{LIST}?state=overdue"))
    assert "The late one." in overdue
    assert "The next one." not in overdue
    home = text(client.get("/admin/"))
    assert "1 overdue" in home
    assert "The late one." in home


def test_the_page_shows_what_is_needed_and_no_address(client: Client, max_: User) -> None:
    notice = make_notice()
    page = text(client.get(f"{LIST}{notice.pk}/change/"))
    for words in ("It denies a crime.", "§ 130", "Nora", notice.comment.text, notice.comment.article.headline):
        assert words in page
    assert "notify.example" not in page
    assert "203.0." not in page
    assert "notify.example" not in text(client.get(LIST))


def test_a_notice_is_taken_and_then_upheld(client: Client, max_: User) -> None:
    notice = make_notice()
    assert "Max Orsini is looking into it" in answer(client, notice, "take")
    assert "both sides read the reasons" in answer(client, notice, "uphold", "It denies what a court found.")
    comment = Comment.objects.get()
    assert (comment.status, comment.reason) == ("rejected", "unlawful")
    page = text(client.get(f"{LIST}{notice.pk}/change/"))
    assert "It denies what a court found." in page
    assert 'name="answer"' not in page
    assert "It denies a crime." not in text(client.get(LIST))
    assert "It denies a crime." in text(client.get(f"{LIST}?state=upheld"))


@pytest.mark.parametrize(("act", "state"), [("dismiss", "dismissed"), ("void", "void")])
def test_a_notice_can_be_dismissed_or_closed(client: Client, max_: User, act: str, state: str) -> None:
    notice = make_notice()
    answer(client, notice, act)
    notice.refresh_from_db()
    assert (notice.state, notice.explanation) == (state, "It is an opinion.")
    assert Comment.objects.get().status == "approved"


def test_an_answer_that_is_refused_keeps_its_words(client: Client, max_: User) -> None:
    notice = make_notice()
    assert "Write the reasons" in answer(client, notice, "dismiss", "  ")
    assert "Press one of the buttons" in answer(client, notice, "explode")
    Comment.objects.update(text="Something else now.", edited_at=timezone.now())
    page = answer(client, notice, "uphold", "My long words.")
    assert "The text was changed after you had read it." in page
    assert "My long words." in page
    notice.refresh_from_db()
    assert (notice.state, notice.explanation) == ("received", "")
    notice.void(by=make_moderator("mia"), explanation="Closed.")
    assert "This notice was void before. Nothing changed." in answer(client, notice, "dismiss")


def test_only_moderators_come_in(client: Client) -> None:
    notice = make_notice()
    client.force_login(make_author_user())
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{notice.pk}/change/").status_code == 403
    assert client.post(f"{LIST}{notice.pk}/change/", {"answer": "take"}).status_code == 403
    client.force_login(make_editor())
    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}{10**30}/change/", follow=True).status_code == 200
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{notice.pk}/delete/").status_code == 403


def test_the_list_costs_the_same_queries_however_many_wait(client: Client, max_: User, django_assert_max_num_queries):
    for _ in range(12):
        make_notice()
    with django_assert_max_num_queries(12):
        client.get(LIST)


def test_a_notice_about_a_comment_that_a_rule_rejected_meanwhile_is_upheld(client: Client, max_: User) -> None:
    comment = make_comment()
    report = comment.report(reason="illegal", statement="A lie", network="192.0.2.0/24")
    assert report is not None
    notice = Notice.enter(report)
    comment.reject(by=None, reason="insult", channel="triage")
    assert Notice.objects.get().is_open
    answer = {"answer": "uphold", "explanation": "It breaks the law."}
    client.post(f"/admin/comments/notice/{notice.pk}/change/", answer)
    notice.refresh_from_db()
    report.refresh_from_db()
    comment.refresh_from_db()
    assert (notice.state, notice.explanation, report.state) == ("upheld", "It breaks the law.", "upheld")
    assert comment.reported_at is None


def test_the_list_stands_in_folders_with_their_counts(client: Client, max_: User) -> None:
    make_notice("The late one.", days=-1)
    dismissed = make_notice("The dismissed one.")
    dismissed.dismiss(by=max_, explanation="An opinion.")
    page = " ".join(text(client.get(LIST)).split())
    for folder, count in (("Open", 1), ("Overdue", 1)):
        assert re.search(rf'{folder} <span class="count[^"]*">{count}</span>', page), folder
    assert "The dismissed one." in text(client.get(f"{LIST}?state=dismissed"))
    assert "The late one." in text(client.get(f"{LIST}?state=nonsense"))


def test_taking_a_notice_keeps_the_reasons_typed_so_far(client: Client, max_: User) -> None:
    notice = make_notice()
    page = answer(client, notice, "take", "It may be an opinion, but")
    assert "It may be an opinion, but</textarea>" in page


def test_the_reasons_of_whoever_came_second_are_given_back(client: Client, max_: User) -> None:
    notice = make_notice()
    notice.dismiss(by=make_moderator("nina"), explanation="An opinion.")
    page = answer(client, notice, "uphold", "Many words on why it is unlawful.")
    assert "What you had typed" in page
    assert "Many words on why it is unlawful.</textarea>" in page


def test_a_notice_that_a_colleague_took_is_not_said_to_be_yours(client: Client, max_: User) -> None:
    notice = make_notice()
    notice.take(by=make_moderator("nina"))
    page = answer(client, notice, "take", "It may be")
    assert "is looking into it already" in page
    assert "You are looking into it" not in page
    assert "It may be</textarea>" in page


def test_whoever_judges_sees_the_parent_and_where_links_lead(client: Client, max_: User) -> None:
    parent = make_comment(text="What did the court find?")
    comment = make_comment(parent.article, "See https://bit.ly/3xyz for it.", parent=parent)
    page = text(client.get(f"{LIST}{make_notice(comment=comment).pk}/change/"))
    assert "What did the court find?" in page
    assert "hides its target" in page


def test_a_comment_removed_on_a_notice_says_so_on_its_page(client: Client, max_: User) -> None:
    notice = make_notice()
    notice.uphold(by=max_, explanation="It denies what a court found.")
    page = text(client.get(f"/admin/comments/comment/{notice.comment_id}/change/"))
    assert f"{notice.pk}, upheld" in page
    assert "whoever sent it is told" in page


@pytest.mark.parametrize("words", ["\u200b", "\u2060 \n"])
def test_reasons_that_show_nothing_are_none(client: Client, max_: User, words: str) -> None:
    assert "Write the reasons" in answer(client, make_notice(), "dismiss", words)
    assert Notice.objects.get().is_open


def test_what_was_typed_for_a_notice_that_is_gone_is_given_back(client: Client, max_: User) -> None:
    notice = make_notice()
    path = f"{LIST}{notice.pk}/change/"
    notice.report.delete()
    typed = {"answer": "uphold", "explanation": "Many words on why it is unlawful.\u202e"}
    page = text(client.post(path, typed, follow=True))
    assert "That notice is not here any more. Nothing changed." in page
    assert "What you had typed" in page
    assert "Many words on why it is unlawful.</textarea>" in page
    assert "Many words" not in text(client.get(LIST)), "once"
    assert "What you had typed" not in text(client.post(path, {"answer": "take"}, follow=True))
