"""What a receipt, its copy and its statements tell whoever typed an address: nothing of whose it is."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from comments import follow_mail, receipts, subscriptions
from comments.follow_mail import look_for_mail
from comments.models import Block, BlockedWord, Comment, Decision, Follow, Measure, Policy, Statement, Writer
from tests.comments.posting import post, text
from tests.factories import make_article, make_comment, make_moderator
from tests.working import work_off, work_off_later

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

KNOWN = "known@reader.example"


def typed(email: str = KNOWN, **fields: str) -> Comment:
    """A comment that somebody posted under an address."""
    words = f"The plant opens in spring, says notice {Comment.objects.count()}."
    post(Client(REMOTE_ADDR="203.0.113.40"), make_article(), email=email, **{"comment": words, **fields})
    return Comment.objects.latest("pk")


def panel(comment: Comment) -> list[str]:
    """What the receipt's choice of mail shows as chosen."""
    page = text(Client().get(receipts.receipt_url(comment)))
    return re.findall(
        r'(?:name="scope" id="[^"]*" value="([\w-]*)"|name="outcome" id="outcome" value="1") checked', page
    )


# Statements of reasons, and the public log.


def unknown() -> None:
    return None


def regular() -> None:
    make_comment(email=KNOWN)


def always_held() -> None:
    writer = make_comment(email=KNOWN).writer
    assert writer is not None
    Measure.impose(writer, "hold", by=make_moderator("judge"), reason="Insults.")


def often_rejected() -> None:
    make_comment(email=KNOWN, status="pending").reject(by=make_moderator("judge"), reason="insult")


def trusted() -> None:
    Policy(trust_confirmed=True, trust_after=1).save()
    make_comment(email=KNOWN)
    Writer.objects.update(confirmed_at=timezone.now())


@pytest.mark.parametrize("known", [regular, always_held, often_rejected, trusted])
def test_a_statement_names_no_rule_that_looks_at_the_person(known) -> None:
    max_ = make_moderator()
    stranger = typed("somebody@else.example")
    stranger.reject(by=max_, reason="off-topic")
    known()
    comment = typed()
    comment.reject(by=max_, reason="off-topic")
    told = [Statement.objects.get(comment=each).automation for each in (stranger, comment)]
    assert told[0] == told[1]


def test_the_public_log_names_rules_about_words_alone() -> None:
    Policy(public_log=True).save()
    BlockedWord.objects.create(phrase="casino", effect="spam")
    words = typed(comment="Come to the casino.")
    Block.objects.create(kind="mail", value="reader.example", effect="spam")
    person = typed()
    assert [each.rule for each in (words, person)] == ["blocked-words", "blocked-mail"]
    page = text(Client().get("/comments/log/"))
    assert page.count("Listed words") == 1
    assert page.count("<tr>") == 3, "a row for each, and the head"
    assert "blocked mail" not in page.lower()


# Mail that was asked for.


def test_an_owner_who_declines_leaves_the_receipt_as_it_was(client: Client) -> None:
    comment = typed(follow="on", wants_outcome="on")
    before = panel(comment)
    assert before == ["replies", ""]
    assert comment.writer is not None
    follow = Follow.objects.get()
    client.post(subscriptions.question_path(comment.writer), {"shown": [str(follow.pk), "outcome"]})
    assert panel(comment) == before
    comment.approve(by=make_moderator())
    reply = make_comment(comment.article, parent=comment, email="noor@reader.example", status="pending")
    reply.approve(by=make_moderator("nina"))
    mail.outbox.clear()
    look_for_mail()
    assert work_off_later() == []
    assert mail.outbox == []
    later = typed(wants_outcome="on")
    later.approve(by=make_moderator("tom"))
    look_for_mail()
    assert work_off_later() == []
    assert [letter.to for letter in mail.outbox] == [[KNOWN]], "a wish of after that is one"


