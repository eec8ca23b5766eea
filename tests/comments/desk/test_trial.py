"""The test box and the replay: what a comment would get, what other rules would have done; neither changes anything."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from comments import edits, trust
from comments.models import Block, BlockedWord, Comment, Decision, Policy, Writer
from comments.triage import Book
from comments.triage.replay import replay
from tests.comments.posting import post, text
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

TRY = "/admin/comments/policy/try/"


NUMBERS = {
    "hold_links": "",
    "hold_score": "35",
    "spam_score": "80",
    "rejected_share": "50",
    "rejected_days": "30",
    "trust_after": "5",
}


def taken(**fields: str) -> Comment:
    """Post a comment and return it as it stands in the database."""
    assert post(Client(), make_article(), **fields).status_code == 303
    return Comment.objects.latest("pk")


def state() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Comment, Decision, Policy, BlockedWord, Block)]


def test_the_test_box_tells_every_rules_opinion_and_writes_nothing(desk: Client) -> None:
    article = make_article()
    BlockedWord.objects.create(phrase="casino*", effect="spam")
    Block.objects.create(kind="mail", value="trash.example", effect="hold")
    before = state()
    page = text(
        desk.post(
            "/admin/comments/policy/try/",
            {
                "text": "Win at casinos https://bit.ly/x",
                "name": "Rita",
                "mail_domain": "mail.trash.example",
                "network": "203.0.113.7",
                "article": article.slug,
                "approved": "0",
            },
        )
    )
    for expected in (
        "It would start as <b>spam</b>",
        "“casino*” is on the list for the spam folder.",
        "The domain of the writer’s address is blocked",
        "No comment by this writer was approved before.",
        "Every comment waits for a moderator.",
        "bit.ly hides where the link leads",
    ):
        assert expected in page, expected
    assert re.findall(r">Decides</span> (\w+: “[^”]+”)", page) == ["Spam: “casino*”"]
    assert state() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [("network", "x"), ("mail_domain", "x y"), ("article", "nowhere"), ("text", "x" * 10_001), ("website", "\x00")],
)
def test_the_test_box_refuses_what_no_comment_has(desk: Client, field: str, value: str) -> None:
    make_article()
    sent = {"text": "A remark", "name": "Rita", "approved": "0", field: value}
    assert desk.post("/admin/comments/policy/try/", sent).status_code == 422


def test_the_replay_counts_and_lists_what_would_differ_and_changes_nothing(desk: Client) -> None:
    make_comment(text="I bet the kernel patch is late again this year.", status="pending")
    make_comment(text="The scheduler works well on my old laptop.", status="pending", email="other@reader.example")
    before = state()
    answer = desk.post("/admin/comments/policy/replay/", {**NUMBERS, "spam_words": "bet\n"})
    replay = answer.context["replay"]
    assert replay.looked_at == 2
    assert ("Pending", "Spam", 1) in replay.table
    assert "I bet the kernel patch" in text(answer)
    assert state() == before
    assert not Policy.objects.exists()


def test_the_replay_is_bounded_and_says_so(desk: Client, monkeypatch) -> None:
    monkeypatch.setattr("comments.triage.replay.MOST", 2)
    for number in range(4):
        make_comment(text=f"Remark number {number} about the kernel.", status="pending")
    answer = desk.post("/admin/comments/policy/replay/", NUMBERS)
    assert answer.context["replay"].looked_at == 2
    assert "More came in" in text(answer)


def test_the_replay_refuses_bad_numbers(desk: Client) -> None:
    assert desk.post("/admin/comments/policy/replay/", {**NUMBERS, "spam_score": "500"}).status_code == 422


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"measure": "ban"}, "This writer is banned: as you chose"),
        ({"measure": "hold", "approved": "3"}, "This writer is always held"),
        ({"turned_down": "3", "approved": "1"}, "3 of this writer’s 4 decided comments"),
        ({"is_trapped": "on"}, "hidden field"),
        ({"seconds": "0.5"}, "posted less than"),
    ],
)
def test_the_test_box_is_told_what_would_be_known_of_the_writer(
    desk: Client, known: dict[str, str], words: str
) -> None:
    make_article(slug="kernel")
    before = state()
    sent = {
        "text": "The scheduler works well on my old laptop, day and night.",
        "name": "Rita",
        "approved": "0",
        **known,
    }
    assert words in html.unescape(text(desk.post(TRY, sent)))
    assert state() == before


def test_the_test_box_asks_about_an_answer_and_knows_what_was_said_already(desk: Client) -> None:
    comment = make_comment(text="The scheduler works well on my old laptop, and it has for years.")
    hidden = make_comment(status="pending")
    sent = {"text": f"> {comment.text}\n\nHere, too.", "name": "Nora", "approved": "0", "article": comment.article.slug}
    assert "quotes what it answers" in text(desk.post(TRY, {**sent, "answers": comment.pk})).lower()
    assert "quotes what it answers" not in text(desk.post(TRY, sent)).lower()
    assert desk.post(TRY, {**sent, "answers": hidden.pk}).status_code == 422
    again = text(desk.post(TRY, {**sent, "text": comment.text, "name": comment.name}))
    assert "We have this comment already" in again


def test_the_test_box_knows_a_confirmed_regular_where_the_site_trusts_them(desk: Client) -> None:
    make_article()
    Policy(trust_confirmed=True, trust_after=2).save()
    sent = {"text": "The scheduler works well on my old laptop.", "approved": "2"}
    assert "Waits for a word from the confirmed address" in text(desk.post(TRY, {**sent, "is_confirmed": "on"}))
    assert "Waits for a word" not in text(desk.post(TRY, sent))


def test_the_replay_tries_blocks_and_trust(desk: Client) -> None:
    make_comment(text="See https://www.shop.example/x for more.", status="pending")
    make_comment(text="The kernel works.", email="nora@trash.example", status="pending")
    before = state()
    tried = {"link_domains": "shop.example", "mail_domains": "trash.example\n"}
    rules = desk.post("/admin/comments/policy/replay/", {**NUMBERS, **tried}).context["replay"].rules
    assert ("Blocked link", 0, 1) in rules
    assert ("Blocked mail domain", 0, 1) in rules
    assert desk.post("/admin/comments/policy/replay/", {**NUMBERS, "mail_domains": "nonsense"}).status_code == 422
    assert state() == before


def test_the_replay_shows_the_servers_own_number_in_grey(desk: Client, settings: Any) -> None:
    settings.COMMENTS_HOLD_LINKS = 7
    assert 'placeholder="7"' in text(desk.get("/admin/comments/policy/replay/"))


def test_the_replay_leaves_a_listed_word_out_in_any_spelling(desk: Client) -> None:
    BlockedWord.objects.create(phrase="Casino", effect="spam")
    make_comment(text="The casino opens in spring.", status="pending")
    path = "/admin/comments/policy/replay/"
    assert ("Listed words", 0, 1) in desk.post(path, NUMBERS).context["replay"].rules
    rules = desk.post(path, {**NUMBERS, "without_words": "CASINO"}).context["replay"].rules
    assert "Listed words" not in [name for name, *_ in rules]
    page = text(desk.post(path, {**NUMBERS, "without_words": "poker"}))
    assert "Not on the lists: poker." in page


def test_the_replay_of_unchanged_rules_finds_no_difference_in_what_was_held_or_disowned_later(
    desk: Client, max_: User
) -> None:
    Policy(trust_confirmed=True, trust_after=1, reports_to_hold=1).save()
    make_comment(created_at=timezone.now() - timedelta(days=40))
    Writer.objects.update(confirmed_at=timezone.now())
    BlockedWord.objects.create(phrase="casino")
    reported = taken(comment="A remark about a casino.")
    reported.approve(by=max_)
    assert reported.report(reason="abuse", network="198.51.100.0/24")
    edited = taken(comment="The battery of my old laptop lasts longer since the update.")
    edited.approve(by=max_)
    edits.mend(edited, edits.Mended("The battery of my old laptop is dead since then.", edited.name, ""), seen="first")
    trust.disown(taken(comment="The scheduler works well on my old laptop, day and night."))
    turned_down = taken(comment="The scheduler works well on my new laptop, too.")
    trust.disown(turned_down)
    turned_down.reject(by=max_, reason="insult")
    replayed = replay(Book.current())
    told = [(each.comment.rule, each.verdict.rule) for each in replayed.differences]
    assert (replayed.looked_at, told) == (4, [])
    assert replayed.rules == [("Listed words", 1, 1), ("Asks the confirmed address", 3, 3)]
