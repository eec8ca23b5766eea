"""Two have one row open: whoever saves second reads what stands before anything is overwritten."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Block, BlockedWord, Policy, Restriction, Thread
from tests.comments.posting import text
from tests.factories import make_administrator, make_comment, make_moderator, make_section

pytestmark = pytest.mark.django_db


def opened(desk: Client, path: str) -> dict[str, Any]:
    """What the form of a page would post if nobody typed anything."""
    form = desk.get(path).context["adminform"].form
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_the_second_to_save_rules_reads_what_stands_first(desk: Client) -> None:
    path = "/admin/comments/policy/1/change/"
    mine, theirs = opened(desk, path), opened(desk, path)
    assert desk.post(path, {**theirs, "spam_score": "60"}).status_code == 302
    answer = desk.post(path, {**mine, "guidelines": "Be kind."})
    page = html.unescape(text(answer))
    assert Policy.current().spam_score == 60
    assert "Somebody saved this after you had opened it." in page
    assert "Spam folder from spam score: 60" in page
    assert "Be kind.</textarea>" in page
    seen = answer.context["adminform"].form["seen"].value()
    assert desk.post(path, {**mine, "guidelines": "Be kind.", "seen": seen}).status_code == 302
    assert (Policy.current().spam_score, Policy.current().guidelines) == (80, "Be kind.")


def test_the_second_to_rule_a_thread_reads_what_stands_first(desk: Client) -> None:
    thread = Thread.of(make_comment().article)
    path = f"/admin/comments/thread/{thread.pk}/change/"
    mine = opened(desk, path)
    thread.close(by=make_moderator(), reason="Court order, do not reopen.")
    page = html.unescape(text(desk.post(path, {**mine, "mode": "slow", "slow_seconds": "60"})))
    thread.refresh_from_db()
    assert thread.mode == "closed"
    assert "Court order, do not reopen." in page


def test_a_stale_save_brings_no_ended_restriction_back(desk: Client) -> None:
    restriction = Restriction.objects.create(section=make_section("Kernel"), mode="slow", reason="Heated.")
    path = f"/admin/comments/restriction/{restriction.pk}/change/"
    mine = opened(desk, path)
    restriction.end(by=make_administrator("second"))
    answer = desk.post(path, {**mine, "reason": "Too heated."})
    page = html.unescape(text(answer))
    assert not Restriction.objects.get().is_in_force(timezone.now())
    assert "Somebody saved this after you had opened it." in page
    assert "Where yours differs, now stands: Reason: Heated.; Until: today" in page
    assert 'value="Too heated."' in page
    seen = answer.context["adminform"].form["seen"].value()
    assert desk.post(path, {**mine, "reason": "Too heated.", "seen": seen}).status_code == 302
    assert Restriction.objects.get().is_in_force(timezone.now())


def test_the_second_to_change_a_listed_word_reads_what_stands_first(desk: Client) -> None:
    word = BlockedWord.objects.create(phrase="*pharm*")
    path = f"/admin/comments/blockedword/{word.pk}/change/"
    mine, theirs = opened(desk, path), opened(desk, path)
    assert desk.post(path, {**theirs, "effect": "reject"}).status_code == 302
    page = html.unescape(text(desk.post(path, {**mine, "phrase": "*pharma*"})))
    assert (BlockedWord.objects.get().phrase, BlockedWord.objects.get().effect) == ("*pharm*", "reject")
    assert "Effect: Reject" in page


def test_the_second_to_change_a_block_reads_what_stands_first_and_what_it_met_is_no_change(desk: Client) -> None:
    block = Block.objects.create(kind="mail", value="trash.example")
    path = f"/admin/comments/block/{block.pk}/change/"
    mine, theirs = opened(desk, path), opened(desk, path)
    Block.count_hits([block.pk])
    assert desk.post(path, {**theirs, "note": "Disposable."}).status_code == 302
    page = html.unescape(text(desk.post(path, {**mine, "effect": "spam"})))
    assert (Block.objects.get().effect, Block.objects.get().note) == ("hold", "Disposable.")
    assert "Why it is blocked: Disposable." in page


def test_a_difference_is_named_as_the_form_names_it(desk: Client) -> None:
    kernel, security = make_section("Kernel"), make_section("Security")
    restriction = Restriction.objects.create(section=kernel, mode="slow", reason="Heated.")
    path = f"/admin/comments/restriction/{restriction.pk}/change/"
    mine, theirs = opened(desk, path), opened(desk, path)
    assert desk.post(path, {**theirs, "section": security.pk, "mode": "closed"}).status_code == 302
    page = html.unescape(text(desk.post(path, {**mine, "reason": "Too heated."})))
    assert "now stands: Section: Security; Mode: Closed; Reason: Heated." in page
