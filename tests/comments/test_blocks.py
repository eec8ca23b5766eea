"""Mail domains, networks and domains of links that the newsroom blocks; what they do, and how often they did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from comments.models import Block, Comment, Decision
from tests.comments.posting import post, text
from tests.factories import make_article, make_moderator

pytestmark = pytest.mark.django_db


def taken(**fields: str) -> Comment:
    assert post(Client(REMOTE_ADDR="203.0.113.9"), make_article(), **fields).status_code == 303
    return Comment.objects.latest("pk")


@pytest.mark.parametrize(
    ("kind", "value", "fields"),
    [
        ("mail", "Trash.Example", {"email": "rita@mail.trash.example"}),
        ("network", "203.0.0.0/16", {}),
        ("link", "https://www.bad.example/x", {"comment": "See https://shop.bad.example/pills for more."}),
        ("link", "bad.example", {"website": "https://bad.example/"}),
        ("link", "bücher.example", {"comment": "See https://xn--bcher-kva.example/ for more."}),
    ],
)
def test_a_block_works_for_what_lies_below_it_and_counts(kind: str, value: str, fields: dict[str, str]) -> None:
    block = Block(kind=kind, value=value, effect="spam", note="Sold to us before")
    block.full_clean()
    block.save()
    comment = taken(**fields)
    assert (comment.status, comment.rule) == ("spam", f"blocked-{kind}")
    assert "Sold to us before" in comment.because
    block.refresh_from_db()
    assert block.hits == 1
    assert block.last_hit_at is not None


def test_neither_address_nor_network_stands_in_the_reason() -> None:
    Block.objects.create(kind="mail", value="trash.example")
    Block.objects.create(kind="network", value="203.0.113.0/24")
    comment = taken(email="rita@trash.example")
    assert "trash" not in comment.because
    assert "203" not in comment.because


def test_a_block_that_rejects_tells_the_writer_its_reason_and_the_log() -> None:
    Block.objects.create(kind="link", value="bad.example", effect="reject", reject_reason="advertising")
    comment = taken(comment="See https://bad.example/ for more.")
    assert (comment.status, comment.reason) == ("rejected", "advertising")
    assert Decision.objects.get(comment_id=comment.pk).reason == "advertising"


def test_a_block_for_the_folder_goes_before_one_that_rejects_so_that_a_spammer_learns_nothing() -> None:
    Block.objects.create(kind="mail", value="trash.example", effect="reject", reject_reason="advertising")
    Block.objects.create(kind="link", value="bad.example", effect="spam")
    comment = taken(email="rita@trash.example", comment="See https://bad.example/ for more.")
    assert (comment.status, comment.rule, comment.reason) == ("spam", "blocked-link", "")


def test_the_clock_ends_a_block() -> None:
    Block.objects.create(kind="mail", value="trash.example", until=timezone.now() - timedelta(seconds=1))
    assert taken(email="rita@trash.example").rule == "first"


def test_another_domain_that_ends_alike_is_not_blocked() -> None:
    Block.objects.create(kind="mail", value="trash.example")
    assert taken(email="rita@nottrash.example").rule == "first"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("mail", "localhost"),
        ("mail", "a b.example"),
        ("mail", "\x00.example"),
        ("link", "https://["),
        ("network", "203.0.113.7"),  # never a whole address
        ("network", "0.0.0.0/0"),
        ("network", "2001:db8::1/128"),
        ("network", "nonsense"),
    ],
)
def test_what_cannot_be_blocked_is_refused_with_a_sentence(kind: str, value: str) -> None:
    with pytest.raises(ValidationError):
        Block(kind=kind, value=value).full_clean()


def test_a_list_is_added_at_once_and_what_is_no_domain_is_named() -> None:
    Block.objects.create(kind="mail", value="a.example", effect="hold")
    added, unread = Block.add_many(
        "mail", ["# disposable", "A.example", "b.example ", "", "nonsense", "b.example"], effect="spam"
    )
    assert (added, unread) == (1, ["nonsense"])
    assert Block.objects.get(value="a.example").effect == "hold"
    assert taken(email="rita@b.example").status == "spam"


def test_a_block_that_is_changed_keeps_the_comments_it_met_meanwhile() -> None:
    Block.objects.create(kind="mail", value="trash.example", effect="spam")
    open_at_the_desk = Block.objects.get()
    taken(email="rita@trash.example")
    open_at_the_desk.note = "Sold to us before"
    open_at_the_desk.keep(by=make_moderator())
    block = Block.objects.get()
    assert (block.hits, block.note) == (1, "Sold to us before")
    assert block.last_hit_at


def test_a_spammer_is_not_told_what_was_blocked() -> None:
    Block.objects.create(kind="mail", value="trash.example", effect="spam")
    client = Client()
    answer = post(client, make_article(), email="rita@trash.example")
    page = text(client.get(answer.headers["Location"])).lower()
    assert "blocked" not in page
    assert "domain" not in page
