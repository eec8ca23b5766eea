"""The card of a writer: what it shows, who decides there, and that the address stays where it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.erasure import How, erase
from comments.models import AddressLook, Comment, Decision, Measure, StaffNote, Writer
from tests.comments.desk.queueing import QUEUE, shown
from tests.factories import make_administrator, make_author_user, make_comment, make_editor

pytestmark = pytest.mark.django_db

GREGOR = "gregor@reader.example"


def card(writer: Writer | None) -> str:
    assert writer is not None
    return f"/admin/comments/writer/{writer.pk}/"


def gregor(article: Article, **fields: object) -> Comment:
    return make_comment(article, name="Gregor", email=GREGOR, **fields)


def test_the_card_counts_what_was_decided_about_one_person(client: Client, max_: User, article: Article) -> None:
    for _ in range(3):
        gregor(article)
    gregor(article, status="pending").mark_spam(by=max_)
    waiting = gregor(article, status="pending")
    make_comment(article)  # somebody else's
    html = client.get(card(waiting.writer)).content.decode()
    assert "<b>3</b> approved" in html
    assert "<b>1</b> spam" in html
    assert "<b>75 %</b> approved of 4 that were approved, or turned down by people" in html
    assert html.count("lines__what") == 5
    assert f'href="{QUEUE}?writer={waiting.writer_id}"' in html
    assert shown(client.get(f"{QUEUE}?writer={waiting.writer_id}").content.decode()) == [waiting.pk]


def test_the_card_tells_apart_what_rules_alone_turned_down(client: Client, max_: User, article: Article) -> None:
    """Anybody can type an address: the share is of what people decided."""
    gregor(article)
    gregor(article, status="pending").reject(by=max_, reason="insult")
    for _ in range(3):
        writer = gregor(article, status="spam").writer
    html = client.get(card(writer)).content.decode()
    assert "<b>3</b> spam" in html
    assert "<b>3</b> of these by rules alone" in html
    assert "<b>50 %</b> approved of 2 that were approved, or turned down by people" in html


def test_the_queue_leads_to_the_card_and_shows_what_is_in_force(client: Client, max_: User, article: Article) -> None:
    comment = gregor(article, status="pending")
    assert comment.writer
    Measure.impose(comment.writer, "hold", by=max_, reason="Insults under three stories.")
    lifted = Measure.impose(comment.writer, "ban", by=max_, reason="By mistake.")
    lifted.lift(by=max_)
    for url in (QUEUE, f"{QUEUE}{comment.pk}/change/"):
        html = client.get(url).content.decode()
        assert f'href="{card(comment.writer)}"' in html
        assert "Always held" in html
        assert "Insults under three stories." in html
        assert "By mistake." not in html


def test_a_measure_is_decided_and_lifted_on_the_card(client: Client, max_: User, article: Article) -> None:
    writer = gregor(article).writer
    post = {"act": "measure", "kind": "suspend", "reason": "Insults.", "ends": "week"}
    html = client.post(card(writer), post, follow=True).content.decode()
    assert "Suspended until" in html
    measure = Measure.objects.get()
    assert (measure.writer, measure.by, measure.kind) == (writer, max_, "suspend")
    assert measure.until
    assert abs(measure.until - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)
    html = client.post(card(writer), {"act": "lift", "measure": str(measure.pk)}, follow=True).content.decode()
    assert "Lifted: suspended" in html
    assert not Measure.objects.in_force(timezone.now()).exists()
    assert "1 ended" in html


def test_an_end_can_be_typed_in_the_sites_zone(client: Client, max_: User, article: Article) -> None:
    writer = gregor(article).writer
    end = timezone.localtime() + timedelta(days=3)
    post = {"act": "measure", "kind": "ban", "reason": "Insults.", "until": f"{end:%Y-%m-%dT%H:%M}"}
    client.post(card(writer), post)
    assert Measure.objects.get().until == end.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "suspend", "reason": "x", "ends": "never"}, "Say until when"),
        ({"kind": "ban", "reason": "x", "ends": "soon"}, "Say until when"),
        ({"kind": "ban", "reason": " \x00 ", "ends": "week"}, "Write the reason first"),
        ({"kind": "ban", "reason": "x", "until": "tomorrow"}, "no date"),
        ({"kind": "ban", "reason": "x", "until": "9999-12-31T23:59:59+99:00"}, "no date"),
        ({"kind": "ban", "reason": "x", "until": "9999-12-31T23:59"}, "a year between 1000 and 9000"),
        ({"kind": "ban", "reason": "x", "until": "9999-12-31T23:59+00:00"}, "a year between 1000 and 9000"),
        ({"kind": "ban", "reason": "x", "until": "0001-01-01T00:00+12:00"}, "a year between 1000 and 9000"),
        ({"kind": "ban", "reason": "x", "until": "2001-01-01T00:00"}, "has passed already"),
        ({"kind": "exile", "reason": "x", "ends": "week"}, "Choose what is to follow"),
        ({"kind": "ban", "reason": "long " * 100, "ends": "week"}, "at most 300 characters"),
    ],
)
def test_what_cannot_be_decided_is_told_and_the_words_are_kept(
    client: Client, max_: User, article: Article, fields: dict[str, str], sentence: str
) -> None:
    writer = gregor(article).writer
    answer = client.post(card(writer), {"act": "measure", **fields})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert f"{fields['reason'].replace(chr(0), '')}</textarea>" in html or not fields["reason"].strip(" \x00")
    assert not Measure.objects.exists()


def test_a_colleagues_measure_is_named_and_stays(client: Client, max_: User, article: Article) -> None:
    writer = gregor(article).writer
    assert writer
    Measure.impose(writer, "ban", by=make_editor(), reason="Threats.")
    post = {"act": "measure", "kind": "ban", "reason": "Insults.", "ends": "day"}
    assert "Ada King decided that first" in client.post(card(writer), post).content.decode()
    assert Measure.objects.get().reason == "Threats."


def test_a_note_is_for_colleagues_and_shown_with_its_author(client: Client, max_: User, article: Article) -> None:
    writer = gregor(article).writer
    client.post(card(writer), {"act": "note", "text": "Wrote to say <b>sorry</b>."})
    html = client.get(card(writer)).content.decode()
    assert "Wrote to say &lt;b&gt;sorry&lt;/b&gt;." in html
    assert "Max Orsini" in html
    assert "sorry" not in Client().get(article.get_absolute_url()).content.decode()


@pytest.mark.parametrize("words", ["\u200b", " \u200b\u2060\n", "\ufeff"])
def test_what_shows_nothing_is_no_note_and_no_reason(client: Client, max_: User, article: Article, words: str) -> None:
    writer = gregor(article).writer
    assert "Write the note first" in client.post(card(writer), {"act": "note", "text": words}).content.decode()
    measure = {"act": "measure", "kind": "ban", "reason": words, "ends": "week"}
    assert "Write the reason first" in client.post(card(writer), measure).content.decode()
    assert not StaffNote.objects.exists()
    assert not Measure.objects.exists()


def test_what_was_typed_about_somebody_who_erased_everything_meanwhile_is_given_back(
    client: Client, max_: User, article: Article
) -> None:
    writer = gregor(article).writer
    assert writer
    path = card(writer)
    erase(writer, How.ANONYMISE)
    for typed in (
        {"act": "note", "text": "Wrote to say sorry.\u202e"},
        {"act": "measure", "kind": "ban", "reason": "Wrote to say sorry.", "ends": "week"},
    ):
        html = client.post(path, typed, follow=True).content.decode()
        assert "This writer is not here any more: all under the address was erased." in html
        assert "What you had typed" in html
        assert "Wrote to say sorry.</textarea>" in html
        assert "Wrote to say sorry." not in client.get(QUEUE).content.decode(), "once"
    assert not StaffNote.objects.exists()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("act", ["", "destroy", "lift", "note"])
def test_a_press_that_means_nothing_changes_nothing(client: Client, max_: User, article: Article, act: str) -> None:
    writer = gregor(article).writer
    html = client.post(card(writer), {"act": act, "measure": "9" * 30}).content.decode()
    assert "Nothing" in html


# The address.


def test_no_moderator_sees_the_address_anywhere(client: Client, max_: User, article: Article) -> None:
    comment = gregor(article, network="203.0.113.0/24")
    for answer in (client.get(card(comment.writer)), client.post(card(comment.writer), {"act": "nothing"})):
        html = answer.content.decode()
        assert "gregor@" not in html
        assert "reader.example" not in html
        assert "203.0.113" not in html
    assert client.post(card(comment.writer), {"act": "address"}).status_code == 403
    assert not AddressLook.objects.exists()


def test_an_administrator_sees_one_address_by_a_press_that_is_kept(client: Client, article: Article) -> None:
    writer, grace = gregor(article).writer, make_administrator()
    client.force_login(grace)
    assert GREGOR not in client.get(card(writer)).content.decode()
    answer = client.post(card(writer), {"act": "address"})
    assert GREGOR in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert [(look.writer, look.by) for look in AddressLook.objects.all()] == [(writer, grace)]
    assert [(row.act, row.comment_id, row.by_id) for row in Decision.objects.exclude(act="decide")] == [
        ("address-look", 0, grace.pk)
    ]
    html = client.get(card(writer)).content.decode()
    assert GREGOR not in html
    assert "Seen by Grace Osei" in html


def test_there_is_no_list_of_writers_and_no_search_by_address(client: Client, article: Article) -> None:
    comment = gregor(article, status="pending")
    client.force_login(make_administrator())
    assert client.get("/admin/comments/writer/").status_code == 404
    assert client.get("/admin/comments/writer/add/").status_code == 404
    for asked in (GREGOR, "reader.example", "gregor@"):
        assert shown(client.get(QUEUE, {"q": asked}).content.decode()) == []
    assert shown(client.get(QUEUE, {"q": "gregor"}).content.decode()) == [comment.pk]  # the name that readers see


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30, "x"])
def test_a_writer_that_is_not_there_is_not_found(client: Client, max_: User, pk: str) -> None:
    assert client.get(f"/admin/comments/writer/{pk}/").status_code == 404


def test_authors_have_no_cards(client: Client, article: Article) -> None:
    writer = gregor(article).writer
    client.force_login(make_author_user())
    assert client.get(card(writer)).status_code == 403
    assert client.post(card(writer), {"act": "note", "text": "x"}).status_code == 403


# The same networks.


def test_who_shares_a_network_is_counted_and_not_named(client: Client, max_: User, article: Article) -> None:
    mine = gregor(article, network="203.0.113.0/24")
    other = make_comment(article, name="Olga", email="olga@reader.example", network="203.0.113.0/24")
    make_comment(article, name="Otto", email="otto@reader.example", network="198.51.100.0/24")
    html = client.get(card(mine.writer)).content.decode()
    assert "1 other name, 1 other address within 30 days" in html
    assert "Nobody among them is held" in html
    assert "Olga" not in html
    assert other.writer
    Measure.impose(other.writer, "ban", by=max_, reason="Threats.")
    assert "Somebody among them is held" in client.get(card(mine.writer)).content.decode()


def test_networks_hint_at_nothing_after_their_time(client: Client, max_: User, article: Article) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    mine = gregor(article, network="203.0.113.0/24")
    make_comment(article, name="Olga", email="o@reader.example", network="203.0.113.0/24", created_at=long_ago)
    assert "Nobody else wrote from there within 30 days" in client.get(card(mine.writer)).content.decode()
    Comment.objects.update(network="")
    assert "No network is kept of this person" in client.get(card(mine.writer)).content.decode()


def test_a_long_record_is_paged_and_asks_the_same_number_of_questions(
    client: Client, max_: User, article: Article, django_assert_max_num_queries
) -> None:
    for _ in range(23):
        comment = gregor(article)
    with django_assert_max_num_queries(22):
        html = client.get(card(comment.writer)).content.decode()
    assert html.count("lines__what") == 20
    html = client.get(f"{card(comment.writer)}?page=2").content.decode()
    assert html.count("lines__what") == 3
    for odd in ("0", "x", "9" * 30):
        assert client.get(f"{card(comment.writer)}?page={odd}").status_code == 200
