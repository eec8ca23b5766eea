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
from tests.comments.desk.queueing import QUEUE, pending, shown, undo_in
from tests.factories import make_author_user, make_comment, make_editor, make_moderator

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


def test_a_comment_that_waits_again_shows_its_appeal_and_its_notices(
    client: Client, max_: User, article: Article
) -> None:
    comment = pending(article)
    comment.reject(by=max_, reason="insult")
    appeal = Appeal.lodge(comment, "Read it again.")
    comment.restore(by=make_editor())
    assert f"/admin/comments/appeal/{appeal.pk}/change/" in client.get(QUEUE).content.decode()


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
