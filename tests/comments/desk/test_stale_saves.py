"""Two have one row open: whoever saves second reads what stands before anything is overwritten."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from comments.models import Policy, Thread
from tests.comments.posting import text
from tests.factories import make_comment, make_moderator

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
