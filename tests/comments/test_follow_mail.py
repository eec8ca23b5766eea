"""Mail to writers, through a real mail server: asked first, about the right thing, once, and never after a stop."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from comments import follow_mail, receipts, subscriptions
from comments.models import Comment, Follow, Policy, ReplyNotice, Writer
from tests.comments.posting import post, text
from tests.factories import make_article, make_comment, make_moderator
from tests.mailbox import Mailbox, html_of, mail_server, text_of
from tests.working import work_off

pytestmark = pytest.mark.django_db

RITA = "rita@reader.example"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server(settings) as mailbox:
        yield mailbox


@pytest.fixture
def article() -> Article:
    return make_article("The chip maker opens a plant", slug="plant")


def rounds(mailbox: Mailbox) -> list[Any]:
    """Let the worker look and send, and return what arrived."""
    follow_mail.look_for_mail()
    failed = work_off()
    assert not failed, failed[0].traceback
    return mailbox.take()


def followed(article: Article, email: str = RITA, *, confirmed: bool = True, **wish: str) -> Comment:
    """An approved comment with which mail was asked for."""
    comment = make_comment(article, email=email)
    Follow.ask(comment, **wish)
    if confirmed:
        Writer.objects.filter(pk=comment.writer_id).update(confirmed_at=timezone.now(), asking_at=None)
    follow_mail.look_for_mail()
    return comment


def answered(comment: Comment, words: str = "I was there, and it is true.", **fields: Any) -> Comment:
    """An approved reply by somebody else."""
    fields = {"name": "Noor", "email": "noor@reader.example", **fields}
    reply = make_comment(comment.article, words, parent=comment, status="pending", **fields)
    reply.approve(by=make_moderator(f"max-{reply.pk}"))
    return reply


def link_in(message: Any, kind: str) -> str:
    """The path of a link of ours in the plain part."""
    found = re.search(rf"https://news\.example(/comments/{kind}\S*)", text_of(message))
    assert found, text_of(message)
    return found[1]


# Asked first.


def test_a_ticked_box_leads_to_a_question_and_a_press_of_its_button_to_mail(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    post(client, article, follow="on")
    comment = Comment.objects.get()
    comment.approve(by=make_moderator())
    [question] = rounds(mailbox)
    answered(comment)
    assert rounds(mailbox) == []
    page = client.get(link_in(question, "mail/")).content.decode()
    [pk] = re.findall(r'name="follow" value="(\d+)"', page)
    assert Writer.objects.get(key=RITA).confirmed_at is None
    response = client.post(link_in(question, "mail/"), {"follow": pk, "speed": "at-once"})
    assert response.status_code == 303
    assert "The address is confirmed" in text(client.get(response.headers["Location"]))
    # What was answered before the link was followed is told now.
    [mail] = rounds(mailbox)
    assert "I was there, and it is true." in text_of(mail)
    assert rounds(mailbox) == []


def test_a_question_holds_nothing_that_its_sender_chose(client: Client, article: Article, mailbox: Mailbox) -> None:
    post(
        client, article, follow="on", comment="Buy pills at pills.example", name="Cheap Pills", website="pills.example"
    )
    [question] = rounds(mailbox)
    whole = mailbox.raw[0].decode().lower() + text_of(question).lower() + html_of(question).lower()
    assert "pills" not in whole
    assert "The chip maker opens a plant" in text_of(question)


def test_an_address_is_asked_once_an_hour_about_everything_together(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    other = make_article("Another story")
    post(client, article, follow="on")
    assert len(rounds(mailbox)) == 1
    post(client, other, follow="on", comment="Something else.")
    assert rounds(mailbox) == []
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        [question] = rounds(mailbox)
        assert "Another story" in text_of(question)
        assert "The chip maker opens a plant" in text_of(question)
        assert rounds(mailbox) == []


def test_two_workers_give_one_address_one_turn() -> None:
    writer = Writer.of(RITA)
    assert Writer.objects.get(pk=writer.pk).take_turn()
    assert not writer.take_turn()


def test_the_site_asks_no_more_addresses_an_hour_than_it_may_and_tells_the_operator_once(
    settings: Any, article: Article, mailbox: Mailbox, caplog: Any
) -> None:
    settings.COMMENTS_QUESTIONS_PER_HOUR = 2
    for number in range(4):
        followed(article, f"reader-{number}@reader.example", confirmed=False)
    work_off()
    assert len(mailbox.take()) == 2
    assert rounds(mailbox) == []
    alerts = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(alerts) == 1
    assert "COMMENTS_QUESTIONS_PER_HOUR" in alerts[0].getMessage()
    assert "reader.example" not in caplog.text
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert len(rounds(mailbox)) == 2


def test_nobody_is_asked_for_a_comment_in_the_spam_folder_until_it_is_taken_out(
    article: Article, mailbox: Mailbox
) -> None:
    comment = make_comment(article, status="spam")
    Follow.ask(comment)
    assert rounds(mailbox) == []
    comment.approve(by=make_moderator())
    assert len(rounds(mailbox)) == 1


def test_a_question_is_not_answered_by_fetching_it(client: Client, article: Article, mailbox: Mailbox) -> None:
    followed(article, confirmed=False)
    [question] = rounds(mailbox)
    for _ in range(10):
        assert client.get(link_in(question, "mail/")).status_code == 200
        client.head(link_in(question, "mail/"))
    assert Writer.objects.get().confirmed_at is None


def test_what_is_left_unticked_is_not_wanted(client: Client, article: Article, mailbox: Mailbox) -> None:
    """Somebody else may have typed the address under other articles."""
    mine, other = followed(article, confirmed=False), followed(make_article(), confirmed=False)
    [question] = rounds(mailbox)
    follow = Follow.objects.get(comment=mine)
    client.post(link_in(question, "mail/"), {"follow": follow.pk, "speed": "daily"})
    assert list(Follow.objects.all()) == [follow]
    assert Follow.objects.get().speed == "daily"
    answered(other)
    assert rounds(mailbox) == []


def test_unconfirmed_wishes_and_their_links_end_after_the_days_of_the_rules(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    followed(article, confirmed=False)
    kept = followed(article, "known@reader.example")
    question = next(each for each in rounds(mailbox) if each["To"] == RITA)
    days = Policy.current().keep_unconfirmed_days
    with time_machine.travel(timezone.now() + timedelta(days=days, minutes=1)):
        assert client.get(link_in(question, "mail/")).status_code == 404
        follow_mail.forget_old()
    assert list(Follow.objects.values_list("comment", flat=True)) == [kept.pk]


def test_whoever_is_confirmed_is_not_asked_again(article: Article, mailbox: Mailbox) -> None:
    followed(article)
    assert rounds(mailbox) == []


# Replies.


def test_a_reply_is_mailed_when_it_is_approved_and_not_before(article: Article, mailbox: Mailbox) -> None:
    comment = followed(article)
    reply = make_comment(article, "Not read yet.", parent=comment, email="noor@reader.example", status="pending")
    assert rounds(mailbox) == []
    reply.approve(by=make_moderator())
    [mail] = rounds(mailbox)
    assert mail["To"] == RITA
    assert mail["Subject"] == "A new answer to your comment: The chip maker opens a plant"
    assert "> Not read yet." in text_of(mail)
    assert f"https://news.example/comments/{reply.pk}/" in text_of(mail)
    assert "Not read yet.</p>" in html_of(mail)
    assert rounds(mailbox) == []


def test_a_reply_that_is_approved_twice_is_mailed_once(article: Article, mailbox: Mailbox) -> None:
    reply = answered(followed(article))
    assert len(rounds(mailbox)) == 1
    max_ = make_moderator("again")
    reply.reject(by=max_, reason="insult")
    reply.approve(by=max_)
    assert rounds(mailbox) == []


@pytest.mark.parametrize("act", ["withdraw", "reject", "hide the article"])
def test_what_readers_see_no_more_when_the_mail_leaves_is_not_mailed(
    article: Article, mailbox: Mailbox, act: str
) -> None:
    reply = answered(followed(article))
    follow_mail.look_for_mail()
    if act == "withdraw":
        reply.withdraw()
    elif act == "reject":
        reply.reject(by=make_moderator("second"), reason="insult")
    else:
        Article.objects.filter(pk=article.pk).update(state="withdrawn")
    assert rounds(mailbox) == []


def test_nobody_is_mailed_his_own_comment_or_answers_to_somebody_elses(article: Article, mailbox: Mailbox) -> None:
    comment = followed(article)
    answered(comment, email=RITA)
    answered(make_comment(article, email="noor@reader.example"), email="third@reader.example")
    assert rounds(mailbox) == []


def test_the_whole_discussion_is_mailed_to_who_wants_it(article: Article, mailbox: Mailbox) -> None:
    followed(article, scope="all")
    make_comment(article, "On its own.", email="noor@reader.example")
    make_comment(email="noor@reader.example")  # under another article
    [mail] = rounds(mailbox)
    assert mail["Subject"].startswith("A new comment: ")
    assert "On its own." in text_of(mail)


def test_one_person_with_two_wishes_is_told_of_a_reply_once(article: Article, mailbox: Mailbox) -> None:
    followed(article, scope="all")
    answered(followed(article))
    assert len(rounds(mailbox)) == 1


def test_several_replies_of_one_round_come_in_one_mail(article: Article, mailbox: Mailbox) -> None:
    comment = followed(article)
    answered(comment, "The first.")
    answered(comment, "The second.")
    [mail] = rounds(mailbox)
    assert mail["Subject"].startswith("2 new answers to your comment")
    assert text_of(mail).index("The first.") < text_of(mail).index("The second.")


def test_a_digest_leaves_in_the_morning_with_the_day_in_it(article: Article, mailbox: Mailbox, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel("2027-03-02T10:00:00+00:00", tick=False) as clock:
        comment = followed(article, speed="daily")
        clock.shift(60)
        answered(comment, "The first.")
        assert rounds(mailbox) == []
        clock.shift(timedelta(hours=8))
        answered(comment, "The second.")
        assert rounds(mailbox) == []
        clock.move_to("2027-03-03T05:59:00+00:00")
        assert rounds(mailbox) == []
        clock.move_to("2027-03-03T06:00:00+00:00")  # seven in Berlin
        [mail] = rounds(mailbox)
        assert mail["Subject"].startswith("2 new answers")


def test_a_busy_discussion_is_gathered_after_ten_mails_an_hour(article: Article, mailbox: Mailbox) -> None:
    followed(article, scope="all")
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        for number in range(12):
            clock.shift(30)
            make_comment(article, f"Remark {number}.", email="noor@reader.example")
            assert len(rounds(mailbox)) == (1 if number < 10 else 0)
        clock.shift(timedelta(hours=1))
        [mail] = rounds(mailbox)
        assert "2 new comments" in mail["Subject"]


def test_a_wish_made_after_a_reply_was_approved_does_not_bring_it(article: Article, mailbox: Mailbox) -> None:
    rounds(mailbox)
    comment = make_comment(article)
    answered(comment)
    with time_machine.travel(timezone.now() + timedelta(seconds=2)):
        Follow.ask(comment)
        Writer.objects.filter(key=RITA).update(confirmed_at=timezone.now())
        assert rounds(mailbox) == []


# Ended with one press.


def test_every_notification_can_be_ended_by_the_mail_program_itself(article: Article, mailbox: Mailbox) -> None:
    """RFC 8058: a POST without cookie, token or redirect; here with the CSRF check switched on."""
    comment = followed(article)
    answered(comment)
    [mail] = rounds(mailbox)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https://news\.example(/comments/follow/\S+/)>", mail["List-Unsubscribe"].strip())
    assert found
    program = Client(enforce_csrf_checks=True)
    response = program.post(found[1], {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not response.cookies
    answered(comment)
    assert rounds(mailbox) == []


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "a/b"])
def test_ending_works_whatever_body_the_mail_program_sends(article: Article, kind: str) -> None:
    follow = Follow.objects.get(comment=followed(article))
    body = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    sent = body if "multipart" in kind else b"List-Unsubscribe=One-Click"
    assert Client().generic("POST", subscriptions.mute_path(follow), sent, kind).status_code == 200
    follow.refresh_from_db()
    assert follow.muted_at


def test_fetching_a_link_ten_times_ends_nothing(client: Client, article: Article) -> None:
    comment = followed(article)
    follow = Follow.objects.get()
    paths = [subscriptions.mute_path(follow), subscriptions.stop_path(follow.writer)]
    paths += [
        subscriptions.subscriptions_path(follow.writer),
        f"/comments/receipt/{receipts.receipt_token(comment)}/follow/",
    ]
    for path in paths * 10:
        assert client.get(path).status_code in (200, 302)
    follow.refresh_from_db()
    assert follow.muted_at is None
    assert follow.paused_at is None
    assert Writer.objects.get().stopped_at is None


def test_ending_is_for_one_discussion_and_one_person(article: Article, mailbox: Mailbox, client: Client) -> None:
    comment, elsewhere = followed(article), followed(make_article("Elsewhere"))
    noor = followed(article, "noor@reader.example", scope="all")
    client.post(subscriptions.mute_path(Follow.objects.get(comment=comment)))
    answered(comment, email="third@reader.example")
    answered(elsewhere, email="third@reader.example")
    to = sorted((mail["To"], mail["Subject"].split(": ")[1]) for mail in rounds(mailbox))
    assert to == [("noor@reader.example", article.headline), (RITA, "Elsewhere")]
    assert noor.writer_id != comment.writer_id


def test_a_tick_under_a_typed_address_does_not_undo_what_its_owner_ended(
    article: Article, mailbox: Mailbox, client: Client
) -> None:
    comment = followed(article)
    client.post(subscriptions.mute_path(Follow.objects.get()))
    again = followed(article)
    answered(again)
    assert rounds(mailbox) == []
    client.post(subscriptions.mute_path(Follow.objects.get(comment=comment)), {"act": "unmute"})
    answered(again)
    assert len(rounds(mailbox)) == 1


def test_a_reply_found_before_the_end_is_not_mailed_after_it(article: Article, mailbox: Mailbox) -> None:
    answered(followed(article))
    follow_mail.look_for_mail()
    Follow.objects.get().mute()
    assert rounds(mailbox) == []


def test_whoever_stopped_all_mail_gets_none_not_even_a_question(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    comment = followed(article)
    writer = Writer.objects.get(key=RITA)
    assert client.post(subscriptions.stop_path(writer)).status_code == 200
    answered(comment)
    assert rounds(mailbox) == []
    Writer.objects.update(confirmed_at=None)
    post(client, article, follow="on")
    assert rounds(mailbox) == []
    client.post(subscriptions.stop_path(writer), {"act": "resume"})
    assert Writer.objects.get(key=RITA).stopped_at is None


def test_a_link_for_one_thing_does_no_other(client: Client, article: Article) -> None:
    follow = Follow.objects.get(comment=followed(article))
    other = Follow.objects.get(comment=followed(article, "noor@reader.example"))
    token = subscriptions.mute_path(follow).split("/")[-2]
    owned = subscriptions.subscriptions_path(follow.writer).split("/")[-2]
    tampered = f"{other.pk}{token[token.index('-') :]}"
    for path in (
        f"/comments/follow/{tampered}/",
        f"/comments/follow/{owned}/",
        f"/comments/mail/{token}/",
        f"/comments/mail/{owned}/stop/",
        f"/comments/mail/{owned}/confirm/",
        f"/comments/follow/{token[:-1]}/",
        f"/comments/follow/{token}x/",
        "/comments/follow/x/",
        "/comments/follow/" + "9" * 19 + token[token.index("-") :] + "/",
        "/comments/follow/%00/",
    ):
        assert client.post(path).status_code == 404, path
    assert not Follow.objects.filter(muted_at__isnull=False).exists()


# One's own list.


def test_the_list_changes_what_is_its_owners_and_nothing_else(client: Client, article: Article) -> None:
    mine = Follow.objects.get(comment=followed(article))
    noors = Follow.objects.get(comment=followed(article, "noor@reader.example"))
    path = subscriptions.subscriptions_path(mine.writer)
    assert "The chip maker opens a plant" in text(client.get(path))
    assert client.post(path, {"act": "mute", "follow": noors.pk}).status_code == 422
    for fields in ({"act": "mute"}, {"act": "mute", "follow": "9" * 40}, {"act": "speed", "follow": mine.pk}, {}):
        assert client.post(path, fields).status_code == 422
    assert client.post(path, {"act": "speed", "follow": mine.pk, "speed": "daily"}).status_code == 303
    assert client.post(path, {"act": "mute", "follow": mine.pk}).status_code == 303
    assert "Stopped" in text(client.get(path))
    mine.refresh_from_db()
    noors.refresh_from_db()
    assert (mine.speed, bool(mine.muted_at)) == ("daily", True)
    assert (noors.speed, noors.muted_at) == ("at-once", None)
    client.post(path, {"act": "unmute", "follow": mine.pk})
    client.post(path, {"act": "stop"})
    assert Writer.objects.get(key=RITA).stopped_at
    client.post(path, {"act": "resume"})
    assert Writer.objects.get(key=RITA).stopped_at is None
    assert client.post(path, {"act": "stop"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_links_are_made_void_and_a_new_one_is_mailed(client: Client, article: Article, mailbox: Mailbox) -> None:
    follow = Follow.objects.get(comment=followed(article))
    path, mute = subscriptions.subscriptions_path(follow.writer), subscriptions.mute_path(follow)
    assert client.post(path, {"act": "void"}).status_code == 200
    for old in (path, mute, subscriptions.stop_path(follow.writer)):
        assert client.get(old).status_code == 404
    [mail] = rounds(mailbox)
    assert client.get(link_in(mail, "mail/")).status_code == 200


# The receipt's own choice.


def test_a_receipt_asks_for_mail_and_takes_it_back(client: Client, article: Article) -> None:
    comment = make_comment(article, status="pending")
    path = f"/comments/receipt/{receipts.receipt_token(comment)}/follow/"
    response = client.post(path, {"scope": "all", "speed": "daily", "outcome": "1"})
    assert response.status_code == 303
    follow = Follow.objects.get()
    comment.refresh_from_db()
    assert (follow.scope, follow.speed, comment.wants_outcome) == ("all", "daily", True)
    client.post(path, {"scope": "", "speed": "daily"})
    follow.refresh_from_db()
    comment.refresh_from_db()
    assert follow.paused_at
    assert not comment.wants_outcome
    page = client.get(receipts.receipt_url(comment)).content.decode()
    assert page.count(f'action="{path}"') == 1, "one place to choose"
    assert client.post(path, {"scope": "everything"}).status_code == 422
    assert client.post(path, {}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get(path).headers["Location"] == receipts.receipt_url(comment)


def test_a_receipt_tells_nothing_of_what_the_owner_of_the_address_does() -> None:
    """Whoever types Rita's address sees the same on his receipt, whatever Rita has confirmed, followed or ended."""
    from django.template.loader import render_to_string

    from comments.templatetags.mails import follow_panel

    article = make_article()
    panels = set()
    for number, state in enumerate(("new", "confirmed", "muted", "stopped")):
        address = f"rita-{number}@reader.example"
        if state != "new":
            own = followed(article, address, scope="all", speed="daily")
            if state == "muted":
                Follow.objects.get(comment=own).mute()
            if state == "stopped":
                Writer.objects.get(pk=own.writer_id).stop()
        typed = make_comment(article, email=address, status="pending")
        Follow.ask(typed)
        panels.add(render_to_string("comments/_follow.html", follow_panel(typed, "/x/")))
    assert len(panels) == 1


