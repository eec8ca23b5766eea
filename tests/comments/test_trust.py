"""Regulars may let their own comments past the queue by a mail to them; a typed address alone never does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from comments import edits, trust
from comments.models import BlockedWord, Comment, Measure, Policy, Writer
from comments.triage.rules import is_trusted
from tests.comments.posting import altered, post, text
from tests.factories import make_article, make_comment, make_moderator
from tests.working import work_off

pytestmark = pytest.mark.django_db
REGULAR = "rita@reader.example"


@pytest.fixture(autouse=True)
def _a_regular(django_capture_on_commit_callbacks) -> None:
    Policy(trust_confirmed=True, trust_after=2).save()
    for _ in range(2):
        make_comment(email=REGULAR)
    Writer.objects.update(confirmed_at=timezone.now())


def link() -> str:
    """Return the path of the link in the mail that came."""
    work_off()
    found = re.search(r"https?://[^/]+(/comments/own/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_a_typed_address_alone_publishes_nothing() -> None:
    assert post(Client(), make_article(), email=REGULAR).status_code == 303
    comment = Comment.objects.latest("pk")
    assert (comment.status, comment.rule) == ("pending", "own-address")


def test_the_mail_holds_nothing_that_the_sender_typed() -> None:
    words = "A zebra would have read the press release twice."
    post(Client(), make_article(), email=REGULAR, name="Zebra Parade", comment=words)
    link()
    assert [message.to for message in mail.outbox] == [[REGULAR]]
    assert "zebra" not in mail.outbox[0].message().as_string().lower()


def test_the_owner_publishes_it_by_a_press_and_no_get_does() -> None:
    post(Client(), make_article(), email=REGULAR)
    path = link()
    comment = Comment.objects.latest("pk")
    for _ in range(10):
        page = Client().get(path)
        assert page.status_code == 200
    assert "css/private.css" in text(page), "it is laid out as the receipt is"
    comment.refresh_from_db()
    assert comment.status == "pending"
    seen = comment.on_screen
    assert Client().post(path, {"act": "own", "seen": "other"}).status_code == 200  # the text has changed since
    assert Client().post(path, {"act": "own", "seen": seen}).status_code == 303
    comment.refresh_from_db()
    assert (comment.status, comment.owned) == ("approved", True)
    assert Client().get(path).status_code == 410


def test_what_was_changed_after_the_owner_looked_is_not_published() -> None:
    post(Client(), make_article(), email=REGULAR)
    path, comment = link(), Comment.objects.latest("pk")
    seen = comment.on_screen
    assert edits.mend(comment, edits.Mended(comment.text, "Somebody Else", ""), seen="first") is None
    assert Client().post(path, {"act": "own", "seen": seen}).status_code == 200
    assert Comment.objects.latest("pk").status == "pending"


def test_who_did_not_write_it_says_so_to_the_moderators() -> None:
    post(Client(), make_article(), email=REGULAR)
    answer = Client().post(link(), {"act": "disown"})
    assert "Thank you" in text(answer)
    comment = Comment.objects.latest("pk")
    assert (comment.status, comment.rule, comment.owned) == ("pending", "not-own", False)


def test_what_the_owner_disowned_and_a_moderator_turned_down_is_not_held_against_the_owner() -> None:
    post(Client(), make_article(), email=REGULAR)
    disowned = Comment.objects.latest("pk")
    trust.disown(disowned)
    disowned.reject(by=make_moderator(), reason="insult")
    Comment.objects.filter(status="approved").update(created_at=timezone.now() - timedelta(days=40))
    post(Client(), make_article(), email=REGULAR, comment="This one is mine.")
    assert Comment.objects.latest("pk").rule == "own-address"


@pytest.mark.parametrize("why", ["off", "unconfirmed", "stopped", "decided", "put back", "held", "blocked", "forged"])
def test_a_link_dies_with_what_it_stands_on(why: str) -> None:
    post(Client(), make_article(), email=REGULAR)
    path = link()
    match why:
        case "off":
            Policy(trust_confirmed=False).save()
        case "unconfirmed":
            Writer.objects.update(confirmed_at=None)
        case "stopped":
            Writer.objects.update(stopped_at=timezone.now())
        case "decided":
            Comment.objects.latest("pk").reject(by=make_moderator(), reason="insult")
        case "put back":  # a moderator wants to look
            Comment.objects.latest("pk").approve(by=make_moderator())
            Comment.objects.latest("pk").restore(by=make_moderator("second"))
        case "held":
            Measure.impose(Writer.objects.get(), "hold", by=make_moderator(), reason="Insults.")
        case "blocked":
            BlockedWord(phrase="worth").save()
        case "forged":
            path = f"{altered(path[:-1])}/"
    seen = Comment.objects.latest("pk").on_screen
    assert Client().post(path, {"act": "own", "seen": seen}).status_code == 410
    assert Comment.objects.latest("pk").status != "approved"


def test_a_number_of_nought_trusts_nobody_of_whom_nothing_was_approved() -> None:
    policy = Policy(trust_confirmed=True, trust_after=0)
    policy.save()
    new = Writer.of("new@reader.example")
    new.confirmed_at = timezone.now()
    new.save()
    assert not is_trusted(new, policy)
    make_comment(email="new@reader.example")
    assert is_trusted(Writer.of("new@reader.example"), policy)


def test_one_mail_an_hour_whoever_causes_it() -> None:
    for number in range(3):
        post(Client(), make_article(), email=REGULAR, comment=f"Remark number {number}, about the kernel.")
    work_off()
    assert len(mail.outbox) == 1


def test_other_rules_come_first() -> None:
    post(Client(), make_article(), email=REGULAR, comment="See https://a.example and https://b.example for the tests.")
    assert Comment.objects.latest("pk").rule != trust.RULE
    work_off()
    assert not mail.outbox


def test_the_receipt_tells_nobody_that_an_address_is_trusted() -> None:
    pages = []
    for email in (REGULAR, "unknown@reader.example"):
        client = Client()
        answer = post(client, make_article("The same headline", slug=email[:4]), email=email)
        pages.append(text(client.get(answer.headers["Location"])))
    assert "A moderator reads it before readers do." in pages[0]
    assert "confirmed" not in pages[0] or ("confirmed" in pages[1])