@pytest.mark.parametrize("choice", ["replies", "", "keep"])
def test_an_old_receipt_tells_nothing_of_the_owner_and_pauses_nothing(client: Client, choice: str) -> None:
    told = []
    for confirmed in (True, False):
        comment = typed(f"{confirmed}@reader.example".lower(), follow="on")
        if confirmed:
            Writer.objects.filter(pk=comment.writer_id).update(confirmed_at=timezone.now())
        long_ago = timezone.now() - timedelta(days=8)
        Follow.objects.filter(comment=comment).update(created_at=long_ago)
        Comment.objects.filter(pk=comment.pk).update(created_at=long_ago)
        follow_mail.forget_old()
        seen = [panel(comment)]
        link = receipts.receipt_url(comment)
        copies = [client.post(f"{link}data/", {"act": "export"}).content]
        client.post(f"{link}follow/", {"scope": choice, "speed": "at-once"})
        seen.append(panel(comment))
        copies.append(client.post(f"{link}data/", {"act": "export"}).content)
        wishes = [json.loads(copy)["Mail that you asked for"] for copy in copies]
        told.append((seen, [len(rows) for rows in wishes]))
    assert told[0] == told[1]
    assert told[0][0] == [["keep"], [choice]]
    still = Follow.objects.filter(writer__confirmed_at__isnull=False, paused_at=None)
    assert still.exists() == (choice != "")


# Addresses of other hosts.


@pytest.mark.parametrize(
    "host", ["rea\u200dder.example", "rea\u200cder.example", f"{'ä' * 60}.example", "a\u0378b.example", ""]
)
def test_a_host_that_nobody_can_register_is_refused(client: Client, host: str) -> None:
    answer = post(client, make_article(), email=f"rita@{host}")
    assert answer.status_code == 422
    assert "This is not a whole email address." in text(answer)
    assert len(answer.context["form"].errors["email"]) == 1  # said once
    assert not Writer.objects.exists()


def test_many_spellings_of_one_host_are_one_address() -> None:
    for host in ("reader.example", "READER.example", "rea\u00adder.example", "\uff52eader.example"):
        typed(f"rita@{host}", follow="on")
    assert Writer.objects.count() == 1
    look_for_mail()
    assert work_off() == []
    assert [letter.to for letter in mail.outbox] == [["rita@reader.example"]]


# What is told late.


def test_an_undo_after_the_mail_is_told_and_one_before_is_not() -> None:
    max_ = make_moderator()
    comment = typed(wants_outcome="on")
    Writer.objects.update(confirmed_at=timezone.now())
    slip = comment.approve(by=max_)
    assert slip is not None
    comment.undo(slip, by=max_)
    look_for_mail()
    assert work_off_later() == []
    assert mail.outbox == []
    assert not Statement.objects.exists()
    comment.approve(by=max_)
    look_for_mail()
    assert work_off_later() == []
    assert [letter.subject.partition(":")[0] for letter in mail.outbox] == ["Your comment is published"]
    approved = Decision.objects.deciding().last()
    assert approved is not None
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        Comment.objects.get().undo(approved, by=max_)
        look_for_mail()
        assert work_off_later() == []
    assert mail.outbox[-1].subject.startswith("Your comment is in the queue again")
    assert Statement.objects.get().restriction.startswith("Your comment is hidden from readers")


@pytest.mark.parametrize("kind", ["ban", "suspend"])
def test_what_a_measure_alone_put_away_waits_for_whoever_typed_the_address(client: Client, kind: str) -> None:
    max_ = make_moderator()
    writer = make_comment(email=KNOWN).writer
    assert writer is not None
    Measure.impose(writer, kind, by=max_, reason="Threats.", until=timezone.now() + timedelta(days=9))
    comment, other = typed(), typed("somebody@else.example")
    assert (comment.status, other.status) == ("spam", "pending")
    told = []
    for each in (comment, other):
        link = receipts.receipt_url(each)
        page = re.sub(r"\d+(-[\w-]{43})?", "N", text(client.get(link)))
        copy = json.loads(client.post(f"{link}data/", {"act": "export"}).content)["Comments"][0]
        appeal = client.get(f"{link}appeal/").status_code
        sent = {"comment": f"{each.text} Mended", "name": each.name, "website": "", "seen": each.text_version}
        edit = client.post(f"{link}edit/", sent).status_code
        told.append((page.split("<main")[1], copy["status"], copy["decided_at"], copy["reason"], appeal, edit))
    assert told[0] == told[1]
    assert told[0][1] == "pending"
    comment.refresh_from_db()
    assert (comment.status, comment.text[-6:]) == ("spam", "Mended")
    comment.restore(by=max_)
    comment.mark_spam(by=max_)
    assert "taken for advertising" in text(client.get(receipts.receipt_url(comment)))


