"""Measures about a person: who may decide them, when the clock ends them, and what they leave behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from comments.models import AlreadyDecided, Measure, StaffNote, Writer
from tests.factories import make_author_user, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def imposed(writer: Writer, kind: str = "ban", **fields: Any) -> Measure:
    if "by" not in fields:
        fields["by"] = make_moderator(f"max-{Measure.objects.count()}")
    fields.setdefault("reason", "Insults, again and again.")
    return Measure.impose(writer, kind, **fields)


def in_force(writer: Writer, now: Any = None) -> list[str]:
    return list(writer.measures.in_force(now or timezone.now()).values_list("kind", flat=True))


def test_a_measure_ends_by_the_clock_alone() -> None:
    writer, now = Writer.of("gregor@reader.example"), timezone.now()
    suspended = imposed(writer, "suspend", until=now + HOUR, now=now)
    for moment, expected in (
        (now - timedelta(seconds=1), []),
        (now, ["suspend"]),
        (now + HOUR - timedelta(microseconds=1), ["suspend"]),
        (now + HOUR, []),
    ):
        assert in_force(writer, moment) == expected
        assert suspended.is_in_force(moment) == bool(expected)


def test_a_ban_without_an_end_holds_for_good() -> None:
    writer = Writer.of("gregor@reader.example")
    imposed(writer, "ban")
    assert in_force(writer, timezone.now() + timedelta(days=36_500)) == ["ban"]


def test_a_lifted_measure_ends_at_once_and_says_who_lifted_it() -> None:
    writer, ada = Writer.of("gregor@reader.example"), make_editor()
    measure = imposed(writer, "hold")
    assert measure.lift(by=ada)
    assert in_force(writer) == []
    measure.refresh_from_db()
    assert measure.lifted_by == ada
    assert measure.by is not None
    assert not measure.is_in_force(timezone.now())
    assert not measure.lift(by=make_moderator())
    measure.refresh_from_db()
    assert measure.lifted_by == ada


def test_a_measure_is_about_one_writer_alone() -> None:
    imposed(Writer.of("gregor@reader.example"))
    assert in_force(Writer.of("rita@reader.example")) == []


def test_a_second_moderators_ban_does_not_move_the_firsts_end() -> None:
    writer, max_ = Writer.of("gregor@reader.example"), make_moderator()
    imposed(writer, "ban", by=max_, until=timezone.now() + HOUR)
    ada = make_editor()
    with pytest.raises(AlreadyDecided, match="Max Orsini decided that first"):
        imposed(writer, "ban", by=ada)
    assert writer.measures.get().until is not None
    imposed(writer, "hold", by=ada)  # another kind stands beside it
    assert in_force(writer) == ["hold", "ban"]


def test_a_person_is_warned_more_than_once() -> None:
    writer = Writer.of("gregor@reader.example")
    imposed(writer, "warn")
    imposed(writer, "warn")
    assert in_force(writer) == ["warn", "warn"]


def test_after_the_end_the_same_may_be_decided_again() -> None:
    writer, now = Writer.of("gregor@reader.example"), timezone.now()
    imposed(writer, "suspend", until=now - HOUR, now=now - 2 * HOUR)
    imposed(writer, "suspend", until=now + HOUR)
    assert writer.measures.count() == 2


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("exile", {}, "Choose what is to follow"),
        ("ban", {"reason": "  "}, "Write the reason first"),
        ("ban", {"reason": "x" * 301}, "at most 300 characters; this one has 301"),
        ("suspend", {}, "Say until when"),
        ("ban", {"until": timezone.now() - HOUR}, "has passed already"),
    ],
)
def test_what_cannot_be_decided_so_is_told(kind: str, fields: dict[str, Any], sentence: str) -> None:
    writer = Writer.of("gregor@reader.example")
    with pytest.raises(ValueError, match=sentence):
        imposed(writer, kind, **fields)
    assert not Measure.objects.exists()


def test_only_moderators_decide_lift_and_note() -> None:
    writer, jonas = Writer.of("gregor@reader.example"), make_author_user()
    measure = imposed(writer)
    for act in (
        lambda: imposed(writer, "warn", by=jonas),
        lambda: measure.lift(by=jonas),
        lambda: StaffNote.leave(writer, by=jonas, text="Hello"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert in_force(writer) == ["ban"]
    assert not StaffNote.objects.exists()


@pytest.mark.parametrize("fields", [{"kind": "exile"}, {"kind": "suspend"}])
def test_the_table_refuses_what_no_method_would_write(fields: dict[str, str]) -> None:
    writer = Writer.of("gregor@reader.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.create(writer=writer, reason="x", by=make_moderator(), made_at=timezone.now(), **fields)


def test_a_receipt_tells_what_was_decided_after_its_comment_was_written() -> None:
    comment = make_comment(email="gregor@reader.example", status="pending")
    assert comment.writer is not None
    warned = imposed(comment.writer, "warn", reason="Mind your words.")
    imposed(comment.writer, "hold")  # what only moderators need to know
    later = make_comment(email="gregor@reader.example", status="pending")
    assert list(Measure.objects.told_on(comment)) == [warned]
    assert list(Measure.objects.told_on(later)) == []


def test_a_note_is_kept_with_who_wrote_it_and_never_an_address() -> None:
    writer, max_ = Writer.of("gregor@reader.example"), make_moderator()
    StaffNote.leave(writer, by=max_, text=" Wrote to us to say sorry. ")
    note = writer.notes.get()
    assert (note.text, note.by) == ("Wrote to us to say sorry.", max_)
    for text in ("", " ", "x" * 2001):
        with pytest.raises(ValueError, match="note"):
            StaffNote.leave(writer, by=max_, text=text)
    assert "gregor" not in f"{note!r} {imposed(writer)!r}"
