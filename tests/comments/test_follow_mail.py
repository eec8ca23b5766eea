"""Mail to writers about replies, through a real mail server: asked first, about the right thing, and once."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import follow_mail
from comments.models import Appeal, Comment, Follow, Notice, Policy, Writer
from tests.comments.following import RITA, answered, article, followed, link_in, mailbox, rounds
from tests.comments.posting import post, text
from tests.factories import make_article, make_comment, make_editor, make_moderator
from tests.mailbox import Mailbox, html_of, text_of
from tests.working import work_off

__all__ = ["article", "mailbox"]  # fixtures

pytestmark = pytest.mark.django_db


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


def shown_on(client: Client, path: str) -> list[str]:
    """The wishes that the page which confirms an address shows, as it posts them back."""
    return re.findall(r'name="shown" value="(\w+)"', client.get(path).content.decode())


def test_what_is_wished_for_while_the_page_is_open_stays(client: Client, article: Article, mailbox: Mailbox) -> None:
    mine = followed(article, confirmed=False)
    [question] = rounds(mailbox)
    path = link_in(question, "mail/")
    shown = shown_on(client, path)
    later = followed(make_article(), confirmed=False)
    Comment.objects.filter(pk=later.pk).update(wants_outcome=True)
    client.post(path, {"shown": shown})
    assert Follow.objects.get(comment=mine).declined_at, "shown, and not ticked"
    assert list(Follow.objects.active()) == [Follow.objects.get(comment=later)]
    assert Comment.objects.get(pk=later.pk).wants_outcome


def test_what_is_left_unticked_is_not_wanted(client: Client, article: Article, mailbox: Mailbox) -> None:
    """Somebody else may have typed the address under other articles."""
    mine, other = followed(article, confirmed=False), followed(make_article(), confirmed=False)
    [question] = rounds(mailbox)
    follow = Follow.objects.get(comment=mine)
    path = link_in(question, "mail/")
    client.post(path, {"shown": shown_on(client, path), "follow": follow.pk, "speed": "daily"})
    assert list(Follow.objects.active()) == [follow]
    assert Follow.objects.active().get().speed == "daily"
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


def test_a_digest_leaves_in_the_morning_with_the_day_in_it(mailbox: Mailbox, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel("2027-03-02T10:00:00+00:00", tick=False) as clock:
        comment = followed(make_article(), speed="daily")
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


def wanting(article: Article, **fields: Any) -> Comment:
    """A comment that waits, whose writer has a confirmed address."""
    comment = make_comment(article, status="pending", **fields)
    Writer.objects.filter(pk=comment.writer_id).update(confirmed_at=timezone.now())
    follow_mail.look_for_mail()
    return comment


def minutes_later(mailbox: Mailbox, minutes: int) -> list[str]:
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        return [str(mail["Subject"]) for mail in rounds(mailbox)]


@pytest.mark.parametrize("act", ["report", "feature", "amend", "keep"])
def test_a_decision_is_mailed_once_whatever_else_is_done_about_the_comment(
    article: Article, mailbox: Mailbox, act: str
) -> None:
    comment, moderator = wanting(article, wants_outcome=True), make_moderator()
    comment.approve(by=moderator)
    follow_mail.look_for_mail()
    assert len(minutes_later(mailbox, 5)) == 1
    comment.refresh_from_db()
    if act == "feature":
        comment.feature(by=moderator)
    elif act == "amend":
        comment.amend(by=moderator, text="Other words", reason="Spelling")
    else:
        comment.report(reason="abuse", network="192.0.2.0/24")
    if act == "keep":
        comment.dismiss_reports(by=moderator)
    assert minutes_later(mailbox, 10) == []


def test_an_appeal_brings_no_mail_before_it_is_judged(article: Article, mailbox: Mailbox) -> None:
    comment = wanting(article, wants_outcome=True)
    comment.reject(by=make_moderator(), reason="insult")
    follow_mail.look_for_mail()
    assert len(minutes_later(mailbox, 5)) == 1
    appeal = Appeal.lodge(comment, "Read it again")
    assert minutes_later(mailbox, 10) == []
    appeal.refuse(by=make_moderator("other"))
    follow_mail.look_for_mail()
    assert len(minutes_later(mailbox, 15)) == 1


def test_a_comment_from_before_the_wish_is_not_mailed_when_readers_report_it(
    article: Article, mailbox: Mailbox
) -> None:
    old = make_comment(article, "An old one", name="Kim", email="kim@reader.example")
    follow_mail.look_for_mail()
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        followed(article, scope="all")
        assert rounds(mailbox) == []
    with time_machine.travel(timezone.now() + timedelta(hours=4)):
        Comment.objects.get(pk=old.pk).report(reason="abuse", network="192.0.2.0/24")
        assert rounds(mailbox) == []


@pytest.mark.parametrize("act", ["appeal", "reject"])
def test_nobody_is_asked_for_spam_that_stays_from_readers(article: Article, mailbox: Mailbox, act: str) -> None:
    comment = make_comment(article, status="spam", wants_outcome=True)
    follow_mail.look_for_mail()
    if act == "appeal":
        Appeal.lodge(comment, "It is no spam")
    else:
        comment.reject(by=make_moderator(), reason="advertising")
    assert rounds(mailbox) == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_is_decided_on_a_notice_is_told_to_a_confirmed_address_unasked(
    article: Article, mailbox: Mailbox, confirmed: bool
) -> None:
    comment = wanting(article)
    comment.approve(by=make_moderator())
    if not confirmed:
        Writer.objects.update(confirmed_at=None)
    report = comment.report(reason="illegal", statement="A lie", network="192.0.2.0/24")
    assert report is not None
    Notice.enter(report).uphold(by=make_moderator("other"), explanation="It breaks the law.")
    follow_mail.look_for_mail()
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        mails = rounds(mailbox)
    assert len(mails) == confirmed
    for mail in mails:
        for words in (text_of(mail), html_of(mail)):
            assert "Statement of reasons" in words
            assert "It breaks the law." in words
            assert "the law wants you to be told" in words
            assert "If you disagree" in words


def test_a_reply_of_the_newsroom_has_a_line_that_no_name_makes(article: Article, mailbox: Mailbox) -> None:
    mine, ada = followed(article), make_editor()
    ada.groups.add(Group.objects.get(name="moderator"))
    answered(mine, name="Ada King, newsblog")
    answered(mine, name="From the newsroom:", words="From the newsroom:\n\n**From the newsroom:**")
    [letter] = rounds(mailbox)
    assert "From the newsroom:" not in text_of(letter).splitlines()
    assert 'class="newsroom"' not in html_of(letter)
    mine.answer(by=ada, text="We asked them.")
    [letter] = rounds(mailbox)
    lines = text_of(letter).splitlines()
    assert lines[lines.index("From the newsroom:") + 1].startswith("Ada King, ")
    assert ", newsblog" not in text_of(letter)
    assert html_of(letter).count('class="newsroom"') == 1


def test_a_link_that_reads_as_another_is_spelled_out_in_mail(article: Article, mailbox: Mailbox) -> None:
    answered(followed(article), words="See http://\u0430\u0440\u0440\u04cf\u0435.com for it.")
    [letter] = rounds(mailbox)
    for part in (text_of(letter), html_of(letter)):
        assert "xn--80ak6aa92e.com" in part
        assert "\u0430\u0440\u0440\u04cf\u0435" not in part
