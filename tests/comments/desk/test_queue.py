"""The moderation queue: what it shows, what a press does, and what it never gives away."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.utils import timezone

from articles.models import Article
from comments.models import Appeal, Comment, Decision, Policy, Thread, Writer
from tests.comments.desk.queueing import QUEUE, pending, shown
from tests.factories import make_author_user, make_comment, make_editor

pytestmark = pytest.mark.django_db


def test_the_oldest_waiting_comment_stands_first(client: Client, max_: User, article: Article) -> None:
    first, second = pending(article), pending(article)
    make_comment(article)
    assert shown(client.get(QUEUE).content.decode()) == [first.pk, second.pk]


def test_an_approved_comment_shows_on_the_page_at_once(client: Client, max_: User, article: Article) -> None:
    comment = pending(article, "The patch works for me.")
    page = article.get_absolute_url()
    assert "The patch works for me." not in Client().get(page).content.decode()
    answer = client.post(QUEUE, {"decide": f"approve:{comment.pk}", "seen": "pending"})
    assert answer.status_code == 302
    assert "The patch works for me." in Client().get(page).content.decode()


def test_the_next_comment_has_the_focus_after_an_act(client: Client, max_: User, article: Article) -> None:
    first, second = pending(article), pending(article)
    html = client.get(QUEUE).content.decode()
    assert f'name="next" value="{second.pk}"' in html
    answer = client.post(QUEUE, {"decide": f"spam:{first.pk}", "seen": "pending", "next": str(second.pk)})
    assert answer.url == f"{QUEUE}#c{second.pk}"


@pytest.fixture
def withdrawn(article: Article) -> Article:
    """The article, once its editor has withdrawn it."""
    article.withdraw(by=make_editor(), reason="It was wrong.")
    return article


@pytest.mark.parametrize(
    ("word", "status", "said"),
    [
        ("approve", "pending", "approved: readers see it once its article is published"),
        ("feature", "approved", "featured: readers see it set off once its article is published"),
        ("answer", "pending", "is there: readers see both once its article is published"),
        ("answer", "approved", "is there: readers see it once its article is published"),
    ],
)
def test_nobody_is_told_that_readers_see_what_stands_under_a_withdrawn_article(
    client: Client, max_: User, withdrawn: Article, word: str, status: str, said: str
) -> None:
    comment = make_comment(withdrawn, status=status)
    press = {"decide": f"{word}:{comment.pk}", "seen": comment.on_screen, "reply": "Well said, and true."}
    html = client.post(f"{QUEUE}{comment.pk}/change/", press, follow=True).content.decode()
    assert said in html
    assert "readers see it now" not in html


def test_a_card_tells_the_state_of_an_article_that_readers_do_not_see(
    client: Client, max_: User, withdrawn: Article
) -> None:
    comment = pending(withdrawn)
    for page in (QUEUE, f"{QUEUE}?view=rows", f"{QUEUE}{comment.pk}/change/"):
        assert "Article withdrawn</span>" in client.get(page, follow=True).content.decode()
    Article.objects.filter(pk=withdrawn.pk).update(state="published", publish_at=timezone.now() + timedelta(hours=1))
    assert "Article scheduled</span>" in client.get(QUEUE).content.decode()
    Article.objects.filter(pk=withdrawn.pk).update(publish_at=timezone.now() - timedelta(hours=1))
    assert "Article " not in client.get(QUEUE).content.decode()


def test_a_decision_about_words_that_changed_since_is_refused(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    html = client.get(QUEUE).content.decode()
    seen = re.search(r'name="seen" value="(pending@\w+)"', html)
    assert seen
    Comment.objects.filter(pk=comment.pk).update(text="Buy this now.", edited_at=timezone.now())
    press = {"decide": f"approve:{comment.pk}", "seen": seen[1]}
    html = client.post(QUEUE, press, follow=True).content.decode()
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert "The text was changed after you had read it" in html
    client.post(QUEUE, {**press, "seen": comment.on_screen})
    comment.refresh_from_db()
    assert comment.status == "approved"


def test_a_reply_to_words_that_changed_since_is_refused_and_kept(client: Client, max_: User, article: Article) -> None:
    comment = make_comment(article)
    seen = comment.on_screen
    Comment.objects.filter(pk=comment.pk).update(text="Buy this now.", edited_at=timezone.now())
    press = {"decide": f"answer:{comment.pk}", "seen": seen, "reply": "Well said."}
    html = client.post(f"{QUEUE}{comment.pk}/change/", press, follow=True).content.decode()
    assert "Nothing was decided" in html
    assert "Well said.</textarea>" in html
    assert Comment.objects.count() == 1


def test_a_contrary_click_is_told_who_decided(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    comment.reject(by=make_editor(), reason="insult")
    answer = client.post(QUEUE, {"decide": f"approve:{comment.pk}", "seen": "pending"}, follow=True)
    comment.refresh_from_db()
    assert comment.status == "rejected"
    assert "Ada King" in answer.content.decode()
    assert "Nothing changed" in answer.content.decode()


@pytest.mark.parametrize("reason", ["", "because", None])
def test_a_rejection_without_a_reason_is_refused(
    client: Client, max_: User, article: Article, reason: str | None
) -> None:
    comment = pending(article)
    data = {"decide": f"reject:{comment.pk}", "seen": "pending"} | ({} if reason is None else {"reason": reason})
    html = client.post(QUEUE, data, follow=True).content.decode()
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert "Choose a reason" in html


def test_a_rejection_keeps_its_reason_and_note(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    client.post(
        QUEUE, {"decide": f"reject:{comment.pk}", "seen": "pending", "reason": "off-topic", "note": "Try the forum."}
    )
    comment.refresh_from_db()
    assert (comment.status, comment.reason, comment.note) == ("rejected", "off-topic", "Try the forum.")


def test_no_address_reaches_the_queue_or_its_search(client: Client, max_: User, article: Article) -> None:
    comment = pending(article, "A remark.", email="marker-rita@secret.example")
    for url in (QUEUE, f"{QUEUE}?view=rows", f"{QUEUE}{comment.pk}/change/", "/admin/"):
        html = client.get(url, follow=True).content.decode()
        assert "marker-rita" not in html
        assert "secret.example" not in html
    assert shown(client.get(f"{QUEUE}?q=marker-rita").content.decode()) == []
    assert shown(client.get(f"{QUEUE}?q=remark").content.decode()) == [comment.pk]


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Two lines.\n\nNo more.", False), ("A verse.\n\n" * 12, True), ("word " * 300, True), ("word " * 200, False)],
)
def test_a_text_that_would_push_its_buttons_away_is_folded(
    client: Client, max_: User, article: Article, text: str, folded: bool
) -> None:
    pending(article, text)
    for view in ("cards", "rows"):
        assert ("Whole comment" in client.get(f"{QUEUE}?view={view}").content.decode()) == folded


def test_a_link_is_spelled_out_with_the_host_it_reads_as(client: Client, max_: User, article: Article) -> None:
    pending(article, "See https://xn--fundrcovery-9db.com/help and https://bit.ly/3xyz")
    html = client.get(QUEUE).content.decode()
    assert "<b>xn--fundrcovery-9db.com</b>" in html
    assert "reads as " in html
    assert "hides its target" in html
    assert 'href="https://bit.ly' not in html


def test_the_writers_record_stands_beside_the_comment(client: Client, max_: User, article: Article) -> None:
    for _ in range(2):
        make_comment(article, email="okafor@reader.example")
    make_comment(article, email="okafor@reader.example", status="spam")
    pending(article, email="okafor@reader.example")
    html = client.get(QUEUE).content.decode()
    assert "2 approved" in html
    assert "1 spam" in html


def test_a_page_holds_twenty_and_asks_the_same_number_of_questions_for_any_number(
    client: Client, max_: User, article: Article, django_assert_max_num_queries
) -> None:
    for number in range(23):
        pending(article, name=f"Reader {number}", email=f"r{number}@reader.example")
    with django_assert_max_num_queries(16) as asked:
        html = client.get(QUEUE).content.decode()
    assert len(shown(html)) == 20
    assert not [query for query in asked.captured_queries if "COUNT(*)" in query["sql"] and "LIMIT" not in query["sql"]]


def test_one_comment_shows_its_decisions_and_leads_to_the_next(client: Client, max_: User, article: Article) -> None:
    first, second = pending(article), pending(article)
    page = client.get(f"{QUEUE}{first.pk}/change/").content.decode()
    assert "Number 1 of 2 waiting" in page
    answer = client.post(f"{QUEUE}{first.pk}/change/", {"decide": f"approve:{first.pk}", "seen": "pending"})
    assert answer.url == f"{QUEUE}{second.pk}/change/"
    page = client.get(f"{QUEUE}{first.pk}/change/").content.decode()
    assert "Max Orsini" in page


def test_a_reply_and_the_comment_it_answers_appear_together(client: Client, max_: User, article: Article) -> None:
    comment = pending(article, "Is the LTS branch affected?")
    client.post(
        f"{QUEUE}{comment.pk}/change/", {"decide": f"answer:{comment.pk}", "seen": "pending", "reply": "It is not."}
    )
    page = Client().get(article.get_absolute_url()).content.decode()
    assert "Is the LTS branch affected?" in page
    assert "It is not." in page
    assert Comment.objects.get(staff=max_).parent_id == comment.pk


@pytest.mark.parametrize("reply", ["  ", "\u200b", "\u3164"])
def test_a_reply_that_shows_nothing_approves_nothing(client: Client, max_: User, article: Article, reply: str) -> None:
    comment = pending(article)
    url = f"{QUEUE}{comment.pk}/change/"
    html = client.post(url, {"decide": f"answer:{comment.pk}", "reply": reply}, follow=True).content.decode()
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert "Write the reply first" in html


@pytest.mark.parametrize("press", ["approve:999999", "destroy:1", "approve:", "approve:x"])
def test_a_press_on_what_is_not_there_changes_nothing(client: Client, max_: User, article: Article, press: str) -> None:
    pending(article)
    assert client.post(QUEUE, {"decide": press}).status_code == 302
    assert Decision.objects.count() == 0


def test_authors_have_no_queue(client: Client, article: Article) -> None:
    comment = pending(article)
    client.force_login(make_author_user())
    for url in (QUEUE, f"{QUEUE}{comment.pk}/change/"):
        assert client.get(url).status_code == 403
        assert client.post(url, {"decide": f"approve:{comment.pk}"}).status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_nothing_is_deleted_or_added_here(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    assert client.post(f"{QUEUE}{comment.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{QUEUE}add/").status_code == 403
    client.post(QUEUE, {"index": "0", "action": "delete_selected", "_selected_action": [comment.pk]})
    assert Comment.objects.filter(pk=comment.pk).exists()


def test_a_thread_is_closed_with_a_reason_and_reopened(client: Client, max_: User, article: Article) -> None:
    make_comment(article)
    url = f"/admin/comments/thread/{article.pk}/change/"
    html = client.post(url, {"mode": "closed", "closed_reason": " "}).content.decode()
    assert "Say why" in html
    assert Thread.of(article).mode == "open"
    client.post(url, {"mode": "closed", "closed_reason": "It went in circles."})
    assert (Thread.of(article).mode, Thread.of(article).closed_reason) == ("closed", "It went in circles.")
    client.post(url, {"mode": "open", "closed_reason": ""})
    assert Thread.of(article).closed_at is None


def test_the_address_is_not_even_read(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    assert Writer.objects.filter(comments=comment).exists()
    request = RequestFactory().get(QUEUE)
    request.user = max_
    found = admin.site.get_model_admin(Comment).get_queryset(request).get(pk=comment.pk)
    assert found.writer.get_deferred_fields() >= {"address", "key"}


def test_ids_that_no_row_can_have_are_passed_over(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    huge = "9" * 30
    assert client.post(QUEUE, {"undo": f"{huge},x"}).status_code == 302
    client.post(QUEUE, {"action": "approve", "index": "0", "_selected_action": [huge, "x", str(comment.pk)]})
    comment.refresh_from_db()
    assert comment.status == "approved"


@pytest.mark.parametrize("asked", ["network__startswith=203", "id__in=" + "9" * 30, "text__regex=("])
def test_the_queue_is_narrowed_by_its_menus_alone(client: Client, max_: User, article: Article, asked: str) -> None:
    pending(article)
    assert client.get(f"{QUEUE}?{asked}").status_code == 400


def test_the_row_of_its_writing_names_the_rule_of_that_day(client: Client, max_: User, article: Article) -> None:
    comment = pending(article, rule="links", because="It has 3 links.")
    page = client.get(f"{QUEUE}{comment.pk}/change/").content.decode()
    assert "Written</span> It has 3 links. <span" in page
    comment.approve(by=max_)
    Policy(reports_to_hold=1).save()
    comment.report(reason="abuse", network="203.0.113.0/24")
    page = client.get(f"{QUEUE}{comment.pk}/change/").content.decode()
    assert "Held by readers&#x27; reports: 1 abuse." in page
    assert "Written</span> Number of links <span" in page


def test_a_comment_that_waits_again_shows_its_appeal_and_its_notices(
    client: Client, max_: User, article: Article
) -> None:
    comment = pending(article)
    comment.reject(by=max_, reason="insult")
    appeal = Appeal.lodge(comment, "Read it again.")
    comment.restore(by=make_editor())
    assert f"/admin/comments/appeal/{appeal.pk}/change/" in client.get(QUEUE).content.decode()
