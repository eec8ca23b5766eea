"""Where a comment starts, and what moderators are told about why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comments import triage
from comments.models import BlockedWord, Comment, Decision, Measure, Policy, Writer
from comments.words import WordList
from tests.comments.posting import post, text
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db


def taken(client: Client, **fields: str) -> Comment:
    """Post a comment and return it as it stands in the database."""
    assert post(client, make_article(), **fields).status_code == 303
    return Comment.objects.latest("pk")


def test_nothing_is_published_without_a_moderator(client: Client) -> None:
    for _ in range(3):
        make_comment()  # Rita is well known
    comment = taken(client)
    assert comment.status == "pending"
    assert (comment.rule, comment.because) == ("hold-all", "Every comment waits for a moderator.")


def test_a_first_comment_says_that_it_is_one(client: Client) -> None:
    comment = taken(client)
    assert (comment.status, comment.rule) == ("pending", "first")
    assert comment.because == "No comment by this writer was approved before."


def test_the_receipt_never_tells_whether_an_address_wrote_before(client: Client) -> None:
    """Else anybody could try an address and read from the receipt whether its owner comments here."""
    make_comment(email="known@reader.example")
    pages = []
    for email in ("known@reader.example", "unknown@reader.example"):
        answer = post(client, make_article("The same headline", slug=email[:5]), email=email)
        pages.append(text(client.get(answer.headers["Location"])))
    for page in pages:
        assert "A moderator reads it before readers do." in page
        assert "by this writer" not in page


@pytest.mark.parametrize(
    ("words", "limit", "because"),
    [
        ("https://a.example and https://b.example", 2, "2 links; this site holds comments with 2 or more."),
        ("https://a.example", 1, "1 link; this site holds comments with 1 or more."),
        (
            "see a.example.com, b.example.com and www.c.example.com",
            3,
            "3 links; this site holds comments with 3 or more.",
        ),
    ],
)
def test_links_are_counted_and_the_limit_is_named(
    client: Client, settings, words: str, limit: int, because: str
) -> None:
    settings.COMMENTS_HOLD_LINKS = limit
    comment = taken(client, comment=words)
    assert (comment.status, comment.rule, comment.because) == ("pending", "links", because)


def test_fewer_links_than_the_limit_are_no_reason(client: Client, settings) -> None:
    settings.COMMENTS_HOLD_LINKS = 2
    assert (
        taken(client, comment="The figures for 2024 are in the third table of the report: https://a.example").rule
        == "first"
    )


def test_a_word_on_the_list_holds_a_comment_and_says_which(client: Client) -> None:
    BlockedWord.objects.create(phrase="casino")
    comment = taken(client, comment="Come to the CASINO tonight.")
    assert (comment.status, comment.because) == ("pending", "“casino” is on the list of words to hold.")


def test_a_word_that_means_spam_puts_a_comment_into_the_folder_and_the_log(client: Client) -> None:
    BlockedWord.objects.create(phrase="casino", effect="spam")
    BlockedWord.objects.create(phrase="bonus", effect="hold")
    comment = taken(client, comment="A bonus from the casino.")
    assert (comment.status, comment.rule) == ("spam", "blocked-words")
    assert Decision.objects.get().became == "spam"


def test_a_spammer_is_not_told_which_word_it_was(client: Client) -> None:
    BlockedWord.objects.create(phrase="casino", effect="spam")
    answer = post(client, make_article(), comment="A bonus from the casino.")
    assert answer.status_code == 303
    page = text(client.get(answer.headers["Location"]))
    assert "blocked" not in page
    assert "is on the list" not in page


def test_a_word_for_the_folder_goes_before_one_that_rejects_so_that_a_spammer_learns_nothing(client: Client) -> None:
    BlockedWord.objects.create(phrase="bonus", effect="reject", reason="advertising")
    BlockedWord.objects.create(phrase="casino", effect="spam")
    comment = taken(client, comment="A bonus from the casino.")
    assert (comment.status, comment.rule, comment.reason) == ("spam", "blocked-words", "")
    assert comment.because == "“casino” is on the list for the spam folder."


@pytest.mark.parametrize(
    ("phrase", "words", "matches"),
    [
        ("ass", "A classic assessment of the ass.", True),
        ("ass", "A classic assessment.", False),
        ("viagra", "Buy VIÁGRA now", True),
        ("viagra", "Buy via\u200bgra now", True),
        ("straße", "in der STRASSE", True),
        (
            "viagra",
            "Buy \U0001d415\U0001d408\U0001d400\U0001d406\U0001d411\U0001d400 now",
            True,
        ),  # in mathematical capitals
        ("cheap pills", "cheap\n  pills", True),
        ("cheap pills", "cheap and pills", False),
        ("赌场", "来我们的赌场玩", True),
        ("c++", "I like C++.", True),
        ("казино", "в Казино!", True),
        ("   ", "anything", False),
    ],
)
def test_listed_words_match_as_whole_words_and_as_they_are_read(phrase: str, words: str, matches: bool) -> None:
    assert bool(WordList([phrase]).found(words)) is matches


def test_name_and_website_are_looked_at_too(client: Client) -> None:
    BlockedWord.objects.create(phrase="casino", effect="spam")
    assert taken(client, name="Best Casino").status == "spam"
    assert taken(client, comment="Hello", website="https://casino.example/").status == "spam"


def test_each_rule_without_an_opinion_leaves_it_to_the_next() -> None:
    context = triage.Context(
        make_comment(text="The battery of my old laptop lasts longer since the update."), triage.Book.current()
    )
    opinions = [rule(context) for rule in triage.RULES]
    assert opinions[:-1] == [None] * (len(opinions) - 1)
    assert opinions[-1] is not None


def test_a_word_that_rejects_tells_the_writer_the_reason_and_no_word(client: Client) -> None:
    BlockedWord.objects.create(phrase="crook*", effect="reject", reason="insult")
    answer = post(client, make_article(), comment="These crooks again, every single one of them.")
    comment = Comment.objects.get()
    assert (comment.status, comment.reason, comment.rule) == ("rejected", "insult", "blocked-words")
    assert "is on the list" not in text(client.get(answer.headers["Location"]))


@pytest.mark.parametrize(
    ("kind", "status"), [("ban", "spam"), ("suspend", "spam"), ("hold", "pending"), ("warn", None)]
)
def test_what_moderators_decided_about_a_person_is_carried_out_and_ends_by_the_clock(
    client: Client, kind: str, status: str | None
) -> None:
    for _ in range(2):
        make_comment()
    writer, now = Writer.objects.get(), timezone.now()
    Measure.impose(writer, kind, by=make_moderator(), reason="Insults", until=now + timedelta(days=1))
    comment = taken(client)
    if status is None:
        assert comment.rule == "hold-all"
    else:
        assert (comment.status, comment.rule) == (status, "marked")
        assert "Insults" in comment.because
    Measure.objects.update(until=now - timedelta(seconds=1))
    assert taken(client, comment="Another remark, a day later.").rule == "hold-all"


def test_a_suspension_of_hours_says_the_hour_and_the_zone(client: Client, settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    make_comment()
    until = datetime(2099, 11, 30, 17, 30, tzinfo=UTC)
    Measure.impose(Writer.objects.get(), "suspend", by=make_moderator(), reason="Insults.", until=until)
    # A day's name, as on the desk's pages, would be another day's tomorrow: the sentence is kept.
    assert taken(client).because == "This writer is suspended until 30 November 2099, 18:30 CET: Insults."


def test_who_was_turned_down_often_lately_is_held_for_that(client: Client) -> None:
    max_ = make_moderator()
    for number in range(4):
        comment = make_comment(status="pending")
        if number % 2:
            comment.approve(by=max_)
        else:
            comment.reject(by=max_, reason="insult")
    comment = taken(client)
    assert comment.rule == "often-rejected"
    assert "2 of this writer’s 4 decided comments" in comment.because
    Comment.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert taken(client, comment="A month later, another remark.").rule == "hold-all"


@pytest.mark.parametrize("why", ["word", "suspension"])
def test_what_rules_alone_turned_down_under_an_address_is_not_held_against_its_owner(client: Client, why: str) -> None:
    """Anybody can type an address."""
    make_comment()
    if why == "word":
        BlockedWord.objects.create(phrase="casino", effect="spam")
    else:
        end = timezone.now() + timedelta(hours=1)
        Measure.impose(Writer.objects.get(), "suspend", by=make_moderator(), reason="Insults.", until=end)
    for number in range(3):
        assert taken(client, comment=f"Remark number {number} about a casino.").status == "spam"
    Measure.objects.update(until=timezone.now())
    comment = taken(client, comment="The battery of my old laptop lasts longer since the update.")
    assert comment.rule == "hold-all"
    for filed in Comment.objects.filter(status="spam"):  # what a moderator makes of them counts
        filed.restore(by=make_moderator(f"max-{filed.pk}"))
        filed.reject(by=make_moderator(f"mia-{filed.pk}"), reason="insult")
    assert taken(client, comment="The battery of my new laptop lasts no longer.").rule == "often-rejected"


def test_a_record_looks_at_the_newest_of_what_anybody_can_make_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comments.models.writer.JUDGED", 3)
    now = timezone.now()
    make_comment(created_at=now - timedelta(hours=9))
    for hours in range(3):
        make_comment(status="spam", created_at=now - timedelta(hours=hours))
    writer = Writer.objects.get()
    assert (writer.record().count(), writer.disregarded().count()) == (0, 3)
    make_comment(created_at=now)
    assert (writer.record().count(), writer.disregarded().count()) == (1, 2)


def test_a_share_of_nought_holds_nobody_for_having_been_turned_down(client: Client) -> None:
    max_ = make_moderator()
    make_comment()
    for _ in range(3):
        make_comment(status="pending").reject(by=max_, reason="insult")
    assert taken(client).rule == "often-rejected"
    Policy(rejected_share=0).save()
    assert taken(client, comment="Another remark, by the same writer.").rule == "hold-all"


def test_a_score_of_nought_holds_nothing_for_its_score(client: Client) -> None:
    make_comment()
    words = "Cheap loans for everybody, write to me on Telegram{}"
    for number, rule in ((12, "spam-score"), (0, "hold-all")):
        Policy(hold_score=number, spam_score=101).save()
        comment = taken(client, comment=words.format("." * (number + 1)))
        assert comment.score >= 12
        assert (comment.status, comment.rule) == ("pending", rule)


def test_a_form_answered_faster_than_anybody_types_is_a_signal_where_it_can_be_known(client: Client) -> None:
    article = make_article()
    with time_machine.travel(timezone.now(), tick=False):
        page = client.get(f"/comments/on/{article.slug}/")
        own = page.context["form"].initial["token"]
        assert post(client, article, token=own).status_code == 303
    assert any("after the form was asked for" in words for _, words in Comment.objects.get().signals)
    post(client, article, comment="From the article's page nothing can be known of that.")
    assert not any("asked for" in words for _, words in Comment.objects.latest("pk").signals)
