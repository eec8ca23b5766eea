"""A press on a whole folder, while a writer changes the words of what is in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from comments import edits
from comments.admin import bulk
from comments.models import Comment
from tests.factories import make_comment, make_moderator

pytestmark = pytest.mark.django_db


def test_words_that_change_while_a_folder_is_approved_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    comment = make_comment(status="pending")
    desk, real = Client(), bulk.act_on
    desk.force_login(make_moderator())
    action = {"action": "approve", "select_across": "1", "_selected_action": [str(comment.pk)]}
    confirm = desk.post("/admin/comments/comment/", action)
    told = {name: str(confirm.context[name]) for name in ("newest", "asked_at")}

    def while_a_writer_edits(which: Comment, *args: Any, **more: Any) -> Any:
        mended = edits.Mended("Buy my pills.", which.name, which.website)
        assert edits.mend(Comment.objects.get(pk=which.pk), mended, seen="first") is None
        return real(which, *args, **more)

    monkeypatch.setattr(bulk, "act_on", while_a_writer_edits)
    desk.post("/admin/comments/comment/", {**action, **told, "confirmed": "1"})
    comment.refresh_from_db()
    assert (comment.text, comment.status) == ("Buy my pills.", "pending")