def banned() -> Writer:
    writer = make_comment(email=KNOWN).writer
    assert writer is not None
    Measure.impose(writer, "ban", by=make_moderator("judge"), reason="Threats.", until=None)
    return writer


def test_clear_spam_is_told_to_be_that_under_any_address() -> None:
    banned()
    Policy(spam_score=30).save()
    advert = "Cheap loans!!! Write to me on Telegram now: https://loans.example/apply and https://loans.example/more {}"
    pages = [
        text(Client().get(receipts.receipt_url(typed(email, comment=advert.format(email[:3])))))
        for email in (KNOWN, "somebody@else.example")
    ]
    assert ["taken for advertising" in page for page in pages] == [True, True]


def test_an_edit_that_meets_a_listed_word_is_told_from_that_moment() -> None:
    banned()
    BlockedWord.objects.create(phrase="casino", effect="spam")
    comment = typed()
    link = receipts.receipt_url(comment)
    sent = {"comment": "Come to the casino.", "name": comment.name, "website": "", "seen": comment.text_version}
    Client().post(f"{link}edit/", sent)
    comment.refresh_from_db()
    assert (comment.status, comment.rule, comment.decided_at is not None) == ("spam", "blocked-words", True)
    assert "taken for advertising" in text(Client().get(link))


def test_a_slip_of_a_moderator_tells_nothing_once_it_is_taken_back() -> None:
    banned()
    comment, max_ = typed(), make_moderator()
    slip = comment.approve(by=max_)
    assert slip is not None
    comment.undo(slip, by=max_)
    assert "waiting for a moderator" in text(Client().get(receipts.receipt_url(comment)))


def test_the_public_log_has_no_row_for_what_a_measure_alone_put_away() -> None:
    banned()
    Policy(public_log=True).save()
    before = Client().get("/comments/log/").content.count(b"<tr")
    comment = typed()
    assert comment.status == "spam"
    assert Client().get("/comments/log/").content.count(b"<tr") == before


def test_what_an_owner_declined_is_not_listed_as_followed(client: Client) -> None:
    comment = typed(follow="on")
    assert comment.writer is not None
    client.post(subscriptions.question_path(comment.writer), {"shown": [str(Follow.objects.get().pk)]})
    assert subscriptions.discussions(comment.writer) == []


def test_what_is_surely_spam_is_so_under_a_trusted_address_too() -> None:
    """Else one post a guess would tell which address the site trusts: of advertising the receipt says that it is."""
    trusted()
    advert = "Cheap loans! Add me on Telegram now: @loans4you, {}"
    score = typed("first@else.example", comment=advert.format("one")).score
    assert score is not None
    assert 24 < score < 100
    Policy(spam_score=score - 6, hold_score=score - 24, trust_confirmed=True, trust_after=1).save()
    told = []
    for email, word in ((KNOWN, "two"), ("somebody@else.example", "ten")):
        comment = typed(email, comment=advert.format(word))
        page = text(Client().get(receipts.receipt_url(comment)))
        told.append((comment.status, comment.rule, "taken for advertising" in page))
    assert told == [("spam", "spam-score", True)] * 2
    assert "not counting the trusted address" in Comment.objects.order_by("pk")[2].because


def test_moderators_read_what_an_address_that_is_trusted_takes_off_a_score() -> None:
    trusted()
    assert [-12, "stands under a trusted address"] in typed().signals
