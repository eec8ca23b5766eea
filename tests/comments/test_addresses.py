"""Addresses that look alike are never one: whoever typed one gets no mail about what stands under another."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from comments.addresses import address_key, to_write_to
from comments.forms import AddressField
from comments.models import DataRequest, Follow, Notice, Writer
from comments.receipts import receipt_url
from comments.report_form import report_token
from comments.subscriptions import mute_path, subscriptions_path
from tests.comments.desk.test_notices import make_notice
from tests.comments.posting import post, text
from tests.factories import make_article, make_comment
from tests.working import work_off

OTHER_LETTERS = "Write the part before the @ in plain letters, figures and signs: mail to others is often lost."
# What letter case makes of one letter another: the long s, the sign for Kelvin, and the i of Turkish.
LOOK_ALIKES = ["\u017famkelvin", "sam\u212aelvin", "samkelv\u0131n", "SAMKELV\u0130N"]


@pytest.mark.django_db
@pytest.mark.parametrize("local", LOOK_ALIKES)
def test_a_look_alike_of_an_address_is_refused_and_the_text_kept(client: Client, local: str) -> None:
    shown = make_comment()
    typed = f"{local}@example.org"
    notice = {"reason": "illegal", "statement": "Words that break the law.", "good_faith": "on", "email": typed}
    answers = [
        post(client, make_article(), email=typed, comment="Words of mine."),
        client.post(f"/comments/{shown.pk}/report/", {**notice, "token": report_token(shown)}),
        client.post("/comments/my-data/", {"email": typed}),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert answer.context["form"].errors["email"] == [OTHER_LETTERS]
    assert "Words of mine." in text(answers[0])
    assert "Words that break the law." in text(answers[1])
    assert Writer.objects.count() == 1
    assert not DataRequest.objects.exists()


@pytest.mark.django_db
def test_data_of_an_address_are_mailed_to_that_address_alone(client: Client) -> None:
    make_comment(email="\u017famkelvin@example.org")  # before such letters were refused
    make_comment(email="samkelvin@example.org")
    client.post("/comments/my-data/", {"email": "SamKelvin@example.org"})
    assert work_off() == []
    assert [letter.to for letter in mail.outbox] == [["samkelvin@example.org"]]


# Spellings of one letter to whoever ignores case by the rules of Unicode.
SPELLINGS = [
    ["s", "S", "\u017f"],
    ["k", "K", "\u212a"],
    ["i", "I", "\u0131"],
    ["i\u0307", "\u0130"],
    ["ss", "SS", "\u00df", "\u1e9e"],
    ["\u03c3", "\u03c2", "\u03a3"],
]
TWICE = st.lists(
    st.sampled_from(SPELLINGS).flatmap(lambda spellings: st.tuples(*[st.sampled_from(spellings)] * 2)),
    min_size=1,
    max_size=5,
)


@given(TWICE)
def test_what_is_found_as_one_address_is_mailed_as_one(letters: list[tuple[str, str]]) -> None:
    one, other = ("".join(spelled) + "@reader.example" for spelled in zip(*letters, strict=True))
    mailed = [to_write_to(each).encode().lower() for each in (one, other)]  # of bytes, the ASCII letters alone
    assert (address_key(one) == address_key(other)) == (mailed[0] == mailed[1])


@given(TWICE)
def test_an_address_that_is_taken_has_ascii_letters_before_the_at(letters: list[tuple[str, str]]) -> None:
    typed = "".join(one for one, _ in letters) + "@reader.example"
    try:
        taken = AddressField().clean(typed)
    except ValidationError:
        assert not typed.isascii()
        return
    assert taken.isascii()
    assert address_key(taken) == taken.lower()


@pytest.mark.django_db
def test_of_an_address_that_was_taken_for_another_no_link_opens_anything() -> None:
    comment, other = make_comment(email="samkelvin@example.org"), make_comment()
    Writer.objects.filter(pk=comment.writer_id).update(address="\u017famkelvin@example.org")
    Follow.ask(comment)
    follow = Follow.objects.get()
    notice = make_notice()
    Notice.objects.update(notifier=comment.writer)
    kept = [receipt_url(other)]
    mailed = [receipt_url(comment), mute_path(follow), subscriptions_path(follow.writer), notice.get_absolute_url()]
    client = Client()
    assert [client.get(path).status_code for path in mailed] == [200] * 4
    import_module("comments.migrations.0039_look_alike_addresses").part(apps, connection.schema_editor())
    assert [client.get(path).status_code for path in mailed] == [404] * 4
    assert [client.get(path).status_code for path in kept] == [200]
    assert Writer.of("samkelvin@example.org").pk != comment.writer_id