def test_a_post_costs_the_same_whatever_is_known_of_its_address(client: Client) -> None:
    post(client, make_article())  # what is read once per process is read now
    counts = set()
    for number, state in enumerate(("unconfirmed", "confirmed", "stopped")):
        article, address = make_article(), f"rita-{number}@reader.example"
        Writer.of(address)
        if state == "confirmed":
            Writer.objects.filter(address=address).update(confirmed_at=timezone.now())
        if state == "stopped":
            Writer.objects.filter(address=address).update(stopped_at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            response = post(client, article, email=address, follow="on", wants_outcome="on")
        counts.add((response.status_code, len(queries)))
    assert len(counts) == 1


def test_boxes_stay_ticked_when_something_has_to_be_mended(client: Client, article: Article) -> None:
    page = post(client, article, comment="", follow="on").content.decode()
    [box] = re.findall(r"<input[^>]*name=\"follow\"[^>]*>", page)
    assert "checked" in box
    [box] = re.findall(r"<input[^>]*name=\"wants_outcome\"[^>]*>", page)
    assert "checked" not in box


# The decision.


def outcome(mailbox: Mailbox) -> list[Any]:
    """What arrives once the time for an undo has passed."""
    follow_mail.look_for_mail()
    with time_machine.travel(timezone.now() + follow_mail.UNDO_TIME + timedelta(seconds=1)):
        return rounds(mailbox)


def wanting(article: Article) -> Comment:
    comment = make_comment(article, "My own words.", status="pending", wants_outcome=True)
    Writer.objects.update(confirmed_at=timezone.now())
    follow_mail.look_for_mail()
    return comment


def test_a_decision_is_mailed_in_the_receipts_own_words(article: Article, mailbox: Mailbox, client: Client) -> None:
    comment = wanting(article)
    comment.reject(by=make_moderator(), reason="off-topic", note="This is about plants, not about planes.")
    [mail] = outcome(mailbox)
    words = text_of(mail)
    assert mail["To"] == RITA
    assert mail["Subject"].startswith("Your comment is not published")
    assert "Rejected: Off topic." in words
    assert "> This is about plants, not about planes." in words
    assert "> My own words." in words
    assert client.get(link_in(mail, "receipt/")).status_code == 200
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert outcome(mailbox) == []


def test_an_approval_and_the_spam_folder_are_told_as_on_the_receipt(article: Article, mailbox: Mailbox) -> None:
    max_ = make_moderator()
    wanting(article).approve(by=max_)
    assert outcome(mailbox)[0]["Subject"].startswith("Your comment is published")
    wanting(article).mark_spam(by=max_)
    [mail] = outcome(mailbox)
    assert "It lies in the spam folder" in text_of(mail)


def test_a_slip_that_was_undone_is_not_told(article: Article, mailbox: Mailbox) -> None:
    comment, max_ = wanting(article), make_moderator()
    decision = comment.reject(by=max_, reason="insult")
    assert decision
    comment.undo(decision, by=max_)
    comment.approve(by=max_)
    [mail] = outcome(mailbox)
    assert mail["Subject"].startswith("Your comment is published")


@pytest.mark.parametrize("fields", [{"confirmed_at": None}, {"stopped_at": "2026-01-01T00:00Z"}])
def test_no_decision_is_mailed_unasked_unconfirmed_or_after_a_stop(
    article: Article, mailbox: Mailbox, fields: dict[str, Any]
) -> None:
    comment, unasked = wanting(article), make_comment(article, status="pending")
    Writer.objects.update(**fields)
    max_ = make_moderator()
    comment.approve(by=max_)
    unasked.approve(by=max_)
    assert outcome(mailbox) == []


# Sent as it should be.


def test_a_mail_has_two_parts_one_recipient_and_headers_that_no_text_can_add_to(
    article: Article, mailbox: Mailbox
) -> None:
    Article.objects.update(headline="A plant\r\nBcc: everybody@reader.example, and \u202egnirb")
    comment = followed(Article.objects.get())
    name = '"Rita" <rita@reader.example>'
    answered(comment, "-- \nStop mail: https://evil.example/ <script>alert(1)</script>", name=name)
    [mail] = rounds(mailbox)
    assert mailbox.recipients == [RITA]
    assert mail["To"] == RITA
    assert mail["Bcc"] is None
    assert mail["From"] == "newsblog@localhost"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "\n> Stop mail: https://evil.example/" in text_of(mail)
    assert "<script>" not in html_of(mail)
    assert mail.defects == []


@pytest.mark.parametrize(
    ("typed", "reached"),
    [
        ("rita@bücher.example", "rita@xn--bcher-kva.example"),
        ("Rita@Reader.Example", "Rita@Reader.Example"),
        ("rita@аpple.example", "rita@xn--pple-43d.example"),  # a Cyrillic letter: another host, and another person
    ],
)
def test_an_address_of_other_letters_reaches_its_own_host(
    article: Article, mailbox: Mailbox, typed: str, reached: str
) -> None:
    followed(article, typed, confirmed=False)
    [mail] = rounds(mailbox)
    assert mailbox.recipients == [reached]
    assert mail["To"].addresses[0].display_name == ""


def test_a_mail_that_fails_is_tried_again_and_told_once(article: Article, mailbox: Mailbox, caplog: Any) -> None:
    answered(followed(article))
    mailbox.refusal = "451 busy; rita@reader.example has to wait"
    assert rounds(mailbox) == []
    assert ReplyNotice.objects.get().sent_at is None
    mailbox.refusal = ""
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert len(rounds(mailbox)) == 1
        assert rounds(mailbox) == []
    assert "rita" not in caplog.text


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(
    article: Article, mailbox: Mailbox, caplog: Any
) -> None:
    caplog.set_level(logging.INFO)
    followed(article, confirmed=False)
    mailbox.refused = "550 rita@reader.example: no such mailbox"
    rounds(mailbox)
    mailbox.refused = ""
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert rounds(mailbox) == []
    ours = " ".join(record.getMessage() for record in caplog.records if record.name != "mail.log")
    assert "550" in ours
    assert "rita" not in ours


def test_a_post_asks_nothing_more_of_the_database_where_no_box_is_ticked(client: Client) -> None:
    post(client, make_article())  # what is read once per process is read now
    counts = []
    for fields in ({}, {"follow": "on"}):
        article = make_article()
        with CaptureQueriesContext(connection) as queries:
            post(client, article, email=f"{len(counts)}@reader.example", **fields)
        counts.append(len(queries))
        assert not any("follow" in query["sql"] for query in queries if not fields)
    assert counts[1] == counts[0] + 2


def test_what_anybody_can_cause_counts_for_the_sites_number_whatever_it_is_about(settings: Any, caplog: Any) -> None:
    settings.COMMENTS_QUESTIONS_PER_HOUR = 1
    rita, olga = Writer.of(RITA), Writer.of("olga@reader.example")
    assert rita.take_turn()
    assert not olga.take_turn()
    assert "COMMENTS_QUESTIONS_PER_HOUR" in caplog.text
    rita.return_turn()
    assert olga.take_turn()
