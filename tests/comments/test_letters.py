"""The outcome by mail, and every letter to a writer as it leaves: its parts, its headers, and what fails."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.template.base import TextNode
from django.template.defaulttags import AutoEscapeControlNode, LoadNode
from django.template.loader import get_template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article
from comments import follow_mail
from comments.mail import letter
from comments.models import Comment, Follow, ReplyNotice, Writer
from comments.models.follow import ReplyNoticeQuerySet
from newsblog.jobs import take_up_what_was_left
from tests.comments.following import RITA, answered, article, followed, link_in, mailbox, rounds
from tests.comments.posting import post
from tests.factories import make_article, make_comment, make_moderator
from tests.mailbox import Mailbox, html_of, text_of
from tests.working import work_off

__all__ = ["article", "mailbox"]  # fixtures

pytestmark = pytest.mark.django_db

TEMPLATES = Path(django_settings.BASE_DIR) / "templates"


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


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*/mail/*.txt")), ids=lambda path: path.stem)
def test_plain_text_prints_signs_as_they_are(path: Path) -> None:
    """All that a plain part prints stands where nothing is escaped, as it would be for a page."""
    parts = [part for part in get_template(str(path)).template.nodelist if not isinstance(part, TextNode | LoadNode)]
    assert [type(part) for part in parts] == [AutoEscapeControlNode]
    assert not parts[0].setting


@pytest.mark.parametrize("name", ["my_data", "notice_received", "notice_decided", "notice_changed"])
def test_a_name_of_the_site_with_a_sign_in_it_is_printed_as_it_is(settings: Any, name: str) -> None:
    settings.SITE_NAME = "News & Views"
    body = letter(name, to=RITA, subject="About you", about={"number": 7, "stop": "https://news.example/?a=1&b=2"}).body
    assert "News & Views" in body
    assert "&amp;" not in body


@pytest.mark.parametrize(
    ("typed", "reached"),
    [
        ("rita@bücher.example", "rita@xn--bcher-kva.example"),
        ("Rita@Reader.Example", "Rita@reader.example"),
        ("rita@faß.example", "rita@xn--fa-hia.example"),  # not fass.example, which is somebody else's
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


def test_a_worker_that_is_killed_while_it_mails_loses_no_reply(article: Article, mailbox: Mailbox) -> None:
    """As kill -9 leaves it: the reply was taken, the task runs for ever, and nobody was told."""
    answered(followed(article))
    follow_mail.look_for_mail()
    now = timezone.now()
    ReplyNotice.objects.update(taken_at=now)
    DBTaskResult.objects.filter(task_path__endswith="mail_replies").update(status="RUNNING", started_at=now)
    for minutes, letters in ((5, 0), (59, 0), (61, 1), (130, 0)):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            take_up_what_was_left.enqueue()
            assert work_off() == []
            assert len(mailbox.take()) == letters, minutes
    assert ReplyNotice.objects.get().sent_at == now + timedelta(minutes=61)


def test_two_workers_at_one_follow_mail_a_reply_once(article: Article, mailbox: Mailbox) -> None:
    comment = followed(article)
    answered(comment)
    follow_mail.look_for_mail()
    ReplyNotice.objects.update(taken_at=timezone.now())  # the other worker is about to send it
    assert rounds(mailbox) == []
    answered(comment, "And I was there too.")
    [letter] = rounds(mailbox)
    assert "And I was there too." in text_of(letter)
    assert "it is true" not in text_of(letter)


def test_a_discussion_that_is_muted_while_its_mail_is_made_gets_no_empty_letter(
    article: Article, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = followed(article)
    answered(comment)
    take = ReplyNoticeQuerySet.update

    def take_and_mute(rows: ReplyNoticeQuerySet, **values: Any) -> int:
        taken = take(rows, **values)
        if values.get("taken_at"):
            Follow.objects.get(comment=comment).mute()
        return taken

    monkeypatch.setattr(ReplyNoticeQuerySet, "update", take_and_mute)
    assert rounds(mailbox) == []
    assert not ReplyNotice.objects.exists()


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


# A story that goes for a while.


def withdrawn(article: Article) -> Article:
    article.withdraw(by=None, reason="A source took it back.")
    return article


@pytest.mark.parametrize("looked", ["before", "after", "queued"])
def test_a_reply_whose_story_is_away_is_mailed_once_it_is_back(article: Article, mailbox: Mailbox, looked: str) -> None:
    """Approved while the story was away, or noted or even queued when it went: nothing is lost, and nothing early."""
    comment = followed(article)
    if looked == "after":
        withdrawn(article)
    answered(comment)
    if looked == "queued":
        follow_mail.look_for_mail()
    if looked != "after":
        withdrawn(article)
    assert rounds(mailbox) == []
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert rounds(mailbox) == []
        Article.objects.get().publish(by=None)
        [mail] = rounds(mailbox)
        assert "I was there, and it is true." in text_of(mail)
        assert rounds(mailbox) == []


def test_a_reply_that_is_taken_back_while_its_story_is_away_is_never_mailed(article: Article, mailbox: Mailbox) -> None:
    comment = followed(article)
    reply = answered(comment)
    withdrawn(article)
    assert rounds(mailbox) == []
    reply.withdraw()
    Article.objects.get().publish(by=None)
    assert rounds(mailbox) == []
    assert not ReplyNotice.objects.exists()


def test_a_reply_whose_story_stays_away_is_no_news_after_a_week(article: Article, mailbox: Mailbox) -> None:
    comment = followed(article)
    withdrawn(article)
    answered(comment)
    assert rounds(mailbox) == []
    with time_machine.travel(timezone.now() + follow_mail.STALE + timedelta(minutes=1)):
        follow_mail.forget_old()
        Article.objects.get().publish(by=None)
        assert rounds(mailbox) == []


@pytest.mark.parametrize("act", ["approve", "restore"])
def test_a_decision_by_mail_is_worded_for_mail(article: Article, mailbox: Mailbox, act: str) -> None:
    comment = wanting(article)
    comment.approve(by=make_moderator())
    if act == "restore":
        comment.restore(by=make_moderator("nina"))
    [mail] = outcome(mailbox)
    for words in (text_of(mail), html_of(mail)):
        assert "this page" not in words
        assert "Approved." not in words
        assert "appears here" not in words
        assert ("You can take it back from your receipt." in words) == (act == "approve")
